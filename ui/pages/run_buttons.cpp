#include "ui/pages/run_buttons.h"

#include <QEvent>
#include <QHBoxLayout>

#include "ui/pages/run_lines.h"
#include "ui/theme/format.h"
#include "ui/widgets/buttons.h"

namespace shardwright::ui {

namespace {

QString key(RunAct act) {
  switch (act) {
    case RunAct::Pause: return QStringLiteral("pause");
    case RunAct::Resume: return QStringLiteral("resume");
    case RunAct::StopAfterWave: return QStringLiteral("afterWave");
    case RunAct::CutOver: return QStringLiteral("cutover");
    case RunAct::Cancel: return QStringLiteral("cancel");
    case RunAct::Retry: return QStringLiteral("retry");
    case RunAct::RollBack: return QStringLiteral("rollback");
    case RunAct::CleanUp: return QStringLiteral("cleanup");
    case RunAct::Throttle: return QStringLiteral("throttle");
  }
  return {};
}

}  // namespace

RunButtons::RunButtons(const QString& name, const std::vector<RunAct>& acts, bool ofOneMove, QWidget* parent) : QWidget(parent), m_ofOneMove(ofOneMove) {
  setObjectName(name);
  auto* const line = new QHBoxLayout(this);
  line->setContentsMargins(0, 0, 0, 0);
  line->setSpacing(grid::s);
  for (const RunAct act : acts) {
    const QString full = name + QLatin1Char('.') + key(act);
    auto* const button = destroysOrReverses(act) ? dangerButton(full, actWord(act, ofOneMove)) : plainButton(full, actWord(act, ofOneMove));
    button->installEventFilter(this);
    connect(button, &QPushButton::clicked, this, [this, act] { Q_EMIT asked(act); });
    line->addWidget(button);
    m_buttons[act] = button;
  }
}

void RunButtons::show(const RunReading& reading, const MoveStatus* move, bool busy) {
  for (const auto& [act, button] : m_buttons) {
    const Choice choice = choiceOf(reading, act, m_ofOneMove ? move : nullptr);
    const bool allowed = choice.allowed && !busy;
    allow(button, allowed, asSentence(choice.allowed && busy ? std::string("something is being asked of it already") : choice.why));
  }
}

void RunButtons::showNone(const QString& why) {
  for (const auto& [act, button] : m_buttons) allow(button, false, why);
}

bool RunButtons::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::Enter || event->type() == QEvent::FocusIn)
    for (const auto& [act, button] : m_buttons)
      if (button == watched) Q_EMIT considered(act);
  return QWidget::eventFilter(watched, event);
}

}  // namespace shardwright::ui
