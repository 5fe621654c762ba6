// WaveStrip: the waves of a run side by side; each with its symbol and number, and one cell a move that fills as it goes.
// Cells are as wide as there is room; of more moves than there are pixels each cell stands for several.
#pragma once

#include <QWidget>
#include <vector>

#include "ui/widgets/stepper.h"

namespace shardwright::ui {

struct WaveCell {
  QString tip;
  double share = 0;
  Step::State state = Step::State::ToCome;
  friend bool operator==(const WaveCell&, const WaveCell&) = default;
};

struct WaveLine {
  int wave = 1;
  Step::State state = Step::State::ToCome;
  std::vector<WaveCell> moves;
  friend bool operator==(const WaveLine&, const WaveLine&) = default;
};

struct WavePlace {
  QRectF label;
  std::vector<QRectF> cells;  // at most one each `leastCell` pixels
  std::vector<std::size_t> first;  // the first move of each cell
};
// `labelWidth`: of the widest label.
std::vector<WavePlace> wavePlaces(const std::vector<WaveLine>& waves, const QRectF& rect, double labelWidth);

class WaveStrip : public QWidget {
  Q_OBJECT

 public:
  explicit WaveStrip(const QString& name, QWidget* parent = nullptr);
  void show(std::vector<WaveLine> waves);

  QSize sizeHint() const override { return {480, 24}; }
  QSize minimumSizeHint() const override { return {120, 24}; }

 protected:
  void paintEvent(QPaintEvent* event) override;
  bool event(QEvent* event) override;

 private:
  enum class Labels { Words, Numbers, None };
  Labels labels() const;
  double labelWidth(Labels labels) const;
  QString label(const WaveLine& wave, Labels labels) const;
  std::vector<WavePlace> places() const;

  std::vector<WaveLine> m_waves;
};

}  // namespace shardwright::ui
