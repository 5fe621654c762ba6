#include "ui/pages/plan_commands.h"

#include <QCoreApplication>
#include <QGridLayout>

#include "ui/theme/format.h"
#include "ui/widgets/command_strip.h"
#include "ui/widgets/text.h"

namespace shardwright::ui {

namespace {

struct Step {
  const char *thing, *what;
  QStringList before, after;  // words around the plan's name
};

QList<Step> steps() {
  return {
      {"approve", QT_TRANSLATE_NOOP("plan", "Approve exactly this plan"), {"plan", "approve"}, {"--fingerprint"}},
      {"run", QT_TRANSLATE_NOOP("plan", "Run it, in a process of its own"), {"run"}, {"--detach"}},
      {"hold", QT_TRANSLATE_NOOP("plan", "Run it, holding each move before its cut-over"), {"run"}, {"--detach", "--hold-cutover"}},
      {"cutover", QT_TRANSLATE_NOOP("plan", "Let what is held be cut over"), {"cutover"}, {}},
      {"status", QT_TRANSLATE_NOOP("plan", "Watch it"), {"status"}, {"--follow"}},
      {"pause", QT_TRANSLATE_NOOP("plan", "Stop in order, after the wave"), {"pause"}, {"--after-wave"}},
      {"cancel", QT_TRANSLATE_NOOP("plan", "Give up what is not cut over yet"), {"cancel"}, {}},
      {"rollback", QT_TRANSLATE_NOOP("plan", "Go back: every move, in reverse order"), {"rollback"}, {}},
      {"cleanup", QT_TRANSLATE_NOOP("plan", "Clean up; it ends the way back"), {"cleanup"}, {}},
      {"again", QT_TRANSLATE_NOOP("plan", "The same moves on the map in force, as a new plan"), {"plan", "rebase"}, {}},
  };
}

}  // namespace

PlanCommands::PlanCommands(Session& session, QWidget* parent) : QScrollArea(parent), m_session(session) {
  setObjectName(QStringLiteral("plan.commands"));
  setAccessibleName(tr("Commands"));
  setFrameShape(QFrame::NoFrame);
  setWidgetResizable(true);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  auto* const content = new QWidget;
  auto* const lines = new QGridLayout(content);
  lines->setContentsMargins(0, grid::s, grid::s, 0);
  lines->setHorizontalSpacing(grid::l);
  lines->setVerticalSpacing(grid::xs);
  lines->setColumnStretch(1, 1);
  int row = 0;
  for (const Step& step : steps()) {
    const QString what = QCoreApplication::translate("plan", step.what);
    auto* const strip = new CommandStrip(QStringLiteral("plan.commands.") + QLatin1String(step.thing));
    strip->setToolTip(what);
    lines->addWidget(new Text(Type::Body, Ink::Text2, what), row, 0);
    lines->addWidget(strip, row++, 1);
    m_strips << strip;
  }
  lines->setRowStretch(row, 1);
  setWidget(content);
  viewport()->setAutoFillBackground(false);
  content->setAutoFillBackground(false);
}

void PlanCommands::show(const PlanRecord& record) {
  const QList<Step> all = steps();
  for (int at = 0; at < all.size(); ++at) {
    QStringList words = all[at].before + QStringList{text(record.id.text())} + all[at].after;
    if (words.last() == QStringLiteral("--fingerprint")) words << text(record.fingerprint);
    m_strips[at]->show(m_session.command(words));
  }
}

}  // namespace shardwright::ui
