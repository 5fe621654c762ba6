#include "ui/theme/icons.h"

#include <QFile>
#include <QHash>
#include <QSvgRenderer>
#include <memory>

namespace shardwright::ui {

namespace {

QByteArray sourceOf(const QString& name) {
  QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

// A renderer for each icon and colour. The window's thread alone draws.
QSvgRenderer& rendererOf(const QString& name, const QColor& colour) {
  static QHash<QString, std::shared_ptr<QSvgRenderer>> renderers;
  std::shared_ptr<QSvgRenderer>& renderer = renderers[name + colour.name()];
  if (!renderer) renderer = std::make_shared<QSvgRenderer>(sourceOf(name).replace("currentColor", colour.name().toLatin1()));
  return *renderer;
}

}  // namespace

bool hasIcon(const QString& name) { return QFile::exists(QStringLiteral(":/icons/%1.svg").arg(name)); }

void paintIcon(QPainter& painter, const QRectF& rect, const QString& name, const QColor& colour) {
  QSvgRenderer& renderer = rendererOf(name, colour);
  if (renderer.isValid()) renderer.render(&painter, rect);
  else painter.fillRect(rect, inked(Ink::Danger));
}

void IconEngine::paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) {
  const Theme& theme = Theme::instance();
  const QColor colour = mode == QIcon::Disabled ? theme.disabledIcon() : theme.colour(m_ink);
  paintIcon(*painter, rect, m_name, colour);
}

QPixmap IconEngine::pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) {
  QPixmap pixmap(size);
  pixmap.fill(Qt::transparent);
  QPainter painter(&pixmap);
  paint(&painter, QRect(QPoint(), size), mode, state);
  return pixmap;
}

}  // namespace shardwright::ui
