// The table of phases against decisions.md section 3, phase by phase and action by action.
#include <QtTest>
#include <map>
#include <set>

#include "core/catalog/catalog.h"

using namespace shardwright;

namespace {

// y allowed, n not; in the order of allActions(): pause cancel throttle rollback retry cleanup cutover.
const std::map<Phase, const char*> agreed = {
    {Phase::Queued, "yynnnnn"},     {Phase::Prepare, "yynnynn"},     {Phase::Copy, "yyynynn"},
    {Phase::CatchUp, "yyynynn"},    {Phase::Verify, "yyynynn"},      {Phase::Ready, "yyynyny"},
    {Phase::CutOver, "nynnnnn"},    {Phase::Decided, "nnnnnnn"},     {Phase::Watching, "nnyynyn"},
    {Phase::RollBack, "ynnnynn"},   {Phase::BackDecided, "nnnnynn"}, {Phase::RolledBack, "nnnnnnn"},
    {Phase::CleanUp, "ynynynn"},    {Phase::Done, "nnnnnnn"},        {Phase::Aborting, "nnnnynn"},
    {Phase::Aborted, "nnnnnnn"},
};

// Every legal step; what is not here is refused.
const std::map<Phase, std::set<Phase>> steps = {
    {Phase::Queued, {Phase::Prepare, Phase::Aborting}},
    {Phase::Prepare, {Phase::Copy, Phase::Aborting}},
    {Phase::Copy, {Phase::CatchUp, Phase::Aborting}},
    {Phase::CatchUp, {Phase::Verify, Phase::Aborting}},
    {Phase::Verify, {Phase::Ready, Phase::CutOver, Phase::CatchUp, Phase::Aborting}},
    {Phase::Ready, {Phase::CutOver, Phase::CatchUp, Phase::Verify, Phase::Aborting}},
    {Phase::CutOver, {Phase::Decided, Phase::CatchUp, Phase::Aborting}},
    {Phase::Decided, {Phase::Watching}},
    {Phase::Watching, {Phase::RollBack, Phase::CleanUp}},
    {Phase::RollBack, {Phase::BackDecided, Phase::Watching}},
    {Phase::BackDecided, {Phase::RolledBack}},
    {Phase::RolledBack, {}},
    {Phase::CleanUp, {Phase::Done}},
    {Phase::Done, {}},
    {Phase::Aborting, {Phase::Aborted}},
    {Phase::Aborted, {}},
};

std::set<Phase> reachable(Phase from) {
  std::set<Phase> seen{from};
  std::vector<Phase> open{from};
  while (!open.empty()) {
    const Phase phase = open.back();
    open.pop_back();
    for (const Phase next : allPhases())
      if (mayFollow(phase, next) && seen.insert(next).second) open.push_back(next);
  }
  return seen;
}

}  // namespace

class TestJournal : public QObject {
  Q_OBJECT
 private slots:
  void everyActionIsAllowedExactlyWhereItWasAgreed_data() {
    QTest::addColumn<int>("phase");
    QTest::addColumn<int>("action");
    QTest::addColumn<bool>("allowed");
    for (const Phase phase : allPhases())
      for (const Action action : allActions())
        QTest::addRow("%s in %s", std::string(actionName(action)).c_str(), std::string(phaseKey(phase)).c_str())
            << int(phase) << int(action) << (agreed.at(phase)[static_cast<std::size_t>(action)] == 'y');
  }
  void everyActionIsAllowedExactlyWhereItWasAgreed() {
    QFETCH(int, phase);
    QFETCH(int, action);
    QFETCH(bool, allowed);
    const Permission permission = shardwright::permission(static_cast<Phase>(phase), static_cast<Action>(action));
    QCOMPARE(permission.allowed, allowed);
    if (!allowed) QVERIFY2(permission.why.size() > 10, "a refusal says why");
  }

  void aPauseWhileCatchingUpWarnsOfTheGrowingLog() {
    QVERIFY(permission(Phase::CatchUp, Action::Pause).why.find("log") != std::string_view::npos);
    QVERIFY(permission(Phase::Copy, Action::Pause).why.empty());
  }

  void aPauseOfARollBackHoldsUntilItsFenceOnly() {
    QVERIFY(permission(Phase::RollBack, Action::Pause).why.find("fence") != std::string_view::npos);
  }

  void whatIsOverOffersTheInversePlanInsteadOfARollBack() {
    QVERIFY(permission(Phase::Done, Action::RollBack).why.find("inverse plan") != std::string_view::npos);
    QVERIFY(permission(Phase::CleanUp, Action::RollBack).why.find("inverse plan") != std::string_view::npos);
  }

  void aMoveTakesTheLegalStepsOnly_data() {
    QTest::addColumn<int>("from");
    QTest::addColumn<int>("to");
    for (const Phase from : allPhases())
      for (const Phase to : allPhases())
        QTest::addRow("%s to %s", std::string(phaseKey(from)).c_str(), std::string(phaseKey(to)).c_str()) << int(from) << int(to);
  }
  void aMoveTakesTheLegalStepsOnly() {
    QFETCH(int, from);
    QFETCH(int, to);
    QCOMPARE(mayFollow(static_cast<Phase>(from), static_cast<Phase>(to)),
             steps.at(static_cast<Phase>(from)).contains(static_cast<Phase>(to)));
  }

  void everyPhaseIsReachedFromTheQueueAndEndsSomewhere() {
    QCOMPARE(reachable(Phase::Queued).size(), allPhases().size());
    for (const Phase phase : allPhases()) {
      const std::set<Phase> ahead = reachable(phase);
      QVERIFY2(std::ranges::any_of(ahead, [](Phase end) { return isFinal(end); }), std::string(phaseKey(phase)).c_str());
    }
  }

  void afterTheFlipNoWayLeadsToAnAbort() {
    QVERIFY(!reachable(Phase::Decided).contains(Phase::Aborting));
    QVERIFY(!reachable(Phase::Aborting).contains(Phase::Decided));
  }

  void afterTheDecisionToGoBackTheTargetIsNeverOpenedAgain() {
    QCOMPARE(reachable(Phase::BackDecided), (std::set<Phase>{Phase::BackDecided, Phase::RolledBack}));
  }

  void onlyEndsAreFinal() {
    std::set<Phase> ends;
    for (const Phase phase : allPhases())
      if (isFinal(phase)) ends.insert(phase);
    QCOMPARE(ends, (std::set<Phase>{Phase::RolledBack, Phase::Done, Phase::Aborted}));
  }

  void aResumedRunGoesOnWithEverythingThatWaitsForNobody() {
    std::set<Phase> waiting;
    for (const Phase phase : allPhases())
      if (!isWorking(phase)) waiting.insert(phase);
    QCOMPARE(waiting, (std::set<Phase>{Phase::Ready, Phase::Watching, Phase::RolledBack, Phase::Done, Phase::Aborted}));
  }

  void keysAreUniqueAndReadBack() {
    std::set<std::string_view> keys;
    for (const Phase phase : allPhases()) {
      keys.insert(phaseKey(phase));
      QCOMPARE(phaseFromKey(phaseKey(phase)).value(), phase);
    }
    QCOMPARE(keys.size(), allPhases().size());
    QVERIFY(!phaseFromKey("elsewhere").has_value());
  }

  void peopleSeeTheDecidedPhasesAsTheirWork() {
    QCOMPARE(phaseName(Phase::Decided), std::string_view("cutover"));
    QCOMPARE(phaseName(Phase::BackDecided), std::string_view("rollback"));
    QCOMPARE(phaseName(Phase::Aborting), std::string_view("aborted"));
    QCOMPARE(phaseName(Phase::CatchUp), std::string_view("catchup"));
    QCOMPARE(phaseTitle(Phase::CatchUp), std::string_view("Catch up"));
  }

  void wishesReadBack() {
    for (const Wish wish : {Wish::Pause, Wish::PauseAfterWave, Wish::Resume, Wish::Cancel, Wish::Throttle, Wish::CutOver, Wish::RollBack,
                            Wish::Retry})
      QCOMPARE(wishFromName(wishName(wish)).value(), wish);
    QVERIFY(!wishFromName("dance").has_value());
  }

  void aPlanIsNeitherApprovedNorStartedPastItsApproval() {
    const std::vector<PlanState> all = {PlanState::Draft,      PlanState::Approved,  PlanState::Running, PlanState::Watching,
                                        PlanState::Done,       PlanState::RolledBack, PlanState::Cancelled, PlanState::Failed,
                                        PlanState::Rejected,   PlanState::Withdrawn};
    for (const PlanState state : all) {
      QVERIFY(!mayFollow(state, PlanState::Approved));
      QVERIFY(!mayFollow(state, PlanState::Draft));
      if (isFinal(state))
        for (const PlanState next : all) QVERIFY(!mayFollow(state, next));
      QCOMPARE(parsePlanState(planStateName(state)).value(), state);
    }
    QVERIFY(!mayFollow(PlanState::Draft, PlanState::Running));
    QVERIFY(mayFollow(PlanState::Approved, PlanState::Running));
    QVERIFY(mayFollow(PlanState::Failed, PlanState::Running));
    QVERIFY(!parsePlanState("lost").has_value());
  }
};

QTEST_APPLESS_MAIN(TestJournal)
#include "tst_journal.moc"
