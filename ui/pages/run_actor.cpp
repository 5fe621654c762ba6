#include "ui/pages/run_actor.h"

#include <QWidget>
#include <algorithm>

#include "core/manager/shard_manager.h"
#include "ui/bridge/source.h"
#include "ui/dialogs/name_dialog.h"
#include "ui/pages/run_lines.h"
#include "ui/theme/format.h"

namespace shardwright::ui {

namespace {

QString plain(QString word) { return word.remove(QChar(u'…')); }

Result<WishOutcome> wish(RunVerbs runs, const PlanId& plan, RunAct act, const std::optional<MoveId>& move, std::int64_t argument, std::stop_token stop) {
  switch (act) {
    case RunAct::Pause: return runs.pause(plan, false);
    case RunAct::StopAfterWave: return runs.pause(plan, true);
    case RunAct::Resume: return runs.resume(plan, {}, stop);
    case RunAct::CutOver: return runs.cutOver(plan, move);
    case RunAct::Cancel: return runs.cancel(plan, move, {}, stop);
    case RunAct::Retry: return runs.retry(plan, move, {}, stop);
    case RunAct::Throttle: return runs.throttle(plan, argument);
    case RunAct::RollBack:
    case RunAct::CleanUp: break;
  }
  return invalidInput("this is no wish to an executor");
}

// Their work may last in the rare case that the executor has just died: never on the lane that changes share.
Lane laneOf(RunAct act) {
  return act == RunAct::Resume || act == RunAct::Cancel || act == RunAct::Retry ? Lane::Own : Lane::Catalog;
}

}  // namespace

RunActor::RunActor(Session& session, QWidget* page) : QObject(page), m_session(session), m_page(page) {}

void RunActor::follow(std::shared_ptr<const RunReading> reading) {
  m_reading = std::move(reading);
  if (!m_dialog || !m_asked || !m_reading) return;
  const Choice choice = choiceOf(*m_reading, m_asked->act, moveOf(m_asked->move));
  if (!choice.allowed) m_dialog->withdraw(tr("Not possible any more: %1.").arg(said(choice.why)));
}

const MoveStatus* RunActor::moveOf(const std::optional<MoveId>& move) const {
  if (!move || !m_reading) return nullptr;
  const auto& moves = m_reading->status.moves;
  const auto at = std::ranges::find_if(moves, [&](const MoveStatus& status) { return status.move.id == *move; });
  return at == moves.end() ? nullptr : &*at;
}

Command RunActor::commandOf(RunAct act, const std::optional<MoveId>& move, std::int64_t argument) const {
  return m_session.command(wordsOf(*m_reading, act, move, argument));
}

void RunActor::act(RunAct act, const std::optional<MoveId>& move, std::int64_t argument) {
  if (!m_reading || isBusy()) return;
  const Deed deed{act, move, argument};
  if (destroysOrReverses(act)) ask(deed);
  else perform(deed);
}

QStringList RunActor::effectsOf(const Deed& deed) const {
  const auto applies = [&](Action action) {
    QStringList names;
    for (const MoveStatus& move : m_reading->status.moves)
      if ((!deed.move || move.move.id == *deed.move) && permission(phaseOf(move), action).allowed)
        names << tr("%1 (%2 → %3)").arg(text(move.move.id.text()), text(move.move.source.text()), text(move.move.target.text()));
    constexpr qsizetype most = 5;
    const auto more = static_cast<int>(names.size() - most);
    if (more > 0) names = names.first(most) << tr("%1 more").arg(more);
    return names.join(QStringLiteral(", "));
  };
  switch (deed.act) {
    case RunAct::Cancel:
      return {tr("Dropped, with what was copied: %1.").arg(applies(Action::Cancel)), tr("Their ranges stay open on their sources; no row is lost."),
              tr("Moves that are open on their targets stay there; Roll back returns them.")};
    case RunAct::RollBack:
      return {tr("Back to their sources, the last first: %1.").arg(applies(Action::RollBack)), tr("Every write made on the targets meanwhile comes along."),
              tr("Each range is closed for a moment. The plan cannot be run again; copy it to move once more.")};
    case RunAct::CleanUp:
      return {tr("The way back ends for: %1.").arg(applies(Action::CleanUp)), tr("Every row is compared before; then the rows on the sources are removed for good."),
              tr("Afterwards going back takes a plan of its own.")};
    default: return {};
  }
}

void RunActor::ask(const Deed& deed) {
  const QString plan = text(m_reading->id().text());
  const QString word = plain(actWord(deed.act, deed.move.has_value()));
  const QString subject = deed.move ? tr("%1 of %2").arg(text(deed.move->text()), plan) : plan;
  m_asked = deed;
  m_dialog = new NameDialog({.id = QStringLiteral("execution.confirm"),
                             .title = tr("%1: %2?").arg(word, subject),
                             .effects = effectsOf(deed),
                             .name = plan,
                             .action = word,
                             .command = commandOf(deed.act, deed.move)},
                            m_page->window());
  connect(m_dialog, &NameDialog::confirmed, this, [this, deed] { perform(deed); });
  m_dialog->open();
}

// Whether it is allowed is asked again by core, with what is so by then.
void RunActor::perform(const Deed& deed) {
  if (isBusy()) return;
  const Choice choice = choiceOf(*m_reading, deed.act, moveOf(deed.move));
  if (!choice.allowed) return end(asSentence(choice.why), true);
  if (choice.launches) launch(deed);
  else tell(deed);
  Q_EMIT busyChanged();
}

void RunActor::tell(const Deed& deed) {
  const QString title = tr("%1 %2").arg(plain(actWord(deed.act, deed.move.has_value())), text(m_reading->id().text()));
  m_request.start(
      laneOf(deed.act), title,
      [plan = m_reading->id(), deed](ShardManager& manager, Job& job) { return wish(manager.runs(), plan, deed.act, deed.move, deed.argument, job.token()); },
      [this](Result<WishOutcome> answer) { answer ? end(asSentence(answer->sentence), false) : end(asSentence(answer.error().message()), true); });
}

void RunActor::launch(const Deed& deed) {
  const QString title = tr("%1 %2").arg(plain(actWord(deed.act, deed.move.has_value())), text(m_reading->id().text()));
  m_launching = true;
  m_session.launch(title, m_session.command(wordsOf(*m_reading, deed.act, deed.move, deed.argument, false)), this, [this](Result<QString> answer) {
    m_launching = false;
    answer ? end(tr("A process of its own does it; closing this window stops nothing."), false) : end(asSentence(answer.error().message()), true);
  });
}

void RunActor::end(const QString& sentence, bool failed) {
  m_session.facts().refresh();
  Q_EMIT answered(sentence, failed);
  Q_EMIT busyChanged();
}

}  // namespace shardwright::ui
