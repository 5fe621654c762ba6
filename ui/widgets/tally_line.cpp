#include "ui/widgets/tally_line.h"

#include <QPainter>

#include "ui/theme/icons.h"

namespace shardwright::ui {

namespace {

constexpr double lineHeight = 22, symbol = 14, gap = 18, joint = 5;

}  // namespace

TallyLine::TallyLine(const QString& name, QWidget* parent) : QWidget(parent) {
  setObjectName(name);
  QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Preferred);
  policy.setHeightForWidth(true);
  setSizePolicy(policy);
}

void TallyLine::show(std::vector<TallyItem> items) {
  if (items == m_items) return;
  m_items = std::move(items);
  setAccessibleName(words());
  updateGeometry();
  update();
}

QString TallyLine::words() const {
  QString all;
  for (const TallyItem& item : m_items) all += (all.isEmpty() ? QString() : item.joined ? QStringLiteral(" ") : QStringLiteral(", ")) + item.text;
  return all;
}

double TallyLine::widthOf(const TallyItem& item) const {
  const QFontMetricsF metrics(typeface(item.strong ? Type::Strong : Type::Body));
  return std::ceil(metrics.horizontalAdvance(item.text)) + (item.icon.isEmpty() ? 0 : symbol + joint);
}

std::vector<QPointF> TallyLine::places(double width) const {
  std::vector<QPointF> at;
  double x = 0, y = 0;
  for (const TallyItem& item : m_items) {
    const double wide = widthOf(item);
    if (x > 0) x += item.joined ? joint : gap;
    if (x > 0 && x + wide > width) {
      x = 0;
      y += lineHeight;
    }
    at.emplace_back(x, y);
    x += wide;
  }
  at.emplace_back(x, y + lineHeight);
  return at;
}

QSize TallyLine::sizeHint() const { return {480, heightForWidth(width() > 0 ? width() : 480)}; }

int TallyLine::heightForWidth(int width) const { return static_cast<int>(places(width).back().y()); }

void TallyLine::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  const std::vector<QPointF> at = places(width());
  for (std::size_t i = 0; i < m_items.size(); ++i) {
    const TallyItem& item = m_items[i];
    QRectF box(at[i].x(), at[i].y(), widthOf(item) + 1, lineHeight);
    if (!item.icon.isEmpty()) {
      paintIcon(painter, QRectF(box.left(), box.center().y() - symbol / 2, symbol, symbol), item.icon, inked(item.ink));
      box.setLeft(box.left() + symbol + joint);
    }
    painter.setFont(typeface(item.strong ? Type::Strong : Type::Body));
    painter.setPen(inked(item.ink));
    painter.drawText(box, Qt::AlignVCenter | Qt::TextSingleLine, item.text);
  }
}

}  // namespace shardwright::ui
