// Symbol: an icon of the theme as a widget.
#pragma once

#include <QWidget>

#include "ui/theme/theme.h"

namespace shardwright::ui {

class Symbol : public QWidget {
  Q_OBJECT

 public:
  explicit Symbol(const QString& icon = {}, Ink ink = Ink::Text2, int size = grid::icon, QWidget* parent = nullptr);
  void show(const QString& icon, Ink ink);

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QString m_icon;
  Ink m_ink;
};

}  // namespace shardwright::ui
