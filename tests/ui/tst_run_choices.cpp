// What the window says of a run and allows in it, from readings made by hand: no window, no catalog.
#include <QtTest>
#include <algorithm>

#include "tests/ui/run_cases.h"
#include "ui/bridge/run_choices.h"
#include "ui/bridge/run_history.h"
#include "ui/pages/run_lines.h"
#include "ui/widgets/throttle_control.h"

using namespace shardwright;
using namespace shardwright::ui;
using shardwright::test::readingOf;

namespace {

// Who must be there, or must not, beside what the table of the journal says.
enum class Executor { Needed, MustBeGone, Either };
struct Demand {
  RunAct act;
  Action action;
  Executor executor;
};
constexpr std::array demands = {
    Demand{RunAct::Pause, Action::Pause, Executor::Needed},        Demand{RunAct::Throttle, Action::Throttle, Executor::Needed},
    Demand{RunAct::CutOver, Action::CutOver, Executor::Needed},    Demand{RunAct::Cancel, Action::Cancel, Executor::Either},
    Demand{RunAct::Retry, Action::Retry, Executor::Either},        Demand{RunAct::RollBack, Action::RollBack, Executor::MustBeGone},
    Demand{RunAct::CleanUp, Action::CleanUp, Executor::MustBeGone},
};

bool expected(const Demand& demand, Phase phase, bool executed) {
  const bool there = demand.executor == Executor::Either || (demand.executor == Executor::Needed) == executed;
  // A cancel that was begun and left is brought to its end by another.
  if (demand.act == RunAct::Cancel && phase == Phase::Aborting && !executed) return true;
  return permission(phase, demand.action).allowed && there;
}

AuditEvent happened(std::int64_t sequence, const std::string& name, const std::string& detail) {
  AuditEvent made;
  made.sequence = sequence;
  made.at = 100 + sequence;
  made.actor = "ops";
  made.event = name;
  made.detail = detail;
  return made;
}

}  // namespace

class TestRunChoices : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void everyActionInEveryPhaseIsAsTheTableSays_data() {
    QTest::addColumn<int>("phase");
    QTest::addColumn<bool>("executed");
    for (const Phase phase : allPhases())
      for (const bool executed : {true, false})
        QTest::addRow("%s, %s", std::string(phaseKey(phase)).c_str(), executed ? "executed" : "by nobody") << static_cast<int>(phase) << executed;
  }
  void everyActionInEveryPhaseIsAsTheTableSays() {
    QFETCH(int, phase);
    QFETCH(bool, executed);
    const RunReading reading = readingOf({static_cast<Phase>(phase)}, executed);
    for (const Demand& demand : demands) {
      for (const MoveStatus* move : {static_cast<const MoveStatus*>(nullptr), &reading.status.moves.front()}) {
        const Choice choice = choiceOf(reading, demand.act, move);
        QVERIFY2(choice.allowed == expected(demand, static_cast<Phase>(phase), executed), std::string(actionName(demand.action)).c_str());
        QVERIFY2(choice.allowed || !choice.why.empty(), "an action that is not allowed says why");
        QVERIFY2(!choice.launches || !executed, "a living executor is told; nothing is started beside it");
      }
    }
  }

  void ofSeveralMovesItIsAllowedIfItIsForOne() {
    QVERIFY(choiceOf(readingOf({Phase::Watching, Phase::Copy}, true), RunAct::Cancel).allowed);
    QVERIFY(choiceOf(readingOf({Phase::Watching, Phase::Queued}, false), RunAct::RollBack).allowed);
    // The reason is that of what is still under way.
    const Choice choice = choiceOf(readingOf({Phase::Done, Phase::Decided}, true), RunAct::Cancel);
    QCOMPARE(choice.why, std::string(permission(Phase::Decided, Action::Cancel).why));
  }

  void onlyWhatIsPausedOrLeftCanBeResumed() {
    RunReading reading = readingOf({Phase::Copy}, true);
    QVERIFY(!choiceOf(reading, RunAct::Resume).allowed);
    reading.status.moves.front().row->paused = true;
    QVERIFY(choiceOf(reading, RunAct::Resume).allowed);
    QVERIFY(!choiceOf(reading, RunAct::Resume).launches);
    QVERIFY(!choiceOf(reading, RunAct::Pause).allowed);
    for (const PlanState left : {PlanState::Running, PlanState::Failed}) QVERIFY(choiceOf(readingOf({Phase::Copy}, false, left), RunAct::Resume).launches);
    for (const PlanState over : {PlanState::Watching, PlanState::Done, PlanState::RolledBack, PlanState::Cancelled})
      QVERIFY(!choiceOf(readingOf({Phase::Done}, false, over), RunAct::Resume).allowed);
  }

  void whatFailedCanBeTriedAgainWhereverItStands() {
    for (const Phase phase : allPhases()) QVERIFY(choiceOf(readingOf({phase}, false, PlanState::Failed), RunAct::Retry).allowed);
  }

  void theLastWaveCannotBeStoppedAfter() {
    QVERIFY(!choiceOf(readingOf({Phase::Copy}, true), RunAct::StopAfterWave).allowed);
    QVERIFY(choiceOf(readingOf({Phase::Copy, Phase::Queued}, true, PlanState::Running, {1, 2}), RunAct::StopAfterWave).allowed);
    QVERIFY(!choiceOf(readingOf({Phase::Watching, Phase::Copy}, true, PlanState::Running, {1, 2}), RunAct::StopAfterWave).allowed);
  }

  void inProductionCleanUpWaitsForTheSoakAndItsApproval() {
    RunReading reading = readingOf({Phase::Watching}, false, PlanState::Watching);
    reading.environment = Environment::Production;
    QVERIFY(!choiceOf(reading, RunAct::CleanUp).allowed);
    QCOMPARE(*cleanUpFrom(reading), UnixSeconds(2'000 + 24 * 3600));
    reading.now = 2'000 + 24 * 3600;
    QVERIFY(choiceOf(reading, RunAct::CleanUp).allowed);
    reading.cleanUpRefused = "approve the clean-up first";
    QCOMPARE(choiceOf(reading, RunAct::CleanUp).why, reading.cleanUpRefused);
  }

  void whoGoesOnGoesOnAsTheDeadExecutorWasTold() {
    RunReading reading = readingOf({Phase::Ready}, false);
    reading.status.moves.front().row->held = true;
    RunPast past;
    past.throttle = 500;
    reading.past = std::make_shared<const RunPast>(past);
    QCOMPARE(wordsOf(reading, RunAct::Resume), QStringList({"resume", "calm-otter-17", "--detach", "--hold-cutover", "--throttle", "500"}));
    QCOMPARE(wordsOf(readingOf({Phase::Watching}, false), RunAct::RollBack, MoveId("m1"), 0, false), QStringList({"--yes", "rollback", "calm-otter-17", "m1", "--detach"}));
    QCOMPARE(wordsOf(readingOf({Phase::Copy}, true), RunAct::Throttle, {}, 40), QStringList({"throttle", "calm-otter-17", "40"}));
  }

  void everyStepThatWaitsOrFailedHasAReason_data() { everyActionInEveryPhaseIsAsTheTableSays_data(); }
  void everyStepThatWaitsOrFailedHasAReason() {
    QFETCH(int, phase);
    QFETCH(bool, executed);
    for (const PlanState state : {PlanState::Running, PlanState::Failed, PlanState::Watching}) {
      RunReading reading = readingOf({static_cast<Phase>(phase)}, executed, state);
      for (const char* noted : {"", "the disk is full"}) {
        reading.status.moves.front().row->reason = noted;
        const MoveStatus& move = reading.status.moves.front();
        const auto steps = stepsOf(reading, move);
        QCOMPARE(steps.size(), std::size_t(7));
        const bool telling = std::ranges::any_of(steps, [](const Step& step) { return step.state == Step::State::Waiting || step.state == Step::State::Failed; });
        const bool aborted = static_cast<Phase>(phase) == Phase::Aborted;
        QVERIFY(!telling || aborted || !reasonOf(reading, move).isEmpty());
      }
    }
  }

  void theStepsFollowThePhase() {
    const auto drawn = [](Phase phase) {
      QString picture;
      for (const Step& step : stepsOf(readingOf({phase}, true), readingOf({phase}, true).status.moves.front()))
        picture += QStringLiteral("-+>?x/")[static_cast<int>(step.state)];
      return picture;
    };
    // - to come, + done, > current, ? waiting, x failed, / skipped
    QCOMPARE(drawn(Phase::Queued), QStringLiteral("-------"));
    QCOMPARE(drawn(Phase::Prepare), QStringLiteral(">------"));
    QCOMPARE(drawn(Phase::Copy), QStringLiteral("+>-----"));
    QCOMPARE(drawn(Phase::Verify), QStringLiteral("+++>---"));
    QCOMPARE(drawn(Phase::Ready), QStringLiteral("++++?--"));
    QCOMPARE(drawn(Phase::CutOver), QStringLiteral("++++>--"));
    QCOMPARE(drawn(Phase::Decided), QStringLiteral("++++>--"));
    QCOMPARE(drawn(Phase::Watching), QStringLiteral("+++++>-"));
    QCOMPARE(drawn(Phase::RollBack), QStringLiteral("+++++>/"));
    QCOMPARE(drawn(Phase::RolledBack), QStringLiteral("++++++/"));
    QCOMPARE(drawn(Phase::CleanUp), QStringLiteral("++++++>"));
    QCOMPARE(drawn(Phase::Done), QStringLiteral("+++++++"));
    QCOMPARE(drawn(Phase::Aborted), QStringLiteral("////x//"));
  }

  void progressIsNeverMoreThanAll() {
    RunReading reading = readingOf({Phase::Copy, Phase::Watching, Phase::Aborted}, true);
    reading.status.moves.front().row->rows = 5'000;       // more than were planned: they were written meanwhile
    reading.status.moves.front().row->bytes = 9'000'000;
    const RunProgress progress = progressOf(reading.status);
    QCOMPARE(progress.bytesTotal, std::int64_t(2'000'000));
    QCOMPARE(progress.bytes, progress.bytesTotal);
    QCOMPARE(progress.rowsLeft, std::int64_t(0));
    QCOMPARE(progress.opened, 1);
    QCOMPARE(progress.over, 1);
    QCOMPARE(shareOf(reading.status.moves.front()), 1.0);
  }

  void aRateComesFromSuccessiveReadings() {
    Pace pace;
    for (int i = 0; i <= 20; ++i) pace.add(1'000 + i * 0.5, i * 50);
    QCOMPARE(*pace.rate(), 100.0);
    QCOMPARE(pace.remaining(200)->first, 2.0);
    // It slows down: the range spans the window and the whole.
    for (int i = 1; i <= 8; ++i) pace.add(1'010 + i * 0.5, 1'000 + i * 5);
    QCOMPARE(*pace.rate(), 10.0);
    const auto left = pace.remaining(100);
    QCOMPARE(left->second, 10.0);
    QVERIFY(left->first < 2.0);
  }
  void aRateIsNotSaidBeforeItIsKnown() {
    Pace pace;
    QVERIFY(!pace.rate());
    pace.add(10, 0);
    pace.add(10.4, 400);
    QVERIFY(!pace.rate());
    QVERIFY(!pace.remaining(10));
    pace.add(11.2, 400);
    QVERIFY(pace.rate());
    pace.add(15, 400);
    pace.add(19, 400);
    QCOMPARE(*pace.rate(), 0.0);
    QVERIFY2(!pace.remaining(10), "nothing moves, so nobody can say how long it takes");
    pace.add(20, 3);
    QVERIFY2(!pace.rate(), "fewer rows than before: it begins anew");
  }

  void theAuditSaysWhatWasAskedOfThisExecutor() {
    RunPast past;
    past.take(happened(1, "lease.taken", "{}"));
    past.take(happened(2, "plan.wish", R"({"wish":"throttle","argument":"500"})"));
    past.take(happened(3, "plan.wish", R"({"wish":"pause-after-wave","argument":""})"));
    past.take(happened(4, "move.decided", R"({"move":"m1","decision":"flip"})"));
    past.take(happened(5, "move.phase", "not json"));
    QCOMPARE(*past.throttle, std::int64_t(500));
    QVERIFY(past.stopsAfterWave);
    QCOMPARE(past.readUntil, std::int64_t(5));
    QCOMPARE(past.notes.size(), std::size_t(4));
    QCOMPARE(past.notes[1].words, std::string("throttle 500"));
    QCOMPARE(past.notes[3].kind, RunNote::Kind::Opened);
    past.take(happened(6, "lease.taken-over", "{}"));
    QVERIFY2(!past.throttle && !past.stopsAfterWave, "another executor was asked nothing");
  }

  void theThrottleShowsAskedAndInForce() {
    RunReading reading = readingOf({Phase::Copy}, true);
    RunPast past;
    past.throttle = 500;
    reading.past = std::make_shared<const RunPast>(past);
    reading.unheard = {Wish::Throttle};
    reading.status.moves.front().row->rows = 10;
    reading.status.moves.front().row->throttle = 2'000;
    ThrottleState state = throttleOf(reading);
    QCOMPARE(*state.asked, std::int64_t(500));
    QCOMPARE(*state.inForce, std::int64_t(2'000));
    QVERIFY(!state.heard);
    reading.status.executor.reset();
    QVERIFY(!throttleOf(reading).asked && !throttleOf(reading).inForce);
  }

  void theSliderOfTheThrottleIsLogarithmicAndEndsAtNoLimit() {
    QCOMPARE(throttleAt(throttleTop), std::int64_t(0));
    QCOMPARE(throttlePosition(0), throttleTop);
    QCOMPARE(throttleAt(0), lowestThrottle);
    QCOMPARE(throttleAt(throttleTop - 1), highestThrottle);
    for (int position = 1; position < throttleTop; ++position) {
      QVERIFY(throttleAt(position) >= throttleAt(position - 1));
      QVERIFY(std::abs(throttlePosition(throttleAt(position)) - position) <= 1);
    }
  }

  void stepsWithoutRoomKeepTheTellingWord() {
    const std::vector<Step> steps{{"Prepare", Step::State::Done}, {"Copy", Step::State::Current}, {"Watch", Step::State::ToCome}};
    const auto width = [](const Step&) { return 40.0; };
    for (const StepPlace& place : stepPlaces(steps, 500, width)) QVERIFY(place.named);
    const auto narrow = stepPlaces(steps, 120, width);
    QVERIFY(!narrow[0].named && narrow[1].named && !narrow[2].named);
    for (std::size_t i = 1; i < narrow.size(); ++i) QVERIFY(narrow[i].left >= narrow[i - 1].left + narrow[i - 1].width);
  }

  void wavesShareTheWidthAndManyMovesShareACell() {
    std::vector<WaveLine> waves{{1, Step::State::Done, std::vector<WaveCell>(3)}, {2, Step::State::ToCome, std::vector<WaveCell>(10'000)}};
    const auto places = wavePlaces(waves, QRectF(0, 0, 600, 24), 80);
    QCOMPARE(places[0].cells.size(), std::size_t(3));
    QVERIFY(places[1].cells.size() > 10 && places[1].cells.size() < 60);
    QCOMPARE(places[1].first.front(), std::size_t(0));
    QVERIFY(places[0].cells.back().right() < places[1].label.left());
    QVERIFY(places[1].cells.back().right() <= 600.5);
    const auto many = wavePlaces(std::vector<WaveLine>(300, WaveLine{1, Step::State::Done, std::vector<WaveCell>(1)}), QRectF(0, 0, 600, 24), 0);
    QVERIFY(many.back().cells.back().right() <= 600.5);
  }
};

QTEST_APPLESS_MAIN(TestRunChoices)
#include "tst_run_choices.moc"
