#include "ui/shell/navigation_rail.h"

#include <QButtonGroup>
#include <QPainter>
#include <QShortcut>
#include <QVBoxLayout>

#include "ui/theme/icons.h"
#include "ui/widgets/text.h"

namespace shardwright::ui {

namespace {

constexpr int wide = 184, narrow = 56, buttonHeight = 32;

}  // namespace

RailButton::RailButton(const PageInfo& info, int number) : m_info(info) {
  setObjectName(QStringLiteral("shell.rail.") + info.id);
  setAccessibleName(info.title);
  setText(info.title);
  setCheckable(true);
  setFocusPolicy(Qt::StrongFocus);
  setAttribute(Qt::WA_Hover);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  if (number <= 9) setToolTip(tr("%1 (Ctrl+%2)").arg(info.title).arg(number));
}

void RailButton::setBadge(const QString& badge) {
  if (badge == m_badge) return;
  m_badge = badge;
  setAccessibleDescription(badge);
  update();
}

void RailButton::setNarrow(bool to) {
  m_narrow = to;
  updateGeometry();
  update();
}

QSize RailButton::sizeHint() const { return {m_narrow ? narrow - 2 * grid::s : wide - 2 * grid::s, buttonHeight}; }

void RailButton::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const QRectF box(rect());
  painter.setPen(Qt::NoPen);
  if (isChecked()) painter.setBrush(inked(Ink::AccentWeak));
  else if (underMouse()) painter.setBrush(inked(Ink::Sunken));
  if (isChecked() || underMouse()) painter.drawRoundedRect(box, grid::smallRadius, grid::smallRadius);
  const QColor ink = inked(isChecked() ? Ink::Accent : Ink::Text2);
  const double left = m_narrow ? (box.width() - grid::icon) / 2 : grid::m;
  paintIcon(painter, QRectF(left, box.center().y() - grid::icon / 2.0, grid::icon, grid::icon), m_info.icon, ink);
  if (!m_narrow) {
    painter.setFont(typeface(isChecked() ? Type::Strong : Type::Body));
    painter.setPen(ink);
    painter.drawText(box.adjusted(left + grid::icon + grid::m, 0, -grid::s, 0), Qt::AlignVCenter | Qt::AlignLeft, text());
    painter.setFont(typeface(Type::CaptionStrong));
    painter.drawText(box.adjusted(0, 0, -grid::m, 0), Qt::AlignVCenter | Qt::AlignRight, m_badge);
  }
  if (hasFocus()) {
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(inked(Ink::Accent), 2));
    painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), grid::smallRadius, grid::smallRadius);
  }
}

NavigationRail::NavigationRail(const std::vector<PageInfo>& pages, QWidget* parent) : QWidget(parent), m_pages(pages) {
  setObjectName(QStringLiteral("shell.rail"));
  setFixedWidth(wide);
  auto* const all = new QVBoxLayout(this);
  all->setContentsMargins(grid::s, grid::m, grid::s, grid::m);
  all->setSpacing(2);
  auto* const name = new Text(Type::Section, Ink::Text, QStringLiteral("Shardwright"));
  name->setContentsMargins(grid::s + 2, 0, 0, grid::m);
  m_name = name;
  all->addWidget(name);
  int number = 0;
  for (const PageInfo& info : m_pages) {
    if (!info.under.isEmpty()) continue;
    auto* const button = new RailButton(info, ++number);
    m_buttons.push_back(button);
    all->addWidget(button);
    connect(button, &QAbstractButton::clicked, this, [this, &info] { Q_EMIT chosen(info.id); });
    if (number > 9) continue;
    auto* const shortcut = new QShortcut(QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_0 + number)), this);
    connect(shortcut, &QShortcut::activated, this, [this, &info] { Q_EMIT chosen(info.id); });
  }
  all->addStretch();
}

void NavigationRail::mark(const QString& page) {
  const PageInfo* const info = pageInfo(page);
  const QString shown = info != nullptr && !info->under.isEmpty() ? info->under : page;
  for (RailButton* button : m_buttons) button->setChecked(button->info().id == shown);
}

void NavigationRail::showBadges(const ClusterFacts& facts) {
  for (RailButton* button : m_buttons)
    if (button->info().badge) button->setBadge(button->info().badge(facts));
}

void NavigationRail::setNarrow(bool to) {
  setFixedWidth(to ? narrow : wide);
  m_name->setVisible(!to);
  for (RailButton* button : m_buttons) button->setNarrow(to);
}

void NavigationRail::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.fillRect(rect(), inked(Ink::Surface));
  painter.fillRect(QRect(width() - 1, 0, 1, height()), inked(Ink::Border));
}

}  // namespace shardwright::ui
