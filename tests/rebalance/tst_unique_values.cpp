// Rows that hand a unique value to each other while they are moved: the new holder may come over before the old one goes.
#include <QtTest>

#include "tests/rebalance/cluster_check.h"
#include "tests/rebalance/scene.h"

using namespace shardwright;
using namespace shardwright::test;

class TestUniqueValues : public QObject {
  Q_OBJECT
 private slots:
  void aRowTakesTheValueOfOneThatWasCopiedBefore() {
    Scene scene;
    scene.script->afterCommitOf("target/copy", [&] { QVERIFY(scene.replace(shardA, 100, 5)); });
    // And again, just when the copy has found out.
    scene.script->afterCommitOf("target/copy carefully", [&] { QVERIFY(scene.replace(shardA, 101, 6)); });
    QCOMPARE(need(scene.cluster().rebalancer().run(MoveCluster::planId, {})).state, PlanState::Watching);
    QCOMPARE(scene.script->commitsOf("target/copy carefully"), 1);
    QCOMPARE(faultsOf(scene.cluster(), 2), std::vector<std::string>());
  }

  void aRowTakesTheValueOfOneThatIsBroughtOverLater() {
    Scene scene;
    // The log gives the first key first; only one is taken at a time.
    scene.script->afterCommitOf("target/copy", [&] { QVERIFY(scene.update(shardA, 100) && scene.replace(shardA, 100, 5)); }, 3);
    RunOptions options = MoveCluster::smallChunks();
    options.mover.applyKeys = 1;
    QCOMPARE(need(scene.cluster().rebalancer(options).run(MoveCluster::planId, {})).state, PlanState::Watching);
    QCOMPARE(faultsOf(scene.cluster(), 2), std::vector<std::string>());
  }

  void aRowTakesAValueOnTheWayBack() {
    Scene scene;
    RunOptions options = MoveCluster::smallChunks();
    options.mover.applyKeys = 1;
    need(scene.cluster().rebalancer(options).run(MoveCluster::planId, {}));
    QVERIFY(scene.update(shardB, 100) && scene.replace(shardB, 100, 5));
    QCOMPARE(need(scene.cluster().rebalancer(options).rollBack(MoveCluster::planId, {}, {})).state, PlanState::RolledBack);
    QCOMPARE(faultsOf(scene.cluster(), 2), std::vector<std::string>());
  }

  void aValueThatAForeignRowHoldsStopsTheMove() {
    Scene scene;
    auto target = need(openShard(scene.cluster().files()[1]));
    need(target.execute("INSERT INTO accounts(id, v, hist, tag) SELECT 5000, 1, '9.9,', tag FROM "
                        "(SELECT '0.' || 20 AS tag)"));
    const auto outcome = scene.cluster().rebalancer().run(MoveCluster::planId, {});
    QVERIFY(!outcome.has_value());
    QCOMPARE(outcome.error().code(), ErrorCode::Refused);
    QVERIFY2(outcome.error().message().find("accounts.tag") != std::string::npos, outcome.error().message().c_str());
    QCOMPARE(need(target.singleInteger("SELECT count(*) FROM accounts WHERE id = 5000")), 1);
  }
};

QTEST_APPLESS_MAIN(TestUniqueValues)
#include "tst_unique_values.moc"
