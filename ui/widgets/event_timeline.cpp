#include "ui/widgets/event_timeline.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>
#include <array>

#include "ui/theme/format.h"
#include "ui/theme/theme.h"

namespace shardwright::ui {

namespace {

constexpr double captionHeight = 18, figureHeight = 14;
constexpr int widthOfBin = 10;

constexpr std::array<UnixSeconds, 18> roundWidths = {1,    2,    5,     10,    30,     60,     300,     600,       1800,
                                                     3600, 7200, 21600, 43200, 86'400, 604'800, 2'592'000, 7'776'000, 31'536'000};

UnixSeconds roundWidth(UnixSeconds span, int most) {
  for (const UnixSeconds width : roundWidths)
    if (span / width < most - 1) return width;
  return span / std::max(1, most - 1) + 1;
}

}  // namespace

EventBins EventBins::of(const std::vector<UnixSeconds>& times, const std::vector<bool>& kept, int most) {
  EventBins out;
  if (times.empty() || most < 2) return out;
  const auto [first, last] = std::ranges::minmax(times);
  out.width = roundWidth(last - first, most);
  out.from = first - ((first % out.width) + out.width) % out.width;
  const UnixSeconds count = (last - out.from) / out.width + 1;
  const UnixSeconds before = std::max<UnixSeconds>(0, most / 2 - count);
  out.from -= before * out.width;
  out.bins.resize(static_cast<std::size_t>(count + before));
  for (std::size_t at = 0; at < times.size(); ++at) {
    Bin& bin = out.bins[static_cast<std::size_t>((times[at] - out.from) / out.width)];
    ++bin.all;
    if (kept[at]) ++bin.kept;
  }
  return out;
}

int EventBins::highest() const {
  int most = 0;
  for (const Bin& bin : bins) most = std::max(most, bin.all);
  return most;
}

EventTimeline::EventTimeline(const QString& name, const QString& what, QWidget* parent) : QWidget(parent) {
  setObjectName(name);
  setAccessibleName(what);
  setFocusPolicy(Qt::StrongFocus);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  setMouseTracking(true);
}

int EventTimeline::binsFor(int width) { return std::max(2, width / widthOfBin); }

void EventTimeline::show(EventBins bins, const std::optional<TimeSpan>& chosen) {
  m_bins = std::move(bins);
  m_chosen = chosen;
  m_cursor = std::min(m_cursor, static_cast<int>(m_bins.bins.size()) - 1);
  int all = 0;
  for (const EventBins::Bin& bin : m_bins.bins) all += bin.kept;
  setAccessibleDescription(tr("%1 shown, %2 a bar").arg(counted(all, tr("event"), tr("events")), durationText(static_cast<double>(m_bins.width))));
  update();
}

QRectF EventTimeline::plot() const { return QRectF(rect()).adjusted(1, figureHeight, -1, -captionHeight); }

QRectF EventTimeline::binRect(int bin) const {
  const QRectF area = plot();
  const double step = area.width() / static_cast<double>(std::max<std::size_t>(m_bins.bins.size(), 1));
  return {area.left() + bin * step, area.top(), step, area.height()};
}

int EventTimeline::binAt(double x) const {
  const auto count = static_cast<int>(m_bins.bins.size());
  if (count == 0) return -1;
  return std::clamp(static_cast<int>((x - plot().left()) / binRect(0).width()), 0, count - 1);
}

bool EventTimeline::isChosen(int bin) const {
  const TimeSpan span = m_bins.span(bin, bin);
  return !m_chosen || (span.from < m_chosen->until && span.until > m_chosen->from);
}

void EventTimeline::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const QRectF area = plot();
  const Theme& theme = Theme::instance();
  painter.fillRect(QRectF(area.left(), area.bottom(), area.width(), 1), theme.colour(Ink::Border));
  const int highest = std::max(1, m_bins.highest());
  for (int at = 0; at < static_cast<int>(m_bins.bins.size()); ++at) {
    const EventBins::Bin& bin = m_bins.bins[static_cast<std::size_t>(at)];
    const QRectF column = binRect(at).adjusted(0.5, 0, -0.5, 0);
    if (m_chosen && isChosen(at)) painter.fillRect(binRect(at), theme.colour(Ink::AccentWeak));
    const auto bar = [&](int count, const QColor& colour) {
      if (count == 0) return;
      const double height = std::max(2.0, area.height() * count / highest);
      painter.fillRect(QRectF(column.left(), area.bottom() - height, column.width(), height), colour);
    };
    bar(bin.all, theme.mixed(Ink::Text3, Ink::Surface, 0.3));
    bar(bin.kept, theme.colour(Ink::Accent));
    if (hasFocus() && at == m_cursor) {
      painter.setPen(QPen(theme.colour(Ink::Accent), 1, Qt::DotLine));
      painter.setBrush(Qt::NoBrush);
      painter.drawRect(binRect(at).adjusted(0, 0, -1, 0));
    }
  }
  paintTimes(painter);
}

void EventTimeline::paintTimes(QPainter& painter) const {
  const QRectF area = plot();
  painter.setFont(typeface(Type::Caption));
  painter.setPen(inked(Ink::Text3));
  painter.drawText(QRectF(area.left(), 0, area.width(), figureHeight), Qt::AlignLeft | Qt::AlignTop,
                   tr("%1 at most in %2").arg(countText(m_bins.highest()), durationText(static_cast<double>(m_bins.width))));
  if (m_bins.bins.empty()) return;
  const QRectF foot(area.left(), area.bottom() + 2, area.width(), captionHeight - 2);
  const auto count = static_cast<int>(m_bins.bins.size());
  const TimeSpan all = m_bins.span(0, count - 1);
  // Where minutes would be alike, with seconds.
  const auto moment = [&](UnixSeconds when) { return m_bins.width < 30 ? QDateTime::fromSecsSinceEpoch(when).toString(QStringLiteral("HH:mm:ss")) : timeText(when); };
  painter.drawText(foot, Qt::AlignLeft | Qt::AlignVCenter, moment(all.from));
  painter.drawText(foot, Qt::AlignRight | Qt::AlignVCenter, moment(all.until));
  if (area.width() > 420 && count > 4) painter.drawText(foot, Qt::AlignHCenter | Qt::AlignVCenter, moment(all.from + (all.until - all.from) / 2));
}

void EventTimeline::choose(int first, int last) {
  if (first > last) std::swap(first, last);
  m_chosen = m_bins.span(first, last);
  update();
}

void EventTimeline::mousePressEvent(QMouseEvent* event) {
  m_pressed = m_cursor = binAt(event->position().x());
  if (m_pressed >= 0) choose(m_pressed, m_pressed);
}

void EventTimeline::mouseMoveEvent(QMouseEvent* event) {
  if (m_pressed >= 0) choose(m_pressed, binAt(event->position().x()));
}

void EventTimeline::mouseReleaseEvent(QMouseEvent* event) {
  if (std::exchange(m_pressed, -1) < 0) return;
  m_cursor = binAt(event->position().x());
  Q_EMIT chosen(m_chosen);
}

void EventTimeline::keyPressEvent(QKeyEvent* event) {
  const auto count = static_cast<int>(m_bins.bins.size());
  const bool sideways = event->key() == Qt::Key_Left || event->key() == Qt::Key_Right;
  if (count == 0) return QWidget::keyPressEvent(event);
  if (sideways) {
    m_cursor = m_cursor < 0 ? count - 1 : std::clamp(m_cursor + (event->key() == Qt::Key_Left ? -1 : 1), 0, count - 1);
    update();
  } else if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Space) && m_cursor >= 0) {
    choose(m_cursor, m_cursor);
    Q_EMIT chosen(m_chosen);
  } else if (event->key() == Qt::Key_Escape && m_chosen) {
    m_chosen.reset();
    update();
    Q_EMIT chosen(m_chosen);
  } else {
    QWidget::keyPressEvent(event);
  }
}

void EventTimeline::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  Q_EMIT resized();
}

bool EventTimeline::event(QEvent* event) {
  if (event->type() != QEvent::ToolTip) return QWidget::event(event);
  const auto* const help = static_cast<QHelpEvent*>(event);
  const int at = binAt(help->pos().x());
  if (at < 0) return true;
  const EventBins::Bin& bin = m_bins.bins[static_cast<std::size_t>(at)];
  const TimeSpan span = m_bins.span(at, at);
  QToolTip::showText(help->globalPos(), tr("%1\nuntil %2\n%3, %4 shown")
                                            .arg(fullTimeText(span.from), fullTimeText(span.until), counted(bin.all, tr("event"), tr("events")))
                                            .arg(bin.kept),
                     this);
  return true;
}

}  // namespace shardwright::ui
