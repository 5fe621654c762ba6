#include "ui/shell/picture.h"

#include <QImage>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <QSvgGenerator>

#include "core/manager/load_verbs.h"
#include "ui/bridge/cluster_facts.h"
#include "ui/bridge/source.h"
#include "ui/shell/main_window.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

namespace shardwright::ui {

namespace {

constexpr int limitMilliseconds = 60'000;
constexpr int restMilliseconds = 250;  // without any change, so that a page that draws in steps is drawn whole

Error cannotWrite(const QString& file) { return unavailable("the picture " + file.toStdString() + " cannot be written."); }

Done drawPixels(MainWindow& window, const PictureRequest& request) {
  QImage image(request.size * request.scale, QImage::Format_RGB32);
  image.setDevicePixelRatio(request.scale);
  image.fill(inked(Ink::Background));
  window.render(&image);
  if (!image.save(request.file)) return cannotWrite(request.file);
  return {};
}

Done drawSvg(MainWindow& window, const PictureRequest& request) {
  QSvgGenerator svg;
  svg.setFileName(request.file);
  svg.setResolution(window.logicalDpiX());  // else type comes out smaller than the room that was laid out for it
  svg.setSize(request.size);
  svg.setViewBox(QRect(QPoint(), request.size));
  svg.setTitle(window.windowTitle());
  QPainter painter;
  if (!painter.begin(&svg)) return cannotWrite(request.file);
  window.render(&painter);
  return {};
}

Done drawPdf(MainWindow& window, const PictureRequest& request) {
  QPdfWriter pdf(request.file);
  pdf.setTitle(window.windowTitle());
  pdf.setResolution(96);
  pdf.setPageMargins({});
  pdf.setPageSize(QPageSize(QSizeF(request.size) * 72 / 96, QPageSize::Point));
  QPainter painter;
  if (!painter.begin(&pdf)) return cannotWrite(request.file);
  window.render(&painter);
  return {};
}

}  // namespace

Picture::Picture(MainWindow& window, PictureRequest request) : m_window(window), m_request(std::move(request)) {
  m_limit.setSingleShot(true);
  m_rest.setSingleShot(true);
  m_window.resize(m_request.size);
  connect(&m_limit, &QTimer::timeout, this, [this] { end(unavailable("the page did not settle within a minute; a shard may hang.")); });
  connect(&m_rest, &QTimer::timeout, this, [this] { end(draw(m_window, m_request)); });
  connect(&m_window.session().facts(), &SourceBase::changed, this, &Picture::look);
  connect(&m_window.session().load(), &SourceBase::changed, this, &Picture::look);
  m_limit.start(limitMilliseconds);
  m_window.go(m_request.place);
  connect(m_window.current(), &Page::changed, this, &Picture::look);
}

void Picture::look() {
  if (m_ended) return;
  Session& session = m_window.session();
  const auto& facts = session.facts();
  if (facts.error() && !facts.value()) return end(*facts.error());
  if (!facts.value()) return;
  if (!m_request.keyspace.empty()) {
    const KeyspaceName keyspace(m_request.keyspace);
    if (facts.value()->keyspace(keyspace) == nullptr) return end(notFound("there is no keyspace " + m_request.keyspace + " in this catalog."));
    session.selection().setKeyspace(keyspace);
  }
  const bool measuring = !facts.value()->keyspaces.empty() && session.load().isAsking();
  if (m_window.current()->isSettled() && !measuring) m_rest.start(restMilliseconds);
  else m_rest.stop();
}

void Picture::end(const Done& outcome) {
  if (std::exchange(m_ended, true)) return;
  m_limit.stop();
  m_rest.stop();
  Q_EMIT finished(outcome);
}

Done Picture::draw(MainWindow& window, const PictureRequest& request) {
  if (request.file.endsWith(QStringLiteral(".svg"), Qt::CaseInsensitive)) return drawSvg(window, request);
  if (request.file.endsWith(QStringLiteral(".pdf"), Qt::CaseInsensitive)) return drawPdf(window, request);
  return drawPixels(window, request);
}

}  // namespace shardwright::ui
