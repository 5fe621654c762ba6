#include "ui/bridge/command.h"

#include "core/load/shell_word.h"

namespace shardwright::ui {

QStringList Command::arguments() const {
  QStringList all{QStringLiteral("--catalog"), catalog};
  if (!actor.isEmpty()) all << QStringLiteral("--actor") << actor;
  return all + words;
}

QString Command::text() const {
  QStringList shell{QStringLiteral("shardwright")};
  for (const QString& word : arguments()) shell << QString::fromStdString(shellWord(word.toStdString()));
  return shell.join(QLatin1Char(' '));
}

}  // namespace shardwright::ui
