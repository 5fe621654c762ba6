// Style: Fusion with our surfaces - flat fields and buttons on the grid, thin scroll bars, quiet headers, one focus ring.
// Stock widgets look right without style sheets; what a button is for is told by its role (setButtonRole).
#pragma once

#include <QAbstractButton>
#include <QProxyStyle>

namespace shardwright::ui {

// Primary: the one filled button of a page. Danger: what destroys or reverses. Quiet: an icon or a word in a bar.
enum class ButtonRole { Plain, Primary, Danger, Quiet };
void setButtonRole(QAbstractButton& button, ButtonRole role);
ButtonRole buttonRole(const QWidget* button);

class Style : public QProxyStyle {
  Q_OBJECT

 public:
  Style();

  void polish(QWidget* widget) override;
  using QProxyStyle::polish;
  void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter, const QWidget* widget) const override;
  void drawControl(ControlElement element, const QStyleOption* option, QPainter* painter, const QWidget* widget) const override;
  void drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter,
                          const QWidget* widget) const override;
  QSize sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& size, const QWidget* widget) const override;
  QRect subControlRect(ComplexControl control, const QStyleOptionComplex* option, SubControl part, const QWidget* widget) const override;
  int pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const override;
  int styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget, QStyleHintReturn* data) const override;
};

}  // namespace shardwright::ui
