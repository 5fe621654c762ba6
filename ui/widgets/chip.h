// Chips: small facts with a border. A state is symbol, word and colour together; the environment is a word and a pattern,
// so that production is known without any colour.
#pragma once

#include <QWidget>
#include <optional>

#include "core/catalog/catalog.h"
#include "ui/theme/theme.h"

namespace shardwright::ui {

class Chip : public QWidget {
  Q_OBJECT

 public:
  explicit Chip(QWidget* parent = nullptr);
  void show(const QString& text, Ink ink = Ink::Text2, const QString& icon = {});
  void setHatched(bool hatched);

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return sizeHint(); }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QString m_text, m_icon;
  Ink m_ink = Ink::Text2;
  bool m_hatched = false;
};

class EnvironmentChip : public Chip {
  Q_OBJECT

 public:
  using Chip::Chip;
  void show(Environment environment);
};

// What delegates draw in tables; `rect` is the cell's.
void paintChip(QPainter& painter, const QRectF& rect, const QString& text, Ink ink, const QString& icon);
double chipWidth(const QString& text, bool withIcon);

}  // namespace shardwright::ui
