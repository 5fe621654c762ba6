// Rows that hand a unique value to each other while they are moved: the new holder may come over before the old one goes.
#include <QtTest>

#include "tests/rebalance/cluster_check.h"
#include "tests/rebalance/watching.h"

using namespace shardwright;
using namespace shardwright::test;

namespace {

struct Scene {
  QTemporaryDir folder;
  std::shared_ptr<Watching> watch = std::make_shared<Watching>();
  MoveCluster cluster{make(folder), Moved::Range, {{}, watch}};
  WriteSession session{cluster.writer(1).session, {}};
  std::map<std::int64_t, std::int64_t> versions;
  Ledger ledger = need(Ledger::append(cluster.path("ledger")));
  std::uint32_t number = 0;

  static std::string make(const QTemporaryDir& folder) {
    MoveCluster::create(folder.path().toStdString(), Moved::Range);
    return folder.path().toStdString();
  }
  std::int64_t version(std::int64_t key) { return versions.try_emplace(key, 1).first->second; }
  KnownKey known(std::int64_t key) { return {Key::ofInt(key), version(key)}; }

  void touch(const ShardId& shard, std::int64_t key) {
    const OpId op{1, ++number};
    need(ledger.invoke(op, std::vector<Effect>{{WriteKind::Update, version(key) + 1, std::to_string(key)}}));
    if (session.update(shard, known(key), op.text()).rows != 1) qFatal("the update of %ld was refused", key);
    need(ledger.ok(op, 1));
    ++versions[key];
  }
  // `key` takes the tag of `loser`, which goes.
  void takeOver(const ShardId& shard, std::int64_t key, std::int64_t loser) {
    const OpId op{1, ++number};
    need(ledger.invoke(op, std::vector<Effect>{{WriteKind::Replace, version(key) + 1, std::to_string(key)},
                                               {WriteKind::Delete, version(loser) + 1, std::to_string(loser)}}));
    if (session.replace(shard, known(key), known(loser), op.text()).rows != 1) qFatal("the replace of %ld was refused", key);
    need(ledger.ok(op, 1));
    ++versions[key], ++versions[loser];
  }
};

const ShardId a("a"), b("b");

}  // namespace

class TestUniqueValues : public QObject {
  Q_OBJECT
 private slots:
  void aRowTakesTheValueOfOneThatWasCopiedBefore() {
    Scene scene;
    scene.watch->after("target/copy", [&] { scene.takeOver(a, 100, 5); });
    // And again, just when the copy has found out.
    scene.watch->after("target/copy carefully", [&] { scene.takeOver(a, 101, 6); });
    QCOMPARE(need(scene.cluster.rebalancer().run(MoveCluster::planId, {})).state, PlanState::Watching);
    QCOMPARE(scene.watch->count("target/copy carefully"), 1);
    QCOMPARE(faultsOf(scene.cluster, 2), std::vector<std::string>());
  }

  void aRowTakesTheValueOfOneThatIsBroughtOverLater() {
    Scene scene;
    // The log gives the first key first; only one is taken at a time.
    scene.watch->after("target/copy", [&] { scene.touch(a, 100), scene.takeOver(a, 100, 5); }, 3);
    RunOptions options = MoveCluster::smallChunks();
    options.mover.applyKeys = 1;
    QCOMPARE(need(scene.cluster.rebalancer(options).run(MoveCluster::planId, {})).state, PlanState::Watching);
    QCOMPARE(faultsOf(scene.cluster, 2), std::vector<std::string>());
  }

  void aRowTakesAValueOnTheWayBack() {
    Scene scene;
    RunOptions options = MoveCluster::smallChunks();
    options.mover.applyKeys = 1;
    need(scene.cluster.rebalancer(options).run(MoveCluster::planId, {}));
    scene.touch(b, 100), scene.takeOver(b, 100, 5);
    QCOMPARE(need(scene.cluster.rebalancer(options).rollBack(MoveCluster::planId, {}, {})).state, PlanState::RolledBack);
    QCOMPARE(faultsOf(scene.cluster, 2), std::vector<std::string>());
  }

  void aValueThatAForeignRowHoldsStopsTheMove() {
    Scene scene;
    auto target = need(openShard(scene.cluster.files()[1]));
    need(target.execute("INSERT INTO accounts(id, v, hist, tag) SELECT 5000, 1, '9.9,', tag FROM "
                        "(SELECT '0.' || 20 AS tag)"));
    const auto outcome = scene.cluster.rebalancer().run(MoveCluster::planId, {});
    QVERIFY(!outcome.has_value());
    QCOMPARE(outcome.error().code(), ErrorCode::Refused);
    QVERIFY2(outcome.error().message().find("accounts.tag") != std::string::npos, outcome.error().message().c_str());
    QCOMPARE(need(target.singleInteger("SELECT count(*) FROM accounts WHERE id = 5000")), 1);
  }
};

QTEST_APPLESS_MAIN(TestUniqueValues)
#include "tst_unique_values.moc"
