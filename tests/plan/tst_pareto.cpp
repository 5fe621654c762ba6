// Fronts of bytes moved against the highest utilisation: every point is a plan, and none is beaten by another.
#include "core/plan/pareto.h"

#include <QtTest>

#include "core/base/json.h"
#include "tests/plan/instances.h"

using namespace shardwright;
using namespace shardwright::tests;

namespace {

ClusterSnapshot cluster(const std::string& family, std::int64_t ranges = 300, std::int64_t shards = 6) {
  return snapshotOf(makeInstance(family, ranges, shards, 1), family);
}

ParetoFront frontOf(const ClusterSnapshot& snapshot, int points, const PlanGoals& goals = {}, const PlanOptions& options = {}) {
  auto front = paretoFront(snapshot, goals, options, points);
  if (!front) qFatal("%s", front.error().message().c_str());
  return *std::move(front);
}

}  // namespace

class TestPareto : public QObject {
  Q_OBJECT
 private slots:
  void aTighterPlanMovesMoreBytes_data() {
    QTest::addColumn<QString>("family");
    for (const char* family : {"noise", "scaleout", "hetero", "zones", "giant"}) QTest::newRow(family) << QString(family);
  }
  void aTighterPlanMovesMoreBytes() {
    QFETCH(QString, family);
    const ParetoFront front = frontOf(cluster(family.toStdString()), 6);
    QVERIFY2(front.points.size() >= 2 && front.points.size() <= 6, qPrintable(QString::number(front.points.size())));
    for (std::size_t k = 0; k < front.points.size(); ++k) {
      const PlanProposal& plan = front.points[k].plan;
      QVERIFY(plan.outcome == PlanProposal::Outcome::Planned);
      QVERIFY(plan.bounds.movedBytes <= plan.movedBytes());
      QVERIFY(*front.bounds.maxUtilisation <= *plan.after.maxUtilisation);
      if (k == 0) continue;
      const PlanProposal& looser = front.points[k - 1].plan;
      QVERIFY(*plan.after.maxUtilisation < *looser.after.maxUtilisation);
      QVERIFY(plan.movedBytes() > looser.movedBytes());
      QVERIFY(plan.bounds.movedBytes >= looser.bounds.movedBytes);
    }
  }

  void everyPointIsThePlanOfItsThreshold() {
    const ClusterSnapshot snapshot = cluster("scaleout");
    const ParetoFront front = frontOf(snapshot, 5);
    for (const ParetoPoint& point : front.points) {
      PlanOptions options;
      options.threshold = point.threshold;
      const auto plan = MigrationPlanner::planMigration(snapshot, {}, options);
      QVERIFY(plan.has_value());
      QVERIFY(plan->moves == point.plan.moves);
      QCOMPARE(plan->bounds.movedBytes, point.plan.bounds.movedBytes);
    }
  }

  void theLastPointIsThePlanThatWasAskedFor() {
    const ClusterSnapshot snapshot = cluster("noise");
    PlanOptions options;
    options.threshold = 0.02;
    const auto plan = MigrationPlanner::planMigration(snapshot, {}, options);
    const ParetoFront front = frontOf(snapshot, 4, {}, options);
    QCOMPARE(front.points.back().threshold, 0.02);
    QVERIFY(front.points.back().plan.moves == plan->moves);
    QCOMPARE(*front.now, *plan->before.maxUtilisation);
  }

  // What must leave leaves at every point; the first one does that and nothing else.
  void aDrainBeginsWithTheMovesThatMustBe() {
    const ClusterSnapshot snapshot = cluster("noise");
    PlanGoals goals;
    goals.kind = GoalKind::Drain;
    goals.shards = {ShardId("s0002")};
    std::int64_t onIt = 0;
    for (const SnapshotRange& range : snapshot.ranges)
      if (range.shard == goals.shards[0]) onIt += range.moveBytes;
    const ParetoFront front = frontOf(snapshot, 5, goals);
    QVERIFY(!front.points.empty());
    QCOMPARE(front.points.front().plan.movedBytes(), onIt);
    for (const ParetoPoint& point : front.points)
      for (const ShardLoad& shard : point.plan.after.perShard)
        if (shard.shard == goals.shards[0]) QCOMPARE(shard.loads[1], std::int64_t(0));
  }

  void whatIsBalancedHasNoPointsAndTheReasonIsGiven() {
    const ClusterSnapshot snapshot = cluster("noise");
    PlanOptions options;
    options.threshold = 5;
    const ParetoFront front = frontOf(snapshot, 5, {}, options);
    QVERIFY(front.points.empty() && !front.knee);
    QVERIFY2(front.sentence.starts_with("No action needed"), front.sentence.c_str());
    const Json json = paretoToJson(front, {}, options, snapshot);
    QVERIFY(json["points"].empty() && json["knee"].is_null() && json["now"].is_number());
  }

  void theKneeLiesBelowTheLineBetweenTheEnds() {
    const ParetoFront front = frontOf(cluster("scaleout"), 8);
    QVERIFY(front.knee.has_value());
    const auto share = [&](std::size_t k) {
      const auto& first = front.points.front().plan;
      const auto& last = front.points.back().plan;
      const auto& plan = front.points[k].plan;
      return static_cast<double>(plan.movedBytes() - first.movedBytes()) / static_cast<double>(last.movedBytes() - first.movedBytes()) +
             (*plan.after.maxUtilisation - *last.after.maxUtilisation) / (*first.after.maxUtilisation - *last.after.maxUtilisation);
    };
    for (std::size_t k = 0; k < front.points.size(); ++k) QVERIFY(share(*front.knee) <= share(k) + 1e-12);
  }

  void whatIsNoFrontIsAnswered_data() {
    QTest::addColumn<int>("points");
    QTest::addColumn<int>("goal");
    QTest::newRow("one point") << 1 << static_cast<int>(GoalKind::Balance);
    QTest::newRow("too many points") << 101 << static_cast<int>(GoalKind::Balance);
    QTest::newRow("a move") << 5 << static_cast<int>(GoalKind::Move);
    QTest::newRow("a key") << 5 << static_cast<int>(GoalKind::Isolate);
  }
  void whatIsNoFrontIsAnswered() {
    QFETCH(int, points);
    QFETCH(int, goal);
    PlanGoals goals;
    goals.kind = static_cast<GoalKind>(goal);
    const auto front = paretoFront(cluster("noise", 50, 4), goals, {}, points);
    QVERIFY(!front);
    QCOMPARE(front.error().code(), ErrorCode::InvalidInput);
  }

  void theDocumentNamesWhatEachPointCostsAndProves() {
    const ClusterSnapshot snapshot = cluster("scaleout");
    const ParetoFront front = frontOf(snapshot, 4);
    const Json json = paretoToJson(front, {}, {}, snapshot);
    QCOMPARE(json["schema"].get<std::string>(), std::string("shardwright.pareto/1"));
    QCOMPARE(json["points"].size(), front.points.size());
    for (std::size_t k = 0; k < front.points.size(); ++k) {
      const Json& point = json["points"][k];
      QCOMPARE(point["movedBytes"].get<std::int64_t>(), front.points[k].plan.movedBytes());
      QCOMPARE(point["bounds"]["movedBytes"].get<std::int64_t>(), front.points[k].plan.bounds.movedBytes);
      QCOMPARE(point["moves"].get<std::size_t>(), front.points[k].plan.moves.size());
      QVERIFY(point["fingerprint"].get<std::string>().size() == 64);
    }
  }
};

QTEST_APPLESS_MAIN(TestPareto)
#include "tst_pareto.moc"
