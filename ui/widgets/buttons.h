// Buttons by what they are for. Each has an object name (page.area.thing) and says its reason where it is disabled.
#pragma once

#include <QPushButton>

namespace shardwright::ui {

QPushButton* plainButton(const QString& name, const QString& text);
QPushButton* primaryButton(const QString& name, const QString& text);  // filled: at most one a page
QPushButton* dangerButton(const QString& name, const QString& text);   // destroys or reverses
// An icon alone in a bar; `text` is its accessible name and tooltip.
QPushButton* iconButton(const QString& name, const QString& icon, const QString& text);

// Enabled, or disabled with the reason in tooltip and description.
void allow(QPushButton* button, bool allowed, const QString& why);

}  // namespace shardwright::ui
