// A walk over the widgets of a window as somebody without mouse or eyes meets them.
#pragma once

#include <QStringList>
#include <QWidget>
#include <QList>

namespace shardwright::test {

// Controls that a person can touch and that are to be seen under `root`.
QList<QWidget*> controlsOf(const QWidget& root);

// A sentence for each control without an object name, without an accessible name, or out of reach by Tab.
QStringList complaintsAbout(const QWidget& window);

}  // namespace shardwright::test
