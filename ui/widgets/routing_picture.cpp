#include "ui/widgets/routing_picture.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>
#include <cmath>

#include "ui/theme/format.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

namespace shardwright::ui {

namespace {

constexpr double questionHeight = 40, cellHeight = 30, reasonHeight = 20;
constexpr double widestCell = 150, nameFrom = 32, smallIcon = 12;

struct Sign {
  QString icon;
  Ink ink;
};

Sign signOf(const RoutedShard& shard) {
  switch (shard.state) {
    case RoutedShard::State::Answered: return {QStringLiteral("ok"), Ink::Ok};
    case RoutedShard::State::Missing: return {QStringLiteral("failed"), Ink::Danger};
    case RoutedShard::State::Asked: return {shard.pinned ? QStringLiteral("pin") : QStringLiteral("query"), Ink::Accent};
    case RoutedShard::State::Idle: break;
  }
  return {{}, Ink::Text3};
}

}  // namespace

RoutingLayout RoutingLayout::of(const QSizeF& size, std::size_t shards, double questionWidth) {
  RoutingLayout out;
  const double width = std::min(size.width() - 2, std::max(questionWidth, 160.0));
  out.question = QRectF((size.width() - width) / 2, 1, width, questionHeight);
  const auto count = static_cast<double>(std::max<std::size_t>(shards, 1));
  out.step = std::min(widestCell, size.width() / count);
  out.gap = out.step >= 80 ? 8 : out.step >= 24 ? 4 : out.step >= 6 ? 2 : 0;
  out.named = out.step - out.gap >= nameFrom;
  const double all = out.step * count;
  out.band = QRectF((size.width() - all) / 2, size.height() - cellHeight - reasonHeight, all, cellHeight);
  return out;
}

QRectF RoutingLayout::cell(std::size_t index) const {
  return {band.left() + static_cast<double>(index) * step + gap / 2, band.top(), std::max(1.0, step - gap), band.height()};
}

std::optional<std::size_t> RoutingLayout::cellAt(const QPointF& place, std::size_t shards) const {
  if (place.y() < band.top() || place.x() < band.left() || step <= 0) return std::nullopt;
  const auto index = static_cast<std::size_t>((place.x() - band.left()) / step);
  return index < shards ? std::optional(index) : std::nullopt;
}

RoutingPicture::RoutingPicture(const QString& name, QWidget* parent) : QWidget(parent) {
  setObjectName(name);
  setAccessibleName(tr("Where the query goes"));
  setFocusPolicy(Qt::StrongFocus);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void RoutingPicture::show(RoutingScene scene) {
  if (scene == m_scene) return;
  m_scene = std::move(scene);
  QStringList asked;
  for (const RoutedShard& shard : m_scene.shards)
    if (shard.state != RoutedShard::State::Idle) asked << tr("%1: %2").arg(text(shard.shard.text()), shard.tip);
  setAccessibleDescription(tr("%1. %2 asked. %3").arg(m_scene.question, counted(asked.size(), tr("shard"), tr("shards")), asked.mid(0, 8).join(QStringLiteral(". "))));
  update();
}

void RoutingPicture::choose(const std::set<ShardId>& shards) {
  m_chosen = shards;
  update();
}

RoutingLayout RoutingPicture::layout() const {
  const QFontMetricsF words(typeface(Type::Strong));
  const QFontMetricsF detail(typeface(Type::Caption));
  const double width = std::max(words.horizontalAdvance(m_scene.question), detail.horizontalAdvance(m_scene.detail));
  return RoutingLayout::of(QSizeF(size()), m_scene.shards.size(), width + 2 * grid::l);
}

void RoutingPicture::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const RoutingLayout at = layout();
  paintLines(painter, at);
  paintQuestion(painter, at);
  // Those that are asked last, so that narrow neighbours do not cover them.
  for (const bool asked : {false, true})
    for (std::size_t index = 0; index < m_scene.shards.size(); ++index)
      if ((m_scene.shards[index].state != RoutedShard::State::Idle) == asked) paintCell(painter, at, index);
}

void RoutingPicture::paintQuestion(QPainter& painter, const RoutingLayout& at) const {
  const QRectF box = at.question.adjusted(0.5, 0.5, -0.5, -0.5);
  painter.setBrush(inked(Ink::Surface));
  painter.setPen(QPen(inked(Ink::Border), 1));
  painter.drawRoundedRect(box, grid::smallRadius, grid::smallRadius);
  const QRectF inner = box.adjusted(grid::m, 3, -grid::m, -3);
  const bool two = !m_scene.detail.isEmpty();
  painter.setFont(typeface(Type::Strong));
  painter.setPen(inked(Ink::Text));
  const QString words = painter.fontMetrics().elidedText(m_scene.question, Qt::ElideMiddle, static_cast<int>(inner.width()));
  painter.drawText(two ? QRectF(inner.left(), inner.top(), inner.width(), inner.height() / 2) : inner, Qt::AlignCenter | Qt::TextSingleLine, words);
  if (!two) return;
  painter.setFont(typeface(Type::Caption));
  painter.setPen(inked(Ink::Text2));
  const QString detail = painter.fontMetrics().elidedText(m_scene.detail, Qt::ElideMiddle, static_cast<int>(inner.width()));
  painter.drawText(QRectF(inner.left(), inner.center().y(), inner.width(), inner.height() / 2), Qt::AlignCenter | Qt::TextSingleLine, detail);
}

// One trunk from the question, a bus above the band, and a drop to each shard that is asked.
void RoutingPicture::paintLines(QPainter& painter, const RoutingLayout& at) const {
  double first = at.question.center().x(), last = first;
  std::vector<double> drops;
  for (std::size_t index = 0; index < m_scene.shards.size(); ++index) {
    if (m_scene.shards[index].state == RoutedShard::State::Idle) continue;
    const double x = std::floor(at.cell(index).center().x()) + 0.5;
    if (drops.empty() || x - drops.back() >= 1) drops.push_back(x);
    first = std::min(first, x);
    last = std::max(last, x);
  }
  if (drops.empty()) return;
  const double bus = std::floor((at.question.bottom() + at.band.top()) / 2) + 0.5;
  painter.setPen(QPen(inked(Ink::Accent), 1.5));
  painter.drawLine(QPointF(std::floor(at.question.center().x()) + 0.5, at.question.bottom()), QPointF(std::floor(at.question.center().x()) + 0.5, bus));
  painter.drawLine(QPointF(first, bus), QPointF(last, bus));
  for (const double x : drops) painter.drawLine(QPointF(x, bus), QPointF(x, at.band.top()));
}

void RoutingPicture::paintCell(QPainter& painter, const RoutingLayout& at, std::size_t index) const {
  const RoutedShard& shard = m_scene.shards[index];
  const Theme& theme = Theme::instance();
  const QRectF cell = at.cell(index);
  const bool asked = shard.state != RoutedShard::State::Idle;
  const bool missing = shard.state == RoutedShard::State::Missing;
  const bool current = hasFocus() && index == m_current;
  const Ink line = missing ? Ink::Danger : asked ? Ink::Accent : Ink::Border;
  painter.setBrush(asked ? missing ? theme.mixed(Ink::Danger, Ink::Surface, 0.1) : theme.colour(Ink::AccentWeak) : theme.colour(Ink::Sunken));
  painter.setPen(at.gap > 0 || asked ? QPen(theme.colour(line), m_chosen.contains(shard.shard) || current ? 2 : 1) : QPen(Qt::NoPen));
  const double radius = at.gap >= 4 ? grid::smallRadius : 0;
  painter.drawRoundedRect(cell.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
  if (!at.named) return;
  const Sign sign = signOf(shard);
  const bool roomy = cell.width() > 70;
  QRectF words = roomy ? cell.adjusted(grid::s, 0, -grid::xs, 0) : cell.adjusted(2, 0, -2, 0);
  if (!sign.icon.isEmpty() && roomy) {
    paintIcon(painter, QRectF(words.left(), cell.center().y() - smallIcon / 2, smallIcon, smallIcon), sign.icon, theme.colour(sign.ink));
    words.setLeft(words.left() + smallIcon + grid::xs);
  }
  painter.setFont(typeface(!roomy ? Type::Caption : asked ? Type::Strong : Type::Body));
  painter.setPen(theme.colour(asked ? Ink::Text : Ink::Text3));
  painter.drawText(words, Qt::AlignVCenter | (roomy ? Qt::AlignLeft : Qt::AlignHCenter) | Qt::TextSingleLine,
                   painter.fontMetrics().elidedText(text(shard.shard.text()), Qt::ElideMiddle, static_cast<int>(words.width())));
  if (shard.reason.isEmpty()) return;
  if (!roomy && at.step < 44) return;  // the table says it
  painter.setFont(typeface(Type::Caption));
  painter.setPen(theme.colour(missing ? Ink::Danger : Ink::Text2));
  const QRectF foot(cell.left() - at.gap / 2, cell.bottom() + 2, cell.width() + at.gap, reasonHeight - 2);
  painter.drawText(foot, Qt::AlignCenter | Qt::TextSingleLine, painter.fontMetrics().elidedText(shard.reason, Qt::ElideRight, static_cast<int>(foot.width())));
}

void RoutingPicture::mousePressEvent(QMouseEvent* event) {
  const auto index = layout().cellAt(event->position(), m_scene.shards.size());
  if (!index) return;
  m_current = *index;
  Q_EMIT chosen(m_scene.shards[*index].shard);
}

void RoutingPicture::keyPressEvent(QKeyEvent* event) {
  const std::size_t count = m_scene.shards.size();
  if (count == 0) return QWidget::keyPressEvent(event);
  if (event->key() == Qt::Key_Left) m_current = m_current == 0 ? 0 : m_current - 1;
  else if (event->key() == Qt::Key_Right) m_current = std::min(m_current + 1, count - 1);
  else if (event->key() == Qt::Key_Space) Q_EMIT chosen(m_scene.shards[std::min(m_current, count - 1)].shard);
  else return QWidget::keyPressEvent(event);
  update();
}

bool RoutingPicture::event(QEvent* event) {
  if (event->type() != QEvent::ToolTip) return QWidget::event(event);
  const auto* const help = static_cast<QHelpEvent*>(event);
  const auto index = layout().cellAt(help->pos(), m_scene.shards.size());
  if (!index) {
    QToolTip::hideText();
    return true;
  }
  const RoutedShard& shard = m_scene.shards[*index];
  QToolTip::showText(help->globalPos(), shard.tip.isEmpty() ? tr("%1 is not needed").arg(text(shard.shard.text())) : tr("%1: %2").arg(text(shard.shard.text()), shard.tip), this);
  return true;
}

}  // namespace shardwright::ui
