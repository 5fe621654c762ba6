// Labels in the inks and types of the theme. They follow it when it changes.
#pragma once

#include <QLabel>

#include "ui/theme/theme.h"

namespace shardwright::ui {

class Text : public QLabel {
  Q_OBJECT

 public:
  explicit Text(Type type, Ink ink = Ink::Text, const QString& text = {}, QWidget* parent = nullptr);
  void setInk(Ink ink);

 private:
  void follow();
  Ink m_ink;
};

// One line that gives way: cut off with an ellipsis, whole in the tooltip.
class ElidedText : public Text {
  Q_OBJECT

 public:
  using Text::Text;
  void setElideMode(Qt::TextElideMode mode);  // the end, unless told otherwise
  QSize minimumSizeHint() const override { return {grid::xl, Text::minimumSizeHint().height()}; }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  Qt::TextElideMode m_mode = Qt::ElideRight;
  QString m_ownTip;  // set here; one that was set from outside stays
};

}  // namespace shardwright::ui
