// Command: what a person would type to do the same. Every change that the window makes shows one.
#pragma once

#include <QString>
#include <QStringList>

namespace shardwright::ui {

struct Command {
  QString catalog;    // file
  QStringList words;  // verb and arguments: plan, approve, calm-otter-17, ...
  QString actor = {}; // who acts; empty: the user of the operating system

  QStringList arguments() const;  // with --catalog and --actor in front
  QString text() const;           // shardwright --catalog FILE plan approve ..., each argument one word of a shell
  friend bool operator==(const Command&, const Command&) = default;
};

}  // namespace shardwright::ui
