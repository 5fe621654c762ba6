// The machine loses power, or its disk fills, at every instant of a plan's life: what was acknowledged is there, what
// was not is there wholly or not at all, and the catalog goes on.
#include <QtTest>

#include "tests/catalog/fixture.h"
#include "tests/support/power_loss_vfs.h"
#include "tests/support/random_seed.h"

using namespace shardwright;
using namespace shardwright::testing;
using shardwright::test::PowerLossVfs;
using shardwright::test::Survival;

namespace {

constexpr auto catalogPath = "/disk/catalog.db";
const PlanId planId("calm-otter-17");

Catalog::Options optionsOn(const PowerLossVfs& vfs) {
  return {{"alice", "os-alice"}, [] { return noon; }, vfs.name(), {}};
}

Result<ShardMap> flipped(const ShardMap& map) { return MapBuilder(map).assign(map.tokens(0), south).build(); }

// A plan's life, one change a step. Each writes exactly one audit event.
struct Life {
  std::optional<Catalog> catalog;
  std::optional<Lease> lease;

  Done step(const PowerLossVfs& vfs, std::size_t number) {
    using enum Phase;
    const auto advance = [&](Phase from, Phase to) { return catalog->advance(*lease, m1, from, to, {}); };
    switch (number) {
      case 0: catalog = TRY(Catalog::create(catalogPath, Environment::Test, optionsOn(vfs))); return {};
      case 1: return catalog->addShard(shardNamed(north));
      case 2: return catalog->addShard(shardNamed(south));
      case 3: return catalog->addKeyspace(accountsKeyspace(), mapOf("- 100 north | 100 - 200 north | 200 - south"));
      case 4: return catalog->addPlan(planNamed(planId.text(), mapOf("- 100 north | 100 - 200 north | 200 - south")));
      case 5: return catalog->approve(planId, must(catalog->planRecord(planId)).fingerprint, "");
      case 6: lease = TRY(catalog->takeLease(planId)); return {};
      case 7: return catalog->setPlanState(planId, PlanState::Approved, PlanState::Running, "");
      case 8: return catalog->addMoves(*lease, {{.plan = planId, .move = m1}});
      case 9: return advance(Queued, Prepare);
      case 10: return advance(Prepare, Copy);
      case 11: return advance(Copy, CatchUp);
      case 12: return advance(CatchUp, Verify);
      case 13: return advance(Verify, CutOver);
      case 14: TRY(catalog->decideFlip(*lease, m1, Decision::Flip, flipped)); return {};
      default: return advance(Decided, Watching);
    }
  }
};
constexpr std::size_t stepCount = 16;

// Steps until one fails; how many were acknowledged.
std::size_t live(const PowerLossVfs& vfs, std::string* why = nullptr) {
  Life life;
  for (std::size_t number = 0; number < stepCount; ++number)
    if (const auto done = life.step(vfs, number); !done) {
      if (why) *why = done.error().message();
      return number;
    }
  return stepCount;
}

// What the reopened catalog says, held against the steps that were acknowledged. Nothing: as it should be.
QString disagreement(const PowerLossVfs& vfs, std::size_t acknowledged) {
  auto catalog = Catalog::open(catalogPath, optionsOn(vfs));
  if (!catalog) {
    if (acknowledged == 0) return {};
    return QString::fromStdString("cannot be opened: " + catalog.error().message());
  }
  const auto findings = must(catalog->check());
  if (!findings.empty()) return QString::fromStdString(findings.front());
  const auto there = static_cast<std::size_t>(must(catalog->auditHead()).sequence);
  if (there < acknowledged) return QString("%1 steps were acknowledged and %2 are there").arg(acknowledged).arg(there);
  if (there > acknowledged + 1) return QString("%1 steps are there of %2").arg(there).arg(acknowledged);
  // Decision, map and event are one.
  if (there < 9) return {};
  const MoveRow row = must(catalog->move(planId, m1));
  const bool decided = there >= 15;
  if ((row.decision == Decision::Flip) != decided) return "the decision and its event are apart";
  if ((must(catalog->currentVersion(accounts)) == 2) != decided) return "the map and its decision are apart";
  return {};
}

}  // namespace

class TestDurability : public QObject {
  Q_OBJECT
 private slots:
  void aPowerLossAtEverySyncLosesNothingThatWasAcknowledged_data() {
    QTest::addColumn<int>("survival");
    QTest::addColumn<bool>("after");
    QTest::addColumn<bool>("strict");
    const std::pair<const char*, Survival::Kind> kinds[] = {{"nothing unsynced survives", Survival::Kind::Nothing},
                                                            {"everything survives", Survival::Kind::Everything},
                                                            {"a torn prefix survives", Survival::Kind::Prefix},
                                                            {"torn pieces survive", Survival::Kind::Torn}};
    for (const auto& [name, kind] : kinds)
      for (const bool after : {false, true})
        for (const bool strict : {false, true})
          QTest::addRow("%s, %s the sync, %s names", name, after ? "after" : "before", strict ? "strict" : "journaled")
              << int(kind) << after << strict;
  }
  void aPowerLossAtEverySyncLosesNothingThatWasAcknowledged() {
    QFETCH(int, survival);
    QFETCH(bool, after);
    QFETCH(bool, strict);
    const auto rule = strict ? shardwright::test::NameRule::Strict : shardwright::test::NameRule::Journaled;
    std::uint64_t syncs = 0;
    {
      PowerLossVfs dry("dry", rule);
      QCOMPARE(live(dry), stepCount);
      syncs = dry.syncs();
    }
    QVERIFY(syncs >= stepCount);
    for (std::uint64_t at = 1; at <= syncs; ++at) {
      PowerLossVfs vfs("catalog-disk", rule);
      vfs.failAt(at, after ? PowerLossVfs::Instant::AfterSync : PowerLossVfs::Instant::BeforeSync);
      const std::size_t acknowledged = live(vfs);
      if (vfs.isOn()) continue;  // closing the last connection of the dry pass syncs once more
      vfs.powerOn({static_cast<Survival::Kind>(survival), test::randomSeed() + at});
      const QString problem = disagreement(vfs, acknowledged);
      QVERIFY2(problem.isEmpty(), qPrintable(QString("sync %1: %2").arg(at).arg(problem)));
    }
  }

  void aDiskThatFillsAtAnyWriteIsToldAndGoneOnWithLater() {
    std::uint64_t writes = 0;
    {
      PowerLossVfs dry("dry");
      QCOMPARE(live(dry), stepCount);
      writes = dry.writes();
    }
    for (std::uint64_t at = 1; at <= writes; at += 7) {
      PowerLossVfs vfs("catalog-disk");
      vfs.fullAt(at);
      std::string why;
      const std::size_t acknowledged = live(vfs, &why);
      if (acknowledged == stepCount) continue;  // a write of the closing checkpoint
      QVERIFY2(why.find("disk is full") != std::string::npos, qPrintable(QString("write %1: %2").arg(at).arg(why.c_str())));
      vfs.makeRoom();
      const QString problem = disagreement(vfs, acknowledged);
      QVERIFY2(problem.isEmpty(), qPrintable(QString("write %1: %2").arg(at).arg(problem)));
    }
  }

  void aChangeRefusedByAFullDiskCanBeMadeOnceThereIsRoom() {
    PowerLossVfs vfs("catalog-disk");
    auto catalog = must(Catalog::create(catalogPath, Environment::Test, optionsOn(vfs)));
    vfs.fullAt(1);
    SW_FAILS(ErrorCode::Unavailable, "disk is full", catalog.addShard(shardNamed(north)));
    SW_FAILS(ErrorCode::Unavailable, "disk is full", catalog.addShard(shardNamed(north)));
    vfs.makeRoom();
    QVERIFY(must(catalog.shards()).empty());
    SW_OK(catalog.addShard(shardNamed(north)));
    QCOMPARE(must(catalog.checkAudit()), std::nullopt);
  }
};

QTEST_APPLESS_MAIN(TestDurability)
#include "tst_durability.moc"
