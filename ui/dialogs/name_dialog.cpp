#include "ui/dialogs/name_dialog.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QVBoxLayout>

#include "ui/widgets/buttons.h"
#include "ui/widgets/command_strip.h"
#include "ui/widgets/symbol.h"
#include "ui/widgets/text.h"

namespace shardwright::ui {

NameDialog::NameDialog(const Question& question, QWidget* parent) : QDialog(parent), m_name(question.name) {
  setObjectName(question.id);
  setWindowTitle(question.title);
  setAccessibleName(question.title);
  setAttribute(Qt::WA_DeleteOnClose);
  setModal(true);
  setMinimumWidth(520);
  auto* const all = new QVBoxLayout(this);
  all->setContentsMargins(grid::xl, grid::xl, grid::xl, grid::l);
  all->setSpacing(grid::m);
  auto* const title = new Text(Type::Title, Ink::Text, question.title);
  title->setWordWrap(true);
  all->addWidget(title);
  all->addWidget(makeEffects(question));
  auto* const ask = new Text(Type::Body, Ink::Text2, tr("Type %1 to go on").arg(question.name));
  m_typed = new QLineEdit;
  m_typed->setObjectName(question.id + QStringLiteral(".name"));
  m_typed->setAccessibleName(ask->text());
  m_typed->setFont(typeface(Type::Mono));
  ask->setBuddy(m_typed);
  all->addWidget(ask);
  all->addWidget(m_typed);
  m_hint = new Text(Type::Caption, Ink::Text3);
  m_hint->setObjectName(question.id + QStringLiteral(".hint"));
  m_hint->setWordWrap(true);
  all->addWidget(m_hint);
  auto* const command = new CommandStrip(question.id + QStringLiteral(".command"));
  command->show(question.command);
  all->addWidget(command);
  auto* const buttons = new QHBoxLayout;
  buttons->setSpacing(grid::s);
  m_close = plainButton(question.id + QStringLiteral(".close"), tr("Close"));
  m_act = dangerButton(question.id + QStringLiteral(".act"), question.action);
  buttons->addStretch();
  buttons->addWidget(m_close);
  buttons->addWidget(m_act);
  all->addLayout(buttons);
  connect(m_typed, &QLineEdit::textChanged, this, &NameDialog::look);
  connect(m_typed, &QLineEdit::returnPressed, m_act, &QPushButton::click);  // disabled, it does nothing
  connect(m_close, &QPushButton::clicked, this, &QDialog::reject);
  connect(m_act, &QPushButton::clicked, this, [this] {
    Q_EMIT confirmed();
    accept();
  });
  m_typed->setFocus();
  look();
}

QWidget* NameDialog::makeEffects(const Question& question) {
  auto* const box = new QWidget;
  auto* const lines = new QVBoxLayout(box);
  lines->setContentsMargins(0, 0, 0, 0);
  lines->setSpacing(grid::s);
  for (const QString& effect : question.effects) {
    auto* const line = new QHBoxLayout;
    line->setSpacing(grid::s);
    line->addWidget(new Symbol(QStringLiteral("dot"), Ink::Text3, 12), 0, Qt::AlignTop);
    auto* const words = new Text(Type::Body, Ink::Text, effect);
    words->setWordWrap(true);
    line->addWidget(words, 1);
    lines->addLayout(line);
  }
  return box;
}

void NameDialog::withdraw(const QString& why) {
  m_withdrawn = true;
  m_typed->setEnabled(false);
  m_hint->setInk(Ink::Danger);
  m_hint->setText(why);
  allow(m_act, false, why);
}

void NameDialog::look() {
  if (m_withdrawn) return;
  const bool right = m_typed->text() == m_name;
  const QString why = right ? QString() : m_typed->text().isEmpty() ? tr("The name has not been typed yet.") : tr("That is not %1.").arg(m_name);
  m_hint->setText(why);
  allow(m_act, right, why);
}

}  // namespace shardwright::ui
