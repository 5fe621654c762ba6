#include "ui/pages/plan_export.h"

#include <QAbstractTextDocumentLayout>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <QSaveFile>
#include <QSvgGenerator>
#include <QTextDocument>
#include <QWidget>

#include "core/base/json.h"
#include "core/map/map_json.h"
#include "ui/theme/format.h"

namespace shardwright::ui {

namespace {

constexpr int resolution = 96;       // dots an inch: logical pixels
constexpr double margin = 32;

Error cannotWrite(const QString& file) { return unavailable(file.toStdString() + " cannot be written."); }

Done writeDocument(const PlanSheet& sheet, const QString& file) {
  const std::string document = canonicalJson(planDocument(*sheet.plan, sheet.line.record, sheet.approvals)) + "\n";
  QSaveFile out(file);
  const auto size = static_cast<qint64>(document.size());
  if (!out.open(QIODevice::WriteOnly) || out.write(document.data(), size) != size || !out.commit()) return cannotWrite(file);
  return {};
}

Done writeSvg(const PlanSheet& sheet, const PlanPaper& paper, const QString& file) {
  QSvgGenerator svg;
  svg.setFileName(file);
  svg.setSize(paper.size);
  svg.setViewBox(QRect(QPoint(), paper.size));
  svg.setTitle(text(sheet.line.record.id.text()));
  svg.setDescription(text(sheet.line.record.fingerprint));
  QPainter painter;
  if (!painter.begin(&svg)) return cannotWrite(file);
  painter.drawPicture(0, 0, paper.picture);
  return {};
}

// The page first, as wide as the sheet; then the plan in words, page by page.
Done writePdf(const PlanSheet& sheet, const PlanPaper& paper, const QString& file) {
  QPdfWriter pdf(file);
  pdf.setTitle(text(sheet.line.record.id.text()));
  pdf.setResolution(resolution);
  pdf.setPageSize(QPageSize(QPageSize::A4));
  pdf.setPageOrientation(QPageLayout::Landscape);
  pdf.setPageMargins({});
  QPainter painter;
  if (!painter.begin(&pdf)) return cannotWrite(file);
  const QSizeF room(pdf.width() - 2 * margin, pdf.height() - 2 * margin);
  const double scale = std::min(room.width() / paper.size.width(), room.height() / paper.size.height());
  painter.save();
  painter.translate(margin, margin);
  painter.scale(scale, scale);
  painter.drawPicture(0, 0, paper.picture);
  painter.restore();

  QTextDocument words;
  words.setHtml(text(planToHtml(*sheet.plan)));
  words.documentLayout()->setPaintDevice(&pdf);
  words.setPageSize(room);
  for (int page = 0; page < words.pageCount(); ++page) {
    pdf.newPage();
    painter.save();
    painter.translate(margin, margin - page * room.height());
    words.drawContents(&painter, QRectF(0, page * room.height(), room.width(), room.height()));
    painter.restore();
  }
  return {};
}

}  // namespace

PlanPaper recordPaper(QWidget& page) {
  PlanPaper paper;
  paper.size = page.size();
  QPainter painter(&paper.picture);
  page.render(&painter, QPoint(), QRegion(), QWidget::DrawChildren);
  return paper;
}

Done writePlan(const PlanSheet& sheet, const PlanPaper& paper, const QString& file, const QString& ending) {
  if (ending == QStringLiteral("json")) return writeDocument(sheet, file);
  return ending == QStringLiteral("svg") ? writeSvg(sheet, paper, file) : writePdf(sheet, paper, file);
}

}  // namespace shardwright::ui
