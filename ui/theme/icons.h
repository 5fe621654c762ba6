// Icons: the program's own SVGs, drawn in the colour of a token at the moment of painting, so that they follow the theme.
#pragma once

#include <QIconEngine>
#include <QPainter>
#include <QString>

#include "ui/theme/theme.h"

namespace shardwright::ui {

// Paints the icon into `rect`, as vectors where the device has vectors. An unknown name is a fault of the program and
// draws a box that nobody can overlook.
void paintIcon(QPainter& painter, const QRectF& rect, const QString& name, const QColor& colour);
bool hasIcon(const QString& name);

class IconEngine : public QIconEngine {
 public:
  IconEngine(QString name, Ink ink) : m_name(std::move(name)), m_ink(ink) {}
  void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override;
  QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override;
  QIconEngine* clone() const override { return new IconEngine(m_name, m_ink); }
  QString key() const override { return QStringLiteral("shardwright"); }

 private:
  QString m_name;
  Ink m_ink;
};

}  // namespace shardwright::ui
