// NameDialog: asks for the name to be typed before something is destroyed or reversed. Until it is right, nothing in the
// dialog does anything, Enter included. Opened, never executed: what it is about may change or end meanwhile.
#pragma once

#include <QDialog>
#include <QStringList>

#include "ui/bridge/command.h"

class QLineEdit;
class QPushButton;

namespace shardwright::ui {

class NameDialog : public QDialog {
  Q_OBJECT

 public:
  struct Question {
    QString id;            // begins the object names: execution.cancel
    QString title;         // Roll calm-otter-17 back?
    QStringList effects;   // what happens, a sentence each
    QString name;          // to be typed
    QString action;        // Roll back
    Command command;       // that does the same
  };
  NameDialog(const Question& question, QWidget* parent);

  // It is not possible any more: says why and leaves only Close.
  void withdraw(const QString& why);

 Q_SIGNALS:
  void confirmed();

 private:
  QWidget* makeEffects(const Question& question);
  void look();

  QString m_name;
  QLineEdit* m_typed;
  QPushButton *m_act, *m_close;
  class Text* m_hint;
  bool m_withdrawn = false;
};

}  // namespace shardwright::ui
