#include "ui/theme/style.h"

#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QStyleFactory>
#include <QStyleOption>

#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

namespace shardwright::ui {

namespace {

constexpr const char* roleProperty = "shardwrightRole";
constexpr int scrollBar = 10;

struct Face {
  QColor fill, line, text;
};

bool has(const QStyleOption* option, QStyle::StateFlag flag) { return option->state.testFlag(flag); }

Face disabledFace() { return {inked(Ink::Sunken), inked(Ink::Border), inked(Ink::Text3)}; }

Face faceOf(ButtonRole role, const QStyleOption* option) {
  const Theme& theme = Theme::instance();
  const bool down = has(option, QStyle::State_Sunken) || has(option, QStyle::State_On);
  const bool over = has(option, QStyle::State_MouseOver);
  if (!has(option, QStyle::State_Enabled)) return role == ButtonRole::Quiet ? Face{Qt::transparent, Qt::transparent, inked(Ink::Text3)} : disabledFace();
  switch (role) {
    case ButtonRole::Primary: {
      const QColor fill = down ? theme.mixed(Ink::Text, Ink::Accent, 0.2) : over ? theme.mixed(Ink::Text, Ink::Accent, 0.1) : inked(Ink::Accent);
      return {fill, fill, inked(Ink::OnAccent)};
    }
    case ButtonRole::Danger:
      return {down || over ? theme.mixed(Ink::Danger, Ink::Surface, 0.1) : inked(Ink::Surface), inked(Ink::Danger), inked(Ink::Danger)};
    case ButtonRole::Quiet:
      return {down ? inked(Ink::AccentWeak) : over ? inked(Ink::Sunken) : QColor(Qt::transparent), Qt::transparent, inked(Ink::Text2)};
    case ButtonRole::Plain: break;
  }
  return {down ? inked(Ink::AccentWeak) : over ? inked(Ink::Sunken) : inked(Ink::Surface), inked(Ink::Border), inked(Ink::Text)};
}

// A rounded box whose line lies inside `rect`, sharp at every scale.
void drawBox(QPainter& painter, const QRect& rect, const QColor& fill, const QColor& line, double radius = grid::smallRadius) {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setBrush(fill);
  painter.setPen(line.alpha() == 0 ? QPen(Qt::NoPen) : QPen(line, 1));
  painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
  painter.restore();
}

void drawRing(QPainter& painter, const QRect& rect, double radius = grid::smallRadius) {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(inked(Ink::Accent), 2));
  painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), radius, radius);
  painter.restore();
}

void drawTick(QPainter& painter, const QStyleOption* option, bool round) {
  const bool enabled = has(option, QStyle::State_Enabled);
  const bool on = has(option, QStyle::State_On) || has(option, QStyle::State_NoChange);
  const QColor fill = !enabled ? inked(Ink::Sunken) : on ? inked(Ink::Accent) : inked(Ink::Surface);
  const QColor line = !enabled ? inked(Ink::Border) : on ? inked(Ink::Accent) : inked(Ink::Text3);
  drawBox(painter, option->rect, fill, line, round ? option->rect.width() / 2.0 : 3);
  if (!on) return;
  const QRectF inner = QRectF(option->rect).adjusted(2, 2, -2, -2);
  const QColor mark = enabled ? inked(Ink::OnAccent) : inked(Ink::Text3);
  const QString sign = round ? QStringLiteral("dot") : has(option, QStyle::State_NoChange) ? QStringLiteral("removed") : QStringLiteral("ok");
  paintIcon(painter, inner, sign, mark);
}

// The icon is painted, not blitted: it stays sharp at every scale and in pictures.
void drawButtonLabel(QPainter& painter, const QStyleOptionButton& button, const QColor& ink) {
  const int textWidth = button.text.isEmpty() ? 0 : button.fontMetrics.size(Qt::TextShowMnemonic, button.text).width();
  const int iconWidth = button.icon.isNull() ? 0 : grid::icon;
  const int gap = textWidth > 0 && iconWidth > 0 ? grid::s - 2 : 0;
  QRect place = button.rect;
  place.setLeft(button.rect.left() + std::max(grid::xs, (button.rect.width() - textWidth - gap - iconWidth) / 2));
  if (iconWidth > 0) {
    const QRect box(place.left(), place.center().y() - grid::icon / 2 + 1, grid::icon, grid::icon);
    button.icon.paint(&painter, box, Qt::AlignCenter, has(&button, QStyle::State_Enabled) ? QIcon::Normal : QIcon::Disabled);
    place.setLeft(box.right() + 1 + gap);
  }
  painter.setPen(ink);
  painter.drawText(place, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextShowMnemonic, button.text);
}

void drawHeader(QPainter& painter, const QStyleOptionHeader& header) {
  painter.fillRect(header.rect, inked(Ink::Surface));
  painter.setPen(inked(Ink::Border));
  painter.drawLine(header.rect.bottomLeft(), header.rect.bottomRight());
}

void drawHeaderLabel(QPainter& painter, const QStyleOptionHeader& header) {
  QRect rect = header.rect.adjusted(grid::s, 0, -grid::s, 0);
  const bool sorted = header.sortIndicator != QStyleOptionHeader::None;
  painter.setFont(typeface(Type::Caption));
  painter.setPen(sorted ? inked(Ink::Text) : inked(Ink::Text2));
  if (sorted) {
    const QString arrow = header.sortIndicator == QStyleOptionHeader::SortUp ? QStringLiteral("up") : QStringLiteral("down");
    const bool right = header.textAlignment.testFlag(Qt::AlignRight);
    const int width = painter.fontMetrics().horizontalAdvance(header.text);
    const int x = right ? rect.right() - std::min(width, rect.width() - 14) - 14 : std::min(rect.left() + width + 4, rect.right() - 12);
    paintIcon(painter, QRectF(x, rect.center().y() - 5, 12, 12), arrow, inked(Ink::Text2));
    if (!right) rect.setRight(std::max(rect.left(), x + width));
  }
  const QString text = painter.fontMetrics().elidedText(header.text, Qt::ElideRight, rect.width());
  painter.drawText(rect, static_cast<int>(header.textAlignment | Qt::AlignVCenter), text);
}

void drawTab(QPainter& painter, const QStyleOptionTab& tab) {
  const bool chosen = has(&tab, QStyle::State_Selected);
  painter.save();
  painter.setFont(typeface(chosen ? Type::Strong : Type::Body));
  painter.setPen(!has(&tab, QStyle::State_Enabled) ? inked(Ink::Text3) : chosen ? inked(Ink::Accent) : inked(Ink::Text2));
  painter.drawText(tab.rect.adjusted(0, 0, 0, -2), Qt::AlignCenter | Qt::TextShowMnemonic, tab.text);
  if (chosen) painter.fillRect(QRect(tab.rect.left() + 4, tab.rect.bottom() - 1, tab.rect.width() - 8, 2), inked(Ink::Accent));
  if (has(&tab, QStyle::State_HasFocus)) drawRing(painter, tab.rect.adjusted(0, 2, 0, -4));
  painter.restore();
}

void drawProgress(QPainter& painter, const QStyleOptionProgressBar& bar) {
  const int height = 6;
  const QRect track(bar.rect.left(), bar.rect.center().y() - height / 2, bar.rect.width(), height);
  drawBox(painter, track, inked(Ink::Sunken), Qt::transparent, 3);
  if (bar.maximum <= bar.minimum) return;
  const double share = static_cast<double>(bar.progress - bar.minimum) / (bar.maximum - bar.minimum);
  QRect done = track;
  done.setWidth(static_cast<int>(track.width() * std::clamp(share, 0.0, 1.0)));
  if (done.width() > 0) drawBox(painter, done, inked(Ink::Accent), Qt::transparent, 3);
}

}  // namespace

void setButtonRole(QAbstractButton& button, ButtonRole role) {
  button.setProperty(roleProperty, static_cast<int>(role));
  button.update();
}

ButtonRole buttonRole(const QWidget* button) {
  return button == nullptr ? ButtonRole::Plain : static_cast<ButtonRole>(button->property(roleProperty).toInt());
}

Style::Style() : QProxyStyle(QStyleFactory::create(QStringLiteral("fusion"))) {}

void Style::polish(QWidget* widget) {
  QProxyStyle::polish(widget);
  if (qobject_cast<QAbstractButton*>(widget) != nullptr || qobject_cast<QComboBox*>(widget) != nullptr)
    widget->setAttribute(Qt::WA_Hover);
  if (auto* const field = qobject_cast<QLineEdit*>(widget); field != nullptr && field->textMargins().isNull()) {
    field->setTextMargins(grid::xs, 0, grid::xs, 0);
    if (qobject_cast<QAbstractSpinBox*>(field->parentWidget()) == nullptr) field->setMinimumHeight(grid::control);
  }
}

void Style::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter, const QWidget* widget) const {
  switch (element) {
    case PE_PanelButtonCommand:
    case PE_PanelButtonTool: {
      const Face face = faceOf(buttonRole(widget), option);
      drawBox(*painter, option->rect, face.fill, face.line);
      if (has(option, State_HasFocus) && has(option, State_KeyboardFocusChange)) drawRing(*painter, option->rect);
      return;
    }
    case PE_FrameFocusRect:
      if (qobject_cast<const QAbstractButton*>(widget) != nullptr) drawRing(*painter, option->rect);
      return;
    case PE_PanelLineEdit:
      // A spin box draws one box around field and arrows.
      if (widget != nullptr && qobject_cast<QAbstractSpinBox*>(widget->parentWidget()) != nullptr) return;
      [[fallthrough]];
    case PE_FrameLineEdit: {
      if (widget != nullptr && qobject_cast<const QAbstractItemView*>(widget->parentWidget()) != nullptr) break;
      const bool enabled = has(option, State_Enabled);
      drawBox(*painter, option->rect, enabled ? inked(Ink::Surface) : inked(Ink::Sunken), inked(Ink::Border));
      if (has(option, State_HasFocus)) drawRing(*painter, option->rect);
      return;
    }
    case PE_IndicatorCheckBox: drawTick(*painter, option, false); return;
    case PE_IndicatorRadioButton: drawTick(*painter, option, true); return;
    case PE_FrameTabBarBase:
      painter->fillRect(QRect(option->rect.left(), option->rect.bottom(), option->rect.width(), 1), inked(Ink::Border));
      return;
    case PE_FrameTabWidget:
    case PE_FrameStatusBarItem: return;
    case PE_IndicatorBranch: {
      if (!has(option, State_Children)) return;
      const QRectF place(option->rect.center().x() - 6, option->rect.center().y() - 6, 12, 12);
      paintIcon(*painter, place, has(option, State_Open) ? QStringLiteral("down") : QStringLiteral("forward"), inked(Ink::Text2));
      return;
    }
    case PE_PanelTipLabel: drawBox(*painter, option->rect, inked(Ink::Surface), inked(Ink::Border), 0); return;
    default: break;
  }
  QProxyStyle::drawPrimitive(element, option, painter, widget);
}

void Style::drawControl(ControlElement element, const QStyleOption* option, QPainter* painter, const QWidget* widget) const {
  switch (element) {
    case CE_PushButtonLabel:
      if (const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option)) {
        drawButtonLabel(*painter, *button, faceOf(buttonRole(widget), option).text);
        return;
      }
      break;
    case CE_HeaderSection:
    case CE_HeaderEmptyArea:
      if (const auto* header = qstyleoption_cast<const QStyleOptionHeader*>(option)) drawHeader(*painter, *header);
      else painter->fillRect(option->rect, inked(Ink::Surface));
      return;
    case CE_HeaderLabel:
      if (const auto* header = qstyleoption_cast<const QStyleOptionHeader*>(option)) {
        drawHeaderLabel(*painter, *header);
        return;
      }
      break;
    case CE_TabBarTab:
      if (const auto* tab = qstyleoption_cast<const QStyleOptionTab*>(option)) {
        drawTab(*painter, *tab);
        return;
      }
      break;
    case CE_ProgressBar:
      if (const auto* bar = qstyleoption_cast<const QStyleOptionProgressBar*>(option)) {
        drawProgress(*painter, *bar);
        return;
      }
      break;
    case CE_Splitter: return;
    default: break;
  }
  QProxyStyle::drawControl(element, option, painter, widget);
}

void Style::drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter, const QWidget* widget) const {
  if (control == CC_ScrollBar) {
    const auto* bar = qstyleoption_cast<const QStyleOptionSlider*>(option);
    if (bar != nullptr) {
      painter->fillRect(option->rect, inked(Ink::Surface));
      const QRect handle = subControlRect(CC_ScrollBar, option, SC_ScrollBarSlider, widget).adjusted(2, 2, -2, -2);
      const double shade = has(option, State_Sunken) ? 0.8 : has(option, State_MouseOver) ? 0.6 : 0.4;
      if (bar->maximum > bar->minimum)
        drawBox(*painter, handle, Theme::instance().mixed(Ink::Text3, Ink::Surface, shade), Qt::transparent, 3);
      return;
    }
  }
  if (control == CC_SpinBox) {
    if (const auto* box = qstyleoption_cast<const QStyleOptionSpinBox*>(option); box != nullptr) {
      drawBox(*painter, option->rect, inked(Ink::Surface), inked(Ink::Border));
      if (has(option, State_HasFocus)) drawRing(*painter, option->rect);
      const auto arrow = [&](SubControl part, QAbstractSpinBox::StepEnabledFlag step, const QString& icon) {
        const QPointF middle = QRectF(subControlRect(CC_SpinBox, option, part, widget)).center();
        const bool works = has(option, State_Enabled) && box->stepEnabled.testFlag(step);
        paintIcon(*painter, QRectF(middle.x() - 5, middle.y() - 5, 10, 10), icon, inked(works ? Ink::Text2 : Ink::Border));
      };
      arrow(SC_SpinBoxUp, QAbstractSpinBox::StepUpEnabled, QStringLiteral("up"));
      arrow(SC_SpinBoxDown, QAbstractSpinBox::StepDownEnabled, QStringLiteral("down"));
      return;
    }
  }
  if (control == CC_ComboBox) {
    if (const auto* box = qstyleoption_cast<const QStyleOptionComboBox*>(option); box != nullptr && !box->editable) {
      const Face face = faceOf(ButtonRole::Plain, option);
      drawBox(*painter, option->rect, face.fill, face.line);
      if (has(option, State_HasFocus)) drawRing(*painter, option->rect);
      paintIcon(*painter, QRectF(option->rect.right() - 20, option->rect.center().y() - 6, 12, 12), QStringLiteral("down"), face.text);
      return;
    }
  }
  QProxyStyle::drawComplexControl(control, option, painter, widget);
}

QSize Style::sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& size, const QWidget* widget) const {
  QSize out = QProxyStyle::sizeFromContents(type, option, size, widget);
  switch (type) {
    case CT_PushButton: {
      const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option);
      const int margin = buttonRole(widget) == ButtonRole::Quiet ? grid::s : grid::m;
      out = QSize(size.width() + 2 * margin + (button != nullptr && !button->icon.isNull() ? grid::s : 0), grid::control);
      if (button != nullptr && button->text.isEmpty()) out.setWidth(grid::control);
      return out;
    }
    case CT_ComboBox: return {size.width() + grid::s + 30, grid::control};
    case CT_SpinBox: return {out.width(), grid::control};
    case CT_LineEdit: return {out.width(), grid::control};
    case CT_TabBarTab: return {size.width() + 2 * grid::m, 32};
    case CT_HeaderSection: return {out.width() + grid::s, grid::row};
    case CT_ItemViewItem: out.setHeight(std::max(out.height(), grid::row)); return out;
    case CT_MenuItem: return {out.width(), std::max(out.height(), 26)};
    default: return out;
  }
}

QRect Style::subControlRect(ComplexControl control, const QStyleOptionComplex* option, SubControl part, const QWidget* widget) const {
  if (control == CC_ComboBox && part == SC_ComboBoxEditField) return option->rect.adjusted(grid::s, 2, -22, -2);
  if (control == CC_ScrollBar) {
    if (part == SC_ScrollBarAddLine || part == SC_ScrollBarSubLine) return {};
    const auto* bar = qstyleoption_cast<const QStyleOptionSlider*>(option);
    if (bar != nullptr && (part == SC_ScrollBarGroove || part == SC_ScrollBarSlider)) {
      if (part == SC_ScrollBarGroove) return option->rect;
      const bool upright = bar->orientation == Qt::Vertical;
      const int room = upright ? option->rect.height() : option->rect.width();
      const auto span = static_cast<qint64>(bar->maximum) - bar->minimum;
      const int length = span <= 0 ? room : std::clamp(static_cast<int>(static_cast<qint64>(room) * bar->pageStep / (span + bar->pageStep)), 28, room);
      const int at = sliderPositionFromValue(bar->minimum, bar->maximum, bar->sliderPosition, room - length, bar->upsideDown);
      return upright ? QRect(option->rect.left(), option->rect.top() + at, option->rect.width(), length)
                     : QRect(option->rect.left() + at, option->rect.top(), length, option->rect.height());
    }
    if (bar != nullptr && (part == SC_ScrollBarSubPage || part == SC_ScrollBarAddPage)) {
      const QRect handle = subControlRect(control, option, SC_ScrollBarSlider, widget);
      const QRect all = option->rect;
      if (bar->orientation == Qt::Vertical)
        return part == SC_ScrollBarSubPage ? QRect(all.left(), all.top(), all.width(), handle.top() - all.top())
                                           : QRect(all.left(), handle.bottom() + 1, all.width(), all.bottom() - handle.bottom());
      return part == SC_ScrollBarSubPage ? QRect(all.left(), all.top(), handle.left() - all.left(), all.height())
                                         : QRect(handle.right() + 1, all.top(), all.right() - handle.right(), all.height());
    }
  }
  return QProxyStyle::subControlRect(control, option, part, widget);
}

int Style::pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const {
  switch (metric) {
    case PM_ScrollBarExtent: return scrollBar;
    case PM_ButtonIconSize:
    case PM_SmallIconSize:
    case PM_ToolBarIconSize:
    case PM_IndicatorWidth:
    case PM_IndicatorHeight:
    case PM_ExclusiveIndicatorWidth:
    case PM_ExclusiveIndicatorHeight: return grid::icon;
    case PM_SplitterWidth: return grid::m;
    case PM_ButtonShiftHorizontal:
    case PM_ButtonShiftVertical:
    case PM_DefaultFrameWidth: return metric == PM_DefaultFrameWidth ? 1 : 0;
    case PM_TabBarTabHSpace: return 2 * grid::m;
    case PM_TabBarTabShiftVertical:
    case PM_TabBarBaseOverlap: return 0;
    default: return QProxyStyle::pixelMetric(metric, option, widget);
  }
}

int Style::styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget, QStyleHintReturn* data) const {
  switch (hint) {
    case SH_EtchDisabledText:
    case SH_DitherDisabledText:
    case SH_ScrollBar_Transient: return 0;
    case SH_ComboBox_Popup: return 0;
    case SH_Menu_SloppySubMenus: return 1;
    case SH_ToolTip_WakeUpDelay: return 400;
    default: return QProxyStyle::styleHint(hint, option, widget, data);
  }
}

}  // namespace shardwright::ui
