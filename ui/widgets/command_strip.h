// CommandStrip: the command that does the same, to be read and copied. Beside everything that changes something.
#pragma once

#include <QWidget>

#include "ui/bridge/command.h"

namespace shardwright::ui {

class ElidedText;

class CommandStrip : public QWidget {
  Q_OBJECT

 public:
  explicit CommandStrip(const QString& name, QWidget* parent = nullptr);
  void show(const Command& command);
  QString command() const { return m_command; }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QString m_command;
  ElidedText* m_text;
};

}  // namespace shardwright::ui
