#include "ui/widgets/wave_strip.h"

#include <QFontMetricsF>
#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>

#include "ui/theme/icons.h"
#include "ui/widgets/move_delegate.h"

namespace shardwright::ui {

namespace {

constexpr double leastCell = 6, cellGap = 3, symbol = 12, cellHeight = 8, roomForCells = 30;

QFont labelFont(Step::State state) { return typeface(state == Step::State::ToCome || state == Step::State::Skipped ? Type::Body : Type::Strong); }

// The move that needs looking at tells for all of a cell.
int urgency(Step::State state) {
  switch (state) {
    case Step::State::Done: return 0;
    case Step::State::ToCome: return 1;
    case Step::State::Skipped: return 2;
    case Step::State::Current: return 3;
    case Step::State::Waiting: return 4;
    case Step::State::Failed: return 5;
  }
  return 0;
}

}  // namespace

std::vector<WavePlace> wavePlaces(const std::vector<WaveLine>& waves, const QRectF& rect, double labelWidth) {
  std::vector<WavePlace> places;
  if (waves.empty()) return places;
  const double count = static_cast<double>(waves.size());
  const double between = std::min<double>(grid::l, rect.width() / count / 8);
  const double width = (rect.width() - between * (count - 1)) / count;
  for (std::size_t wave = 0; wave < waves.size(); ++wave) {
    WavePlace place;
    const double left = rect.left() + static_cast<double>(wave) * (width + between);
    place.label = QRectF(left, rect.top(), labelWidth, rect.height());
    const double room = std::max(1.0, width - labelWidth);
    const std::size_t moves = std::max<std::size_t>(1, waves[wave].moves.size());
    const auto most = static_cast<std::size_t>(std::max(1.0, room / (leastCell + cellGap)));
    const std::size_t cells = std::min(moves, most);
    const double cell = room / static_cast<double>(cells);
    for (std::size_t at = 0; at < cells; ++at) {
      place.cells.emplace_back(left + labelWidth + static_cast<double>(at) * cell, rect.center().y() - cellHeight / 2, cell - (at + 1 < cells ? cellGap : 0), cellHeight);
      place.first.push_back(at * moves / cells);
    }
    places.push_back(std::move(place));
  }
  return places;
}

WaveStrip::WaveStrip(const QString& name, QWidget* parent) : QWidget(parent) {
  setObjectName(name);
  setAccessibleName(tr("Waves"));
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void WaveStrip::show(std::vector<WaveLine> waves) {
  if (waves == m_waves) return;
  m_waves = std::move(waves);
  QStringList words;
  for (const WaveLine& wave : m_waves) words << label(wave, Labels::Words) + QStringLiteral(": ") + stepWord(wave.state);
  setAccessibleDescription(words.join(QStringLiteral(", ")));
  update();
}

QString WaveStrip::label(const WaveLine& wave, Labels labels) const {
  return labels == Labels::Words ? tr("Wave %1").arg(wave.wave) : labels == Labels::Numbers ? QString::number(wave.wave) : QString();
}

double WaveStrip::labelWidth(Labels labels) const {
  if (labels == Labels::None || m_waves.empty()) return 0;
  return symbol + grid::xs + QFontMetricsF(typeface(Type::Strong)).horizontalAdvance(label(m_waves.back(), labels)) + grid::s;
}

// Many waves give up the word first, then the number.
WaveStrip::Labels WaveStrip::labels() const {
  const double width = rect().width() / std::max(1.0, static_cast<double>(m_waves.size())) * 7 / 8;
  for (const Labels labels : {Labels::Words, Labels::Numbers})
    if (width >= labelWidth(labels) + roomForCells) return labels;
  return Labels::None;
}

std::vector<WavePlace> WaveStrip::places() const { return wavePlaces(m_waves, QRectF(rect()), labelWidth(labels())); }

void WaveStrip::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const auto all = places();
  const Labels shown = labels();
  for (std::size_t wave = 0; wave < m_waves.size(); ++wave) {
    const WaveLine& line = m_waves[wave];
    const WavePlace& place = all[wave];
    const QColor colour = inked(stepInk(line.state));
    if (shown != Labels::None) {
      paintIcon(painter, QRectF(place.label.left(), place.label.center().y() - symbol / 2, symbol, symbol), stepIcon(line.state), colour);
      painter.setFont(labelFont(line.state));
      painter.setPen(colour);
      painter.drawText(place.label.adjusted(symbol + grid::xs, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, label(line, shown));
    }
    for (std::size_t cell = 0; cell < place.cells.size(); ++cell) {
      const std::size_t end = cell + 1 < place.first.size() ? place.first[cell + 1] : line.moves.size();
      double share = 0;
      Step::State state = Step::State::Done;
      for (std::size_t move = place.first[cell]; move < end; ++move) {
        share += line.moves[move].share;
        if (urgency(line.moves[move].state) > urgency(state)) state = line.moves[move].state;
      }
      const std::size_t count = std::max<std::size_t>(1, end - place.first[cell]);
      paintShare(painter, place.cells[cell], share / static_cast<double>(count), state == Step::State::ToCome ? Ink::Text3 : stepInk(state));
    }
  }
}

bool WaveStrip::event(QEvent* event) {
  if (event->type() != QEvent::ToolTip) return QWidget::event(event);
  auto* const help = static_cast<QHelpEvent*>(event);
  const auto all = places();
  for (std::size_t wave = 0; wave < all.size(); ++wave)
    for (std::size_t cell = 0; cell < all[wave].cells.size(); ++cell) {
      const QRectF reach = all[wave].cells[cell].adjusted(0, -8, cellGap, 8);
      if (!reach.contains(help->pos()) || m_waves[wave].moves.empty()) continue;
      QToolTip::showText(help->globalPos(), label(m_waves[wave], Labels::Words) + QStringLiteral(" · ") + m_waves[wave].moves[all[wave].first[cell]].tip, this, reach.toRect());
      return true;
    }
  QToolTip::hideText();
  event->ignore();
  return true;
}

}  // namespace shardwright::ui
