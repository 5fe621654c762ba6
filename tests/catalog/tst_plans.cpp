// Plans and approvals: what is approved is what is run, by whom it may be, and for how long.
#include <QtTest>
#include <set>

#include "core/base/json.h"
#include "tests/catalog/fixture.h"

using namespace shardwright;
using namespace shardwright::testing;

// Unapproved work does not compile.
static_assert(!std::is_constructible_v<ApprovedPlan, MigrationPlan, Approval>);
static_assert(!std::is_default_constructible_v<ApprovedPlan>);

class TestPlans : public QObject {
  Q_OBJECT
 private slots:
  void aPlanReadsBackAsItWasMade() {
    World world;
    world.addCluster();
    const MigrationPlan plan = planNamed("calm-otter-17", *must(world.catalog().currentMap(accounts)));
    SW_OK(world.catalog().addPlan(plan));
    const MigrationPlan read = must(world.open().plan(plan.id));
    QCOMPARE(fingerprintOf(read), fingerprintOf(plan));
    QCOMPARE(canonicalJson(planToJson(read)), canonicalJson(planToJson(plan)));
    const PlanRecord record = must(world.catalog().planRecord(plan.id));
    QCOMPARE(record.fingerprint, fingerprintOf(plan));
    QCOMPARE(record.state, PlanState::Draft);
    QCOMPARE(record.author, std::string("alice"));
    QCOMPARE(record.authorOsUser, std::string("os-alice"));
    QCOMPARE(record.createdAt, noon);
    QVERIFY(!record.startedAt);
  }

  void plansComeInTheOrderInWhichTheyWereMade() {
    World world;
    world.addCluster();
    for (const char* name : {"wise-wren-10", "calm-otter-17", "kind-lynx-44"}) world.addPlan(name);
    const auto plans = must(world.catalog().plans());
    QCOMPARE(plans.size(), std::size_t(3));
    QCOMPARE(plans[0].id.text(), std::string("wise-wren-10"));
    QCOMPARE(plans[2].id.text(), std::string("kind-lynx-44"));
  }

  void aPlansNameIsUsedOnce() {
    World world;
    world.addCluster();
    world.addPlan();
    const MigrationPlan again = planNamed("calm-otter-17", *must(world.catalog().currentMap(accounts)));
    SW_FAILS(ErrorCode::Conflict, "already", world.catalog().addPlan(again));
  }

  void aPlanIsOfAKeyspaceThatIsThere() {
    World world;
    world.addCluster();
    MigrationPlan plan = planNamed("calm-otter-17", *must(world.catalog().currentMap(accounts)));
    plan.keyspace = KeyspaceName("blocks");
    SW_FAILS(ErrorCode::NotFound, "blocks", world.catalog().addPlan(plan));
    SW_FAILS(ErrorCode::NotFound, "calm-otter-17", world.catalog().plan(plan.id));
    SW_FAILS(ErrorCode::NotFound, "calm-otter-17", world.catalog().approvedPlan(plan.id));
  }

  void freshNamesAreNamesThatWereNotUsed() {
    World world;
    world.addCluster();
    std::set<std::string> seen;
    for (int i = 0; i < 50; ++i) {
      const PlanId id = must(world.catalog().freshPlanId());
      QVERIFY(QRegularExpression("^[a-z]+-[a-z]+-[1-9][0-9]+$").match(QString::fromStdString(id.text())).hasMatch());
      seen.insert(id.text());
    }
    QVERIFY2(seen.size() > 45, "names hardly ever come twice");
  }

  void anApprovedPlanIsThePlanThatWasApproved() {
    World world;
    world.addCluster();
    const PlanId id = world.addPlan();
    const std::string fingerprint = must(world.catalog().planRecord(id)).fingerprint;
    SW_OK(world.open("bob").approve(id, fingerprint, "go"));
    QCOMPARE(must(world.catalog().planRecord(id)).state, PlanState::Approved);
    const ApprovedPlan approved = must(world.catalog().approvedPlan(id));
    QCOMPARE(fingerprintOf(approved.plan()), fingerprint);
    QCOMPARE(approved.plan().id, id);
    QCOMPARE(approved.approval().approver, std::string("bob"));
    QCOMPARE(approved.approval().osUser, std::string("os-bob"));
    QCOMPARE(approved.approval().comment, std::string("go"));
    QCOMPARE(approved.approval().expires, noon + 4 * 3600);
    QCOMPARE(must(world.catalog().approvals(id)).size(), std::size_t(1));
  }

  void whatNobodyApprovedIsRefused() {
    World world;
    world.addCluster();
    const PlanId id = world.addPlan();
    SW_FAILS(ErrorCode::Refused, "not approved", world.catalog().approvedPlan(id));
    SW_FAILS(ErrorCode::InvalidInput, "draft", world.catalog().setPlanState(id, PlanState::Draft, PlanState::Running, ""));
    SW_FAILS(ErrorCode::InvalidInput, "approved", world.catalog().setPlanState(id, PlanState::Draft, PlanState::Approved, ""));
  }

  void approvingAnotherFingerprintIsRefused() {
    World world;
    world.addCluster();
    const PlanId id = world.addPlan();
    SW_FAILS(ErrorCode::Refused, "read the plan again", world.catalog().approve(id, std::string(64, '0'), ""));
    QCOMPARE(must(world.catalog().planRecord(id)).state, PlanState::Draft);
  }

  void anApprovalExpiresAfterFourHoursAndCanBeGivenAgain() {
    World world;
    world.addCluster();
    const PlanId id = world.addPlan();
    const std::string fingerprint = must(world.catalog().planRecord(id)).fingerprint;
    must(world.catalog().approve(id, fingerprint, ""));
    world.advanceClock(4 * 3600 - 1);
    SW_OK(world.catalog().approvedPlan(id));
    world.advanceClock(1);
    SW_FAILS(ErrorCode::Refused, "expired", world.catalog().approvedPlan(id));
    SW_FAILS(ErrorCode::Refused, "expired", world.catalog().setPlanState(id, PlanState::Approved, PlanState::Running, ""));
    SW_OK(world.catalog().approve(id, fingerprint, "again"));
    SW_OK(world.catalog().approvedPlan(id));
  }

  void aStartedPlanGoesOnAfterItsApprovalHasExpired() {
    World world;
    world.addCluster();
    const Lease lease = world.startPlan();
    QCOMPARE(must(world.catalog().planRecord(lease.plan)).startedAt, std::optional(noon));
    world.advanceClock(24 * 3600);
    SW_OK(world.catalog().startedPlan(lease.plan));
    SW_FAILS(ErrorCode::Refused, "", world.catalog().approvedPlan(lease.plan));
    must(world.catalog().setPlanState(lease.plan, PlanState::Running, PlanState::Failed, "disk full"));
    must(world.catalog().setPlanState(lease.plan, PlanState::Failed, PlanState::Running, ""));
    SW_OK(world.catalog().startedPlan(lease.plan));
  }

  void whatWasNotStartedIsNotGoneOnWith() {
    World world;
    world.addCluster();
    const PlanId id = world.addPlan();
    SW_FAILS(ErrorCode::Refused, "not been started", world.catalog().startedPlan(id));
    must(world.catalog().approve(id, must(world.catalog().planRecord(id)).fingerprint, ""));
    SW_FAILS(ErrorCode::Refused, "not been started", world.catalog().startedPlan(id));
  }

  void aStartedPlanIsNotBegunAgain() {
    World world;
    world.addCluster();
    const Lease lease = world.startPlan();
    SW_FAILS(ErrorCode::Refused, "running", world.catalog().approvedPlan(lease.plan));
    SW_FAILS(ErrorCode::Refused, "no longer be approved",
             world.catalog().approve(lease.plan, must(world.catalog().planRecord(lease.plan)).fingerprint, ""));
  }

  void aPlanEditedAfterApprovalIsRefused_data() {
    QTest::addColumn<QString>("edit");
    QTest::newRow("another target") << "UPDATE plans SET document = CAST(replace(CAST(document AS TEXT), '\"target\":\"south\"', "
                                       "'\"target\":\"north\"') AS BLOB)";
    QTest::newRow("more rows") << "UPDATE plans SET document = CAST(replace(CAST(document AS TEXT), '\"rows\":50', '\"rows\":51') AS BLOB)";
    QTest::newRow("no JSON") << "UPDATE plans SET document = CAST('nothing' AS BLOB)";
    QTest::newRow("another fingerprint") << "UPDATE plans SET fingerprint = 'abc'";
    QTest::newRow("another version in the list") << "UPDATE plans SET base_version = 7";
  }
  void aPlanEditedAfterApprovalIsRefused() {
    QFETCH(QString, edit);
    World world;
    world.addCluster();
    const PlanId id = world.addPlan();
    must(world.catalog().approve(id, must(world.catalog().planRecord(id)).fingerprint, ""));
    world.tamper(edit.toStdString());
    SW_FAILS(ErrorCode::Refused, "edited after approval", world.catalog().approvedPlan(id));
    SW_FAILS(ErrorCode::Corrupt, "not the plan that was made", world.catalog().plan(id));
    QVERIFY(!must(world.catalog().check()).empty());
  }

  void aPlanReplacedAsAWholeAfterApprovalIsRefused() {
    World world;
    world.addCluster();
    const PlanId approved = world.addPlan("calm-otter-17");
    must(world.catalog().approve(approved, must(world.catalog().planRecord(approved)).fingerprint, ""));
    MigrationPlan other = planNamed("kind-lynx-44", *must(world.catalog().currentMap(accounts)));
    other.moves.pop_back();
    must(world.catalog().addPlan(other));
    world.tamper("UPDATE plans SET (document, fingerprint) = (SELECT document, fingerprint FROM plans WHERE id = 'kind-lynx-44') "
                 "WHERE id = 'calm-otter-17'");
    SW_FAILS(ErrorCode::Refused, "edited after approval", world.catalog().approvedPlan(approved));
  }

  void anApprovalWrittenPastTheCatalogCountsForNothing_data() {
    QTest::addColumn<QString>("edit");
    QTest::newRow("later expiry") << "UPDATE approvals SET expires = expires + 1000000";
    QTest::newRow("another approver") << "UPDATE approvals SET approver = 'carol'";
    QTest::newRow("for another plan") << "UPDATE approvals SET plan = 'kind-lynx-44'; UPDATE plans SET state = 'approved'";
    QTest::newRow("made up") << "INSERT INTO approvals SELECT 99, 'kind-lynx-44', fingerprint, approver, os_user, comment, at, expires, 0, "
                                "event FROM approvals; UPDATE plans SET state = 'approved'";
  }
  void anApprovalWrittenPastTheCatalogCountsForNothing() {
    QFETCH(QString, edit);
    World world;
    world.addCluster();
    const PlanId id = world.addPlan();
    const PlanId other = world.addPlan("kind-lynx-44");
    must(world.catalog().approve(id, must(world.catalog().planRecord(id)).fingerprint, ""));
    world.tamper(edit.toStdString());
    const bool both = world.countOf("SELECT count(*) FROM approvals WHERE plan = 'kind-lynx-44'") > 0;
    SW_FAILS(ErrorCode::Refused, "audit", world.catalog().approvedPlan(both ? other : id));
    QVERIFY(!must(world.catalog().check()).empty());
  }

  void inProductionTheAuthorCannotApprove_data() {
    QTest::addColumn<QString>("approver");
    QTest::addColumn<bool>("accepted");
    QTest::newRow("the author") << "alice" << false;
    QTest::newRow("the author in capitals") << "Alice" << false;
    QTest::newRow("the author with a blank") << " alice " << false;
    QTest::newRow("somebody else") << "bob" << true;
  }
  void inProductionTheAuthorCannotApprove() {
    QFETCH(QString, approver);
    QFETCH(bool, accepted);
    World world(Environment::Production);
    world.addCluster();
    const PlanId id = world.addPlan();
    const auto done = world.open(approver.toStdString()).approve(id, must(world.catalog().planRecord(id)).fingerprint, "");
    QCOMPARE(done.has_value(), accepted);
    if (!accepted) SW_FAILS(ErrorCode::Refused, "somebody else", done);
  }

  void inProductionWhoeverThePlanNamesAsAuthorCannotApprove() {
    World world(Environment::Production);
    world.addCluster();
    Catalog robot = world.open("robot");
    must(robot.addPlan(planNamed("calm-otter-17", *must(robot.currentMap(accounts)))));
    const PlanId id("calm-otter-17");
    const std::string fingerprint = must(robot.planRecord(id)).fingerprint;
    SW_FAILS(ErrorCode::Refused, "somebody else", world.open("alice").approve(id, fingerprint, ""));
    SW_FAILS(ErrorCode::Refused, "somebody else", robot.approve(id, fingerprint, ""));
    SW_OK(world.open("bob").approve(id, fingerprint, ""));
  }

  void outsideProductionTheAuthorMayApprove() {
    World world(Environment::Development);
    world.addCluster();
    const PlanId id = world.addPlan();
    SW_OK(world.catalog().approve(id, must(world.catalog().planRecord(id)).fingerprint, ""));
  }

  void theAuditTellsWhenBothWereOneOsUser() {
    World world(Environment::Production);
    world.addCluster();
    const PlanId id = world.addPlan();
    Catalog::Options options = world.options("bob");
    options.actor.osUser = "os-alice";
    auto bob = must(Catalog::open(world.path(), options));
    must(bob.approve(id, must(bob.planRecord(id)).fingerprint, ""));
    const AuditEvent event = must(bob.auditEvents()).back();
    QCOMPARE(event.event, std::string("plan.approved"));
    QCOMPARE(event.osUser, std::string("os-alice"));
    QCOMPARE(must(parseJson(event.detail)).at("sameOsUser"), Json(true));
  }

  void aPlanForAnOlderMapCannotBeApproved() {
    World world;
    world.addCluster();
    const PlanId id = world.addPlan();
    must(world.catalog().publishMap(must(world.flipOf(m1)(*must(world.catalog().currentMap(accounts)))), "by hand"));
    SW_FAILS(ErrorCode::Refused, "plan rebase", world.catalog().approve(id, must(world.catalog().planRecord(id)).fingerprint, ""));
  }

  void cleanUpInProductionNeedsAnApprovalOfItsOwn() {
    World world(Environment::Production);
    world.addCluster();
    const PlanId id = world.addPlan();
    const std::string fingerprint = must(world.catalog().planRecord(id)).fingerprint;
    Catalog bob = world.open("bob");
    must(bob.approve(id, fingerprint, ""));
    SW_FAILS(ErrorCode::Refused, "being watched", bob.approve(id, fingerprint, "", true));
    must(bob.setPlanState(id, PlanState::Approved, PlanState::Running, ""));
    must(bob.setPlanState(id, PlanState::Running, PlanState::Watching, ""));
    SW_FAILS(ErrorCode::Refused, "--cleanup", bob.cleanupApproved(id));
    SW_FAILS(ErrorCode::Refused, "somebody else", world.catalog().approve(id, fingerprint, "", true));
    SW_OK(bob.approve(id, fingerprint, "", true));
    SW_OK(bob.cleanupApproved(id));
    QCOMPARE(must(bob.planRecord(id)).state, PlanState::Watching);
    world.advanceClock(4 * 3600);
    SW_FAILS(ErrorCode::Refused, "expired", bob.cleanupApproved(id));
  }

  void cleanUpElsewhereNeedsNone() {
    World world;
    world.addCluster();
    const Lease lease = world.startPlan();
    SW_OK(world.catalog().cleanupApproved(lease.plan));
  }

  void aStateIsSetByCompareAndSwap() {
    World world;
    world.addCluster();
    const PlanId id = world.addPlan();
    SW_OK(world.open("bob").setPlanState(id, PlanState::Draft, PlanState::Rejected, "too much at once"));
    SW_FAILS(ErrorCode::Conflict, "rejected", world.catalog().setPlanState(id, PlanState::Draft, PlanState::Withdrawn, ""));
    QCOMPARE(must(world.catalog().planRecord(id)).reason, std::string("too much at once"));
    SW_FAILS(ErrorCode::Refused, "rejected", world.catalog().approve(id, must(world.catalog().planRecord(id)).fingerprint, ""));
  }

  void anExecutorThatLostItsLeaseSetsNoState() {
    World world;
    world.addCluster();
    const Lease old = world.startPlan();
    const Lease lease = must(world.catalog().takeLease(old.plan));
    SW_FAILS(ErrorCode::Conflict, "lost", world.catalog().setPlanState(old.plan, PlanState::Running, PlanState::Watching, "", old));
    SW_OK(world.catalog().setPlanState(old.plan, PlanState::Running, PlanState::Watching, "", lease));
    QCOMPARE(must(world.catalog().auditEvents()).back().token, lease.token.value);
  }

  void aLostReplyToAnApprovalIsReadAgain() {
    World world;
    world.addCluster();
    const PlanId id = world.addPlan();
    auto watch = std::make_shared<Watch>();
    watch->loseReplyOf = "catalog.plan.approve";
    Catalog bob = world.open("bob", watch);
    SW_FAILS(ErrorCode::Unavailable, "lost", bob.approve(id, must(bob.planRecord(id)).fingerprint, ""));
    QCOMPARE(must(bob.planRecord(id)).state, PlanState::Approved);
    SW_OK(bob.approvedPlan(id));
  }
};

QTEST_APPLESS_MAIN(TestPlans)
#include "tst_plans.moc"
