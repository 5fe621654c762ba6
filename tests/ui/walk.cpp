#include "tests/ui/walk.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QAccessible>
#include <QButtonGroup>
#include <QComboBox>
#include <QLineEdit>
#include <QSet>
#include <QTextEdit>

namespace shardwright::test {

namespace {

// Parts that Qt makes inside its own controls are the control's business.
bool isPartOfAnother(const QWidget* widget) {
  for (const QWidget* parent = widget->parentWidget(); parent != nullptr; parent = parent->parentWidget())
    if (qobject_cast<const QAbstractItemView*>(parent) != nullptr || qobject_cast<const QComboBox*>(parent) != nullptr ||
        qobject_cast<const QAbstractSpinBox*>(parent) != nullptr)
      return true;
  return false;
}

bool isControl(const QWidget* widget) {
  const bool ofAKind = qobject_cast<const QAbstractButton*>(widget) != nullptr || qobject_cast<const QComboBox*>(widget) != nullptr ||
                       qobject_cast<const QLineEdit*>(widget) != nullptr || qobject_cast<const QTextEdit*>(widget) != nullptr ||
                       qobject_cast<const QAbstractItemView*>(widget) != nullptr || qobject_cast<const QAbstractSpinBox*>(widget) != nullptr ||
                       (qobject_cast<const QAbstractSlider*>(widget) != nullptr && widget->focusPolicy() != Qt::NoFocus);
  return ofAKind || (widget->focusPolicy() & Qt::TabFocus) == Qt::TabFocus;
}

// Of several of which one is chosen, Tab reaches the chosen one and the arrows the others.
bool isReachedByArrows(const QWidget* widget) {
  const auto* const button = qobject_cast<const QAbstractButton*>(widget);
  if (button == nullptr || !button->isCheckable() || button->isChecked()) return false;
  return button->autoExclusive() || (button->group() != nullptr && button->group()->exclusive());
}

QString nameOf(const QWidget* widget) {
  return QStringLiteral("%1 \"%2\" in %3")
      .arg(QString::fromLatin1(widget->metaObject()->className()), widget->objectName(), widget->parentWidget() == nullptr ? QString() : widget->parentWidget()->objectName());
}

}  // namespace

QList<QWidget*> controlsOf(const QWidget& root) {
  QList<QWidget*> controls;
  for (QWidget* widget : root.findChildren<QWidget*>())
    if (widget->isVisibleTo(&root) && isControl(widget) && !isPartOfAnother(widget)) controls << widget;
  return controls;
}

QStringList complaintsAbout(const QWidget& window) {
  QSet<const QWidget*> reached;
  for (const QWidget* at = window.nextInFocusChain(); at != &window && !reached.contains(at); at = at->nextInFocusChain()) reached << at;
  QStringList complaints;
  for (QWidget* control : controlsOf(window)) {
    if (control->objectName().isEmpty()) complaints << nameOf(control) + QStringLiteral(" has no object name");
    QAccessibleInterface* const told = QAccessible::queryAccessibleInterface(control);
    if (told == nullptr || told->text(QAccessible::Name).isEmpty()) complaints << nameOf(control) + QStringLiteral(" has no accessible name");
    if (!control->isEnabled() || isReachedByArrows(control)) continue;
    if (!reached.contains(control) || (control->focusPolicy() & Qt::TabFocus) != Qt::TabFocus) complaints << nameOf(control) + QStringLiteral(" is out of reach by Tab");
  }
  return complaints;
}

}  // namespace shardwright::test
