#include "ui/widgets/buttons.h"

#include "ui/theme/style.h"
#include "ui/theme/theme.h"

namespace shardwright::ui {

namespace {

QPushButton* button(const QString& name, const QString& text, ButtonRole role) {
  auto* const made = new QPushButton(text);
  made->setObjectName(name);
  made->setAccessibleName(text);
  made->setAutoDefault(false);
  setButtonRole(*made, role);
  return made;
}

}  // namespace

QPushButton* plainButton(const QString& name, const QString& text) { return button(name, text, ButtonRole::Plain); }
QPushButton* primaryButton(const QString& name, const QString& text) { return button(name, text, ButtonRole::Primary); }
QPushButton* dangerButton(const QString& name, const QString& text) { return button(name, text, ButtonRole::Danger); }

QPushButton* iconButton(const QString& name, const QString& icon, const QString& text) {
  QPushButton* const made = button(name, {}, ButtonRole::Quiet);
  made->setIcon(Theme::instance().icon(icon));
  made->setAccessibleName(text);
  made->setToolTip(text);
  return made;
}

void allow(QPushButton* button, bool allowed, const QString& why) {
  button->setEnabled(allowed);
  button->setToolTip(why);
  button->setAccessibleDescription(why);
}

}  // namespace shardwright::ui
