// Leases between Catalog objects and between processes, one of which is killed.
#include <QtTest>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/catalog/process.h"
#include "tests/catalog/fixture.h"

using namespace shardwright;
using namespace shardwright::testing;

namespace {

// catalog_holder on this world's catalog, once it has the lease.
class Holder {
 public:
  explicit Holder(World& world, const PlanId& plan) {
    m_process.setProcessChannelMode(QProcess::SeparateChannels);
    m_process.start(CATALOG_HOLDER, {QString::fromStdString(world.path()), QString::fromStdString(plan.text())});
    demand(m_process.waitForReadyRead(30'000), "the holder says its token: " + m_process.readAllStandardError().toStdString());
    m_token = m_process.readLine().trimmed().toLongLong();
  }
  ~Holder() { kill(); }

  void kill() {
    if (m_process.state() == QProcess::NotRunning) return;
    m_process.kill();
    m_process.waitForFinished();
  }
  qint64 pid() const { return m_process.processId(); }
  std::int64_t token() const { return m_token; }

 private:
  QProcess m_process;
  std::int64_t m_token = 0;
};

}  // namespace

class TestLease : public QObject {
  Q_OBJECT
 private slots:
  void tokensGrowOverThePlansOfACatalog() {
    World world;
    world.addCluster();
    const PlanId one = world.addPlan("calm-otter-17"), other = world.addPlan("kind-lynx-44");
    Catalog& catalog = world.catalog();
    std::int64_t last = 0;
    for (int i = 0; i < 3; ++i)
      for (const PlanId& plan : {one, other}) {
        const Lease lease = must(catalog.takeLease(plan));
        QVERIFY(lease.token.value > last);
        last = lease.token.value;
        SW_OK(catalog.releaseLease(lease));
      }
  }

  void aPlanThatIsNotThereHasNoLease() {
    World world;
    SW_FAILS(ErrorCode::NotFound, "calm-otter-17", world.catalog().takeLease(PlanId("calm-otter-17")));
  }

  void whileOneHoldsItAnotherIsRefusedAndToldWho() {
    World world;
    world.addCluster();
    const PlanId plan = world.addPlan();
    const Lease lease = must(world.catalog().takeLease(plan));
    Catalog bob = world.open("bob");
    SW_FAILS(ErrorCode::Refused, std::to_string(::getpid()), bob.takeLease(plan));
    SW_FAILS(ErrorCode::Refused, formatUtc(noon), bob.takeLease(plan));
    QCOMPARE(must(bob.leaseHolder(plan)), std::optional(lease.holder));
    SW_OK(world.catalog().releaseLease(lease));
    QCOMPARE(must(bob.leaseHolder(plan)), std::nullopt);
    SW_OK(bob.takeLease(plan));
  }

  void aCatalogThatWasClosedHoldsNothingAnyMore() {
    World world;
    world.addCluster();
    const PlanId plan = world.addPlan();
    std::int64_t before = 0;
    {
      Catalog closed = world.open("bob");
      before = must(closed.takeLease(plan)).token.value;
    }
    QCOMPARE(must(world.catalog().leaseHolder(plan)), std::nullopt);
    QVERIFY(must(world.catalog().takeLease(plan)).token.value > before);
  }

  void whoAsksAgainGetsANewTokenAndTheOldOneIsVoid() {
    World world;
    world.addCluster();
    const PlanId plan = world.addPlan();
    const Lease first = must(world.catalog().takeLease(plan));
    const Lease second = must(world.catalog().takeLease(plan));
    QVERIFY(second.token > first.token);
    SW_FAILS(ErrorCode::Conflict, "lost", world.catalog().renewLease(first));
    SW_FAILS(ErrorCode::Conflict, "lost", world.catalog().releaseLease(first));
    SW_OK(world.catalog().renewLease(second));
  }

  void aLostReplyToTheLeaseIsAskedForAgain() {
    World world;
    world.addCluster();
    const PlanId plan = world.addPlan();
    auto watch = std::make_shared<Watch>();
    Catalog bob = world.open("bob", watch);
    watch->loseReplyOf = "catalog.lease.take";
    SW_FAILS(ErrorCode::Unavailable, "lost", bob.takeLease(plan));
    watch->loseReplyOf.clear();
    SW_OK(bob.takeLease(plan));
  }

  void aReleasedLeaseCannotBeUsed() {
    World world;
    world.addCluster();
    const Lease lease = world.startPlan();
    must(world.catalog().releaseLease(lease));
    SW_FAILS(ErrorCode::Conflict, "nobody holds it", world.catalog().note(lease, m1, {}));
    SW_FAILS(ErrorCode::Conflict, "nobody holds it", world.catalog().advance(lease, m1, Phase::Queued, Phase::Prepare, {}));
  }

  void aLivingProcessIsRefusedByItsNumberHoweverLongItIsSilent() {
    World world;
    world.addCluster();
    const PlanId plan = world.addPlan();
    Holder holder(world, plan);
    world.advanceClock(7 * 24 * 3600);
    SW_FAILS(ErrorCode::Refused, std::to_string(holder.pid()), world.catalog().takeLease(plan));
    QVERIFY(must(world.catalog().leaseHolder(plan)).has_value());
  }

  void aKilledProcessIsTakenOverAtOnce() {
    World world;
    world.addCluster();
    const PlanId plan = world.addPlan();
    Holder holder(world, plan);
    SW_FAILS(ErrorCode::Refused, "process", world.catalog().takeLease(plan));
    holder.kill();
    QCOMPARE(must(world.catalog().leaseHolder(plan)), std::nullopt);
    const Lease lease = must(world.catalog().takeLease(plan));
    QVERIFY(lease.token.value > holder.token());
    const AuditEvent event = must(world.catalog().auditEvents()).back();
    QCOMPARE(event.event, std::string("lease.taken-over"));
    QCOMPARE(event.token, lease.token.value);
  }

  void aProcessThatEndedAndWasNotYetCollectedIsDead() {
    const pid_t child = ::fork();
    if (child == 0) {
      ::pause();
      ::_exit(0);
    }
    catalog::ProcessIdentity identity = catalog::thisProcess();
    identity.pid = child;
    identity.start = 0;
    QCOMPARE(catalog::lifeOf(identity), catalog::Life::Alive);
    ::kill(child, SIGKILL);
    siginfo_t info{};
    QCOMPARE(::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT), 0);
    QCOMPARE(catalog::lifeOf(identity), catalog::Life::Dead);
    ::waitpid(child, nullptr, 0);
    QCOMPARE(catalog::lifeOf(identity), catalog::Life::Dead);
  }

  void aNumberThatWasUsedAgainIsAnotherProcess() {
    catalog::ProcessIdentity identity = catalog::thisProcess();
    QCOMPARE(catalog::lifeOf(identity), catalog::Life::Alive);
    identity.start += 1;
    QCOMPARE(catalog::lifeOf(identity), catalog::Life::Dead);
  }

  void aMachineThatWasRestartedHoldsNothing() {
    World world;
    world.addCluster();
    const PlanId plan = world.addPlan();
    must(world.open("bob").takeLease(plan));
    world.tamper("UPDATE leases SET boot = 'the boot before'");
    SW_OK(world.catalog().takeLease(plan));
  }

  void aHolderElsewhereExpiresByItsHeartbeat() {
    World world;
    world.addCluster();
    const PlanId plan = world.addPlan();
    Catalog bob = world.open("bob");
    const Lease lease = must(bob.takeLease(plan));
    world.tamper("UPDATE leases SET host = 'elsewhere', boot = 'another', instance = 'x'");
    SW_FAILS(ErrorCode::Refused, "elsewhere", world.catalog().takeLease(plan));
    world.advanceClock(20);
    SW_OK(bob.renewLease(lease));
    world.advanceClock(29);
    SW_FAILS(ErrorCode::Refused, "elsewhere", world.catalog().takeLease(plan));
    world.advanceClock(1);
    const Lease taken = must(world.catalog().takeLease(plan));
    QVERIFY(taken.token > lease.token);
    SW_FAILS(ErrorCode::Conflict, "lost", bob.renewLease(lease));
  }

  void aHolderInAnotherContainerExpiresByItsHeartbeat() {
    World world;
    world.addCluster();
    const PlanId plan = world.addPlan();
    must(world.open("bob").takeLease(plan));
    world.tamper("UPDATE leases SET pid_space = 'pid:[1]'");
    SW_FAILS(ErrorCode::Refused, "process", world.catalog().takeLease(plan));
    world.advanceClock(30);
    SW_OK(world.catalog().takeLease(plan));
  }
};

QTEST_GUILESS_MAIN(TestLease)
#include "tst_lease.moc"
