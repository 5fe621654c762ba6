// HeatLegend: what the colours of a picture mean - a bar from the least to the most with figures, the unit, and what is no
// measure: hatches, and the colours of a comparison.
#pragma once

#include <QWidget>
#include <functional>
#include <vector>

#include "ui/theme/theme.h"
#include "ui/widgets/heat_scale.h"

namespace shardwright::ui {

class HeatLegend : public QWidget {
  Q_OBJECT

 public:
  struct Swatch {
    QString words;
    enum class Fill { Solid, NotMeasured, Nobody, Lost } fill = Fill::Solid;
    Ink ink = Ink::Move;
    double share = 1;  // of the ink over the surface
  };

  explicit HeatLegend(const QString& name, QWidget* parent = nullptr);
  void show(const HeatScale& scale, const QString& unit, std::function<QString(double)> figure, std::vector<Swatch> swatches,
            bool isBytes = false);
  void show(std::vector<Swatch> swatches);  // no bar
  using QWidget::show;

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return sizeHint(); }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  double paintBar(QPainter& painter) const;  // where it ends
  double swatchWidth(const Swatch& swatch) const;
  void describe();

  HeatScale m_scale;
  QString m_unit;
  std::function<QString(double)> m_figure;  // none: no bar
  std::vector<Swatch> m_swatches;
  bool m_isBytes = false;  // then round values are those of KiB, MiB, ...
};

}  // namespace shardwright::ui
