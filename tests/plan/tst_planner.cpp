// The planner: what it proposes is checked by a checker of its own that shares no code with it.
//
// With SHARDWRIGHT_TRUST set on larger clusters and more of them.
#include <QtTest>

#include <cmath>
#include <numeric>
#include <random>
#include <set>

#include "core/base/json.h"
#include "core/map/map_json.h"
#include "core/plan/planner.h"
#include "core/strategy/order_encoding.h"
#include "tests/plan/instances.h"
#include "tests/plan/plan_checker.h"

using namespace shardwright;
using namespace shardwright::tests;

namespace {

std::uint64_t baseSeed() {
  static const std::uint64_t seed = qEnvironmentVariableIsSet("SHARDWRIGHT_SEED") ? qEnvironmentVariable("SHARDWRIGHT_SEED").toULongLong()
                                                                                    : std::random_device()();
  return seed;
}

bool isLongForm() { return qEnvironmentVariableIsSet("SHARDWRIGHT_TRUST"); }

Token at(std::int64_t key) { return encodeOrdered(Key::ofInt(key)); }

void verifyPlan(const ClusterSnapshot& snapshot, const PlanProposal& proposal, const std::set<ShardId>& drained = {}) {
  const std::string problem = violation(snapshot, proposal, drained);
  QVERIFY2(problem.empty(), problem.c_str());
}

PlanProposal planned(const ClusterSnapshot& snapshot, const PlanGoals& goals = {}, const PlanOptions& options = {}) {
  const auto proposal = MigrationPlanner::planMigration(snapshot, goals, options);
  if (!proposal) qFatal("%s", proposal.error().message().c_str());
  return *proposal;
}

// `ranges` whole ranges with random loads on `shards` shards; every second range with split points if asked for.
ClusterSnapshot randomCluster(std::mt19937_64& random, std::size_t ranges, std::size_t shards, std::size_t dims, bool points) {
  ClusterSnapshot snapshot;
  snapshot.keyspace = KeyspaceName("k");
  static const char* names[] = {"bytes", "rows", "reads", "writes"};
  for (std::size_t d = 0; d < dims; ++d) snapshot.dimensions.emplace_back(names[d]);
  snapshot.strategy = StrategySpec{StrategyKind::Range, KeyType::Int, "", std::nullopt};
  const auto pick = [&](std::int64_t from, std::int64_t until) { return std::uniform_int_distribution<std::int64_t>(from, until)(random); };
  std::vector<std::int64_t> totals(dims, 0);
  for (std::size_t i = 0; i < ranges; ++i) {
    SnapshotRange& range = snapshot.ranges.emplace_back();
    range.id = "r" + std::to_string(i);
    range.shard = ShardId("s" + std::to_string(pick(0, static_cast<std::int64_t>(shards) - 1)));
    const std::int64_t scale = pick(0, 5) == 0 ? 4000 : 400;
    for (std::size_t d = 0; d < dims; ++d) range.loads.push_back(pick(1, scale));
    range.moveBytes = range.loads[0];
    for (std::size_t d = 0; d < dims; ++d) totals[d] += range.loads[d];
    const auto key = static_cast<std::int64_t>(i) * 1000;
    range.tokens = TokenRange{i == 0 ? Token::beginning() : at(key), i + 1 == ranges ? std::nullopt : std::optional<Token>(at(key + 1000))};
    if (!points || i % 2 == 1) continue;
    std::vector<std::int64_t> below(dims, 0);
    for (int k = 1; k < 20; ++k) {
      for (std::size_t d = 0; d < dims; ++d) below[d] += pick(0, (range.loads[d] - below[d]) / 4);
      range.splitPoints.push_back({at(key + k * 50), below});
    }
  }
  for (std::size_t s = 0; s < shards; ++s) {
    SnapshotShard& shard = snapshot.shards.emplace_back();
    shard.name = ShardId("s" + std::to_string(s));
    const std::int64_t factor = pick(2, 5);
    for (std::size_t d = 0; d < dims; ++d) shard.capacity.emplace_back(totals[d] * factor / static_cast<std::int64_t>(shards) / 2 + 1);
  }
  return snapshot;
}

// One range that holds everything, cut into `points` + 1 even parts by its sample, and empty shards beside it.
ClusterSnapshot oneRange(std::size_t shards, std::int64_t points) {
  ClusterSnapshot snapshot;
  snapshot.keyspace = KeyspaceName("k");
  snapshot.strategy = StrategySpec{StrategyKind::Range, KeyType::Int, "", std::nullopt};
  snapshot.dimensions = {"bytes", "rows"};
  for (std::size_t s = 0; s < shards; ++s) {
    SnapshotShard& shard = snapshot.shards.emplace_back();
    shard.name = ShardId("s" + std::to_string(s));
    shard.capacity = {std::nullopt, std::nullopt};
  }
  SnapshotRange& range = snapshot.ranges.emplace_back();
  range.id = "..";
  range.shard = ShardId("s0");
  range.loads = {(points + 1) * 1'000'000, (points + 1) * 1'000};
  range.moveBytes = range.loads[0];
  range.tokens = TokenRange{};
  for (std::int64_t k = 1; k <= points; ++k) range.splitPoints.push_back({at(k * 10), {k * 1'000'000, k * 1'000}});
  return snapshot;
}

PlanOptions bytesOnly(double threshold = 0.05) {
  PlanOptions options;
  options.metrics = {"bytes"};
  options.threshold = threshold;
  return options;
}

}  // namespace

class TestPlanner : public QObject {
  Q_OBJECT
 private slots:
  void initTestCase() { qInfo("SHARDWRIGHT_SEED=%llu", static_cast<unsigned long long>(baseSeed())); }

  void aRangeThatHoldsEverythingIsSplitOntoTheEmptyShards_data() {
    QTest::addColumn<int>("shards");
    for (const int shards : {2, 3, 4, 7, 16}) QTest::addRow("%d shards", shards) << shards;
  }
  void aRangeThatHoldsEverythingIsSplitOntoTheEmptyShards() {
    QFETCH(int, shards);
    const ClusterSnapshot snapshot = oneRange(static_cast<std::size_t>(shards), 399);
    const PlanProposal plan = planned(snapshot, {}, bytesOnly());
    verifyPlan(snapshot, plan);
    QCOMPARE(plan.moves.size(), static_cast<std::size_t>(shards - 1));
    QCOMPARE(plan.splits.size(), static_cast<std::size_t>(shards - 1));
    QVERIFY(*plan.after.maxUtilisation <= 1.05);
    QCOMPARE(*plan.bounds.maxUtilisation, 1.0);
    QVERIFY(*plan.bytesGap() <= 0.01);
  }

  void aRangeWithoutSampledKeysIsSaidToBeTheLimit() {
    ClusterSnapshot snapshot = oneRange(2, 0);
    const PlanProposal plan = planned(snapshot, {}, bytesOnly());
    QVERIFY(plan.outcome == PlanProposal::Outcome::NoActionNeeded);
    QVERIFY2(plan.sentence.find("no sampled keys") != std::string::npos, plan.sentence.c_str());
    QCOMPARE(*plan.bounds.maxUtilisation, 2.0);
  }

  void aKeyThatIsHeavierThanAShardIsTheBound() {
    ClusterSnapshot snapshot = oneRange(4, 3);
    snapshot.ranges[0].splitPoints = {{at(10), {100'000, 100}}, {at(11), {3'900'000, 3'900}}};
    const PlanProposal plan = planned(snapshot, {}, bytesOnly());
    verifyPlan(snapshot, plan);
    QCOMPARE(*plan.bounds.maxUtilisation, 3.8);
    QVERIFY2(plan.bounds.reason.find("heaviest key or sampled part of range") != std::string::npos, plan.bounds.reason.c_str());
  }

  void aPinThatIsHeavierThanAShardIsCalledTheKeyItIs() {
    ClusterSnapshot snapshot = oneRange(4, 9);
    SnapshotRange& pin = snapshot.ranges.emplace_back();
    pin.id = "pin 33";
    pin.pin = Key::ofInt(33);
    pin.shard = ShardId("s0");
    pin.loads = {90'000'000, 90'000};
    pin.moveBytes = pin.loads[0];
    const PlanProposal plan = planned(snapshot, {}, bytesOnly());
    verifyPlan(snapshot, plan);
    QCOMPARE(plan.bounds.reason, std::string("the bytes of key 33 alone"));
    snapshot.ranges.back().pinned = true;
    PlanGoals goals;
    goals.kind = GoalKind::Drain;
    goals.shards = {ShardId("s0")};
    const auto drain = MigrationPlanner::planMigration(snapshot, goals, bytesOnly());
    QVERIFY(!drain);
    QVERIFY2(drain.error().message().find("key 33 is held there") != std::string::npos, drain.error().message().c_str());
  }

  void everyFamilyIsPlannedWithinItsLimits_data() {
    QTest::addColumn<QString>("family");
    for (const std::string& family : families()) QTest::newRow(family.c_str()) << QString::fromStdString(family);
  }
  void everyFamilyIsPlannedWithinItsLimits() {
    QFETCH(QString, family);
    const std::int64_t ranges = isLongForm() ? 1000 : 400, shards = isLongForm() ? 10 : 6;
    const ClusterSnapshot snapshot = snapshotOf(makeInstance(family.toStdString(), ranges, shards, 1), family.toStdString());
    PlanOptions options;
    options.threshold = 0.01;
    const PlanProposal plan = planned(snapshot, {}, options);
    verifyPlan(snapshot, plan);
    for (const ShardLoad& shard : plan.after.perShard)
      if (shardOf(snapshot, shard.shard).state == ShardState::Draining) QVERIFY(std::all_of(shard.loads.begin(), shard.loads.end(), [](std::int64_t l) { return l == 0; }));
    // Bound * 1.01 + the biggest range over the smallest capacity.
    double biggest = 0;
    for (const SnapshotRange& range : snapshot.ranges)
      for (std::size_t d = 0; d < range.loads.size(); ++d)
        for (const SnapshotShard& shard : snapshot.shards) biggest = std::max(biggest, static_cast<double>(range.loads[d]) / static_cast<double>(*shard.capacity[d]));
    QVERIFY2(*plan.after.maxUtilisation <= *plan.bounds.maxUtilisation * 1.01 + biggest,
             qPrintable(QString("%1 against %2").arg(*plan.after.maxUtilisation).arg(*plan.bounds.maxUtilisation)));
    // What is planned is done once: the plan of the result is empty.
    const PlanProposal again = planned(afterwards(snapshot, plan), {}, options);
    QVERIFY2(again.moves.empty(), again.sentence.c_str());
  }

  // Where whole ranges cost what they weigh, it is the choice of ranges that decides how many bytes too many are moved.
  void bytesStayNearWhatIsProvenToBeNeeded_data() {
    QTest::addColumn<QString>("family");
    QTest::addColumn<double>("most");
    QTest::newRow("empty shards") << "scaleout" << 0.10;
    QTest::newRow("shards of four sizes") << "hetero" << 0.05;
    QTest::newRow("shards that leave") << "drain" << 0.10;
  }
  void bytesStayNearWhatIsProvenToBeNeeded() {
    QFETCH(QString, family);
    QFETCH(double, most);
    const std::uint64_t seeds = isLongForm() ? 10 : 2;
    PlanOptions options;
    options.threshold = 0.01;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
      const ClusterSnapshot snapshot = snapshotOf(makeInstance(family.toStdString(), 600, 8, seed), family.toStdString());
      const PlanProposal plan = planned(snapshot, {}, options);
      QVERIFY2(*plan.bytesGap() <= most, qPrintable(QString("%1 too many, seed %2").arg(*plan.bytesGap()).arg(seed)));
      QVERIFY2(*plan.utilisationGap() <= 0.01, qPrintable(QString("%1 above, seed %2").arg(*plan.utilisationGap()).arg(seed)));
    }
  }

  void randomClustersKeepEveryLaw() {
    const std::uint64_t rounds = isLongForm() ? 1000 : 60;
    std::uint64_t finished = 0;
    for (std::uint64_t round = 0; round < rounds; ++round) {
      const std::uint64_t seed = baseSeed() + round;
      std::mt19937_64 random(seed);
      const std::size_t dims = 1 + seed % 3;
      const ClusterSnapshot snapshot = randomCluster(random, 20 + seed % 60, 2 + seed % 5, dims, seed % 2 == 0);
      const auto proposal = MigrationPlanner::planMigration(snapshot, {}, {});
      QVERIFY2(proposal.has_value(), qPrintable(QString("seed %1").arg(seed)));
      const std::string problem = violation(snapshot, *proposal);
      QVERIFY2(problem.empty(), qPrintable(QString("%1, seed %2").arg(QString::fromStdString(problem)).arg(seed)));
      if (proposal->outcome == PlanProposal::Outcome::Planned) QVERIFY2(highest(afterwards(snapshot, *proposal)) <= highest(snapshot), qPrintable(QString("seed %1").arg(seed)));
      if (proposal->blocked) continue;  // some of its moves were left out: it is not finished when it is done
      ++finished;
      const PlanProposal again = planned(afterwards(snapshot, *proposal));
      QVERIFY2(again.moves.empty(), qPrintable(QString("not idempotent: %1, seed %2").arg(QString::fromStdString(again.sentence)).arg(seed)));
    }
    QVERIFY2(finished > rounds / 2, qPrintable(QString("only %1 plans could start all their moves").arg(finished)));
  }

  void namesAndUnitsDoNotMatter() {
    for (std::uint64_t round = 0; round < 30; ++round) {
      std::mt19937_64 random(baseSeed() + round);
      const ClusterSnapshot snapshot = randomCluster(random, 40, 4, 2, true);
      const PlanProposal plan = planned(snapshot);
      ClusterSnapshot renamed = snapshot;
      for (SnapshotShard& shard : renamed.shards) shard.name = ShardId("x" + shard.name.text());
      for (SnapshotRange& range : renamed.ranges) {
        range.id = "y" + range.id;
        range.shard = ShardId("x" + range.shard->text());
      }
      ClusterSnapshot scaled = snapshot;
      for (SnapshotShard& shard : scaled.shards)
        for (auto& capacity : shard.capacity) capacity = *capacity * 8;
      for (SnapshotRange& range : scaled.ranges) {
        for (auto& load : range.loads) load *= 8;
        range.moveBytes *= 8;
        for (SplitPoint& point : range.splitPoints)
          for (auto& below : point.below) below *= 8;
      }
      for (const ClusterSnapshot& other : {renamed, scaled}) {
        const PlanProposal same = planned(other);
        QCOMPARE(same.moves.size(), plan.moves.size());
        for (std::size_t k = 0; k < plan.moves.size(); ++k) {
          QVERIFY(same.moves[k].range.ends_with(plan.moves[k].range));
          QVERIFY(same.moves[k].target.text().ends_with(plan.moves[k].target.text()));
          QVERIFY(same.moves[k].tokens == plan.moves[k].tokens);
        }
      }
    }
  }

  void theSameInputGivesTheSameBytes() {
    const ClusterSnapshot snapshot = snapshotOf(makeInstance("hetero", 300, 5, 2), "hetero");
    QCOMPARE(canonicalJson(simulationToJson(planned(snapshot), {}, {}, snapshot)), canonicalJson(simulationToJson(planned(snapshot), {}, {}, snapshot)));
  }

  // Every placement of up to ten ranges on up to three shards.
  void noPlacementAtAllBeatsTheBounds() {
    for (std::uint64_t round = 0; round < 150; ++round) {
      const std::uint64_t seed = baseSeed() + round;
      std::mt19937_64 random(seed);
      const std::size_t ranges = 4 + seed % 5, shards = 2 + seed % 2, dims = 1 + seed % 2;
      ClusterSnapshot snapshot = randomCluster(random, ranges, shards, dims, false);
      const PlanProposal plan = planned(snapshot);
      double lowest = HUGE_VAL;
      std::vector<std::size_t> place(ranges, 0);
      std::vector<std::pair<double, std::int64_t>> all;
      const auto start = loadsOf(snapshot);
      for (;;) {
        std::vector<std::int64_t> load(shards * dims, 0);
        std::int64_t bytes = 0;
        for (std::size_t i = 0; i < ranges; ++i) {
          for (std::size_t d = 0; d < dims; ++d) load[place[i] * dims + d] += snapshot.ranges[i].loads[d];
          if (snapshot.ranges[i].shard != snapshot.shards[place[i]].name) bytes += snapshot.ranges[i].moveBytes;
        }
        double most = 0;
        bool allowed = true;  // nothing is put where it exceeds a capacity in bytes
        for (std::size_t s = 0; s < shards; ++s)
          allowed = allowed && load[s * dims] <= std::max(*snapshot.shards[s].capacity[0], start.at(snapshot.shards[s].name)[0]);
        for (std::size_t k = 0; k < load.size(); ++k) most = std::max(most, static_cast<double>(load[k]) / static_cast<double>(*snapshot.shards[k / dims].capacity[k % dims]));
        if (allowed) all.emplace_back(most, bytes);
        lowest = std::min(lowest, most);
        std::size_t i = 0;
        while (i < ranges && ++place[i] == shards) place[i++] = 0;
        if (i == ranges) break;
      }
      QVERIFY2(*plan.bounds.maxUtilisation <= lowest + 1e-9, qPrintable(QString("seed %1").arg(seed)));
      std::int64_t fewest = INT64_MAX;
      for (const auto& [most, bytes] : all)
        if (most <= *plan.after.maxUtilisation + 1e-9) fewest = std::min(fewest, bytes);
      QVERIFY2(plan.bounds.movedBytes <= fewest, qPrintable(QString("seed %1").arg(seed)));
    }
  }

  void aDrainedShardEndsEmptyAndNothingElseIsForgotten() {
    const ClusterSnapshot snapshot = snapshotOf(makeInstance("noise", 400, 8, 1), "noise");
    PlanGoals goals;
    goals.kind = GoalKind::Drain;
    goals.shards = {ShardId("s0003")};
    const PlanProposal plan = planned(snapshot, goals);
    verifyPlan(snapshot, plan, {ShardId("s0003")});
    const ClusterSnapshot after = afterwards(snapshot, plan);
    QVERIFY(std::none_of(after.ranges.begin(), after.ranges.end(), [](const SnapshotRange& r) { return r.shard == ShardId("s0003"); }));
    QVERIFY(planned(after, goals).moves.empty());
    goals.shards = {ShardId("nowhere")};
    QCOMPARE(MigrationPlanner::planMigration(snapshot, goals, {}).error().code(), ErrorCode::NotFound);
    goals.shards.clear();
    for (const SnapshotShard& shard : snapshot.shards) goals.shards.push_back(shard.name);
    QCOMPARE(MigrationPlanner::planMigration(snapshot, goals, {}).error().code(), ErrorCode::Refused);
  }

  void aDrainThatFindsNoRoomIsRefused() {
    ClusterSnapshot snapshot = snapshotOf(makeInstance("noise", 200, 4, 1), "noise");
    for (SnapshotShard& shard : snapshot.shards) shard.capacity[1] = *shard.capacity[1] * 8 / 10;
    PlanGoals goals;
    goals.kind = GoalKind::Drain;
    goals.shards = {ShardId("s0000")};
    const auto proposal = MigrationPlanner::planMigration(snapshot, goals, {});
    QVERIFY(!proposal.has_value());
    QCOMPARE(proposal.error().code(), ErrorCode::Refused);
    QVERIFY2(proposal.error().message().find("no room") != std::string::npos, proposal.error().message().c_str());
  }

  void anAddedShardTakesItsShareAndOnlyThatMuchMoves() {
    ClusterSnapshot snapshot = snapshotOf(makeInstance("scaleout", 1000, 10, 1), "scaleout");
    PlanGoals goals;
    goals.kind = GoalKind::Add;
    goals.shards = {ShardId("s0008"), ShardId("s0009")};
    const PlanProposal plan = planned(snapshot, goals, bytesOnly(0.01));
    verifyPlan(snapshot, plan);
    QVERIFY(*plan.utilisationGap() <= 0.0101);
    QVERIFY2(*plan.bytesGap() <= 0.02, qPrintable(QString::number(*plan.bytesGap())));
  }

  void limitsOnBytesAndMovesAreKept() {
    const ClusterSnapshot snapshot = snapshotOf(makeInstance("hetero", 200, 5, 1), "hetero");
    const PlanProposal free = planned(snapshot);
    PlanOptions options;
    options.maxBytes = free.movedBytes() / 3;
    const PlanProposal cheap = planned(snapshot, {}, options);
    verifyPlan(snapshot, cheap);
    QVERIFY(cheap.movedBytes() <= *options.maxBytes);
    QVERIFY(*cheap.after.maxUtilisation < *cheap.before.maxUtilisation);
    options.maxBytes.reset();
    options.maxMoves = 5;
    const PlanProposal few = planned(snapshot, {}, options);
    QVERIFY(few.moves.size() <= 5);
    options.maxMoves = 0;
    QVERIFY(planned(snapshot, {}, options).moves.empty());
  }

  void whatIsPinnedOrMovedLatelyStaysAndTheReasonIsGiven() {
    ClusterSnapshot snapshot = oneRange(2, 0);
    snapshot.ranges[0].tokens->until = at(0);
    SnapshotRange other = snapshot.ranges[0];
    other.id = "0..";
    other.tokens = TokenRange{at(0), std::nullopt};
    snapshot.ranges.push_back(other);
    snapshot.ranges[0].pinned = true;
    snapshot.ranges[1].cooldownUntil = 2'000'000'000;
    PlanOptions options = bytesOnly();
    options.now = 1'900'000'000;
    const PlanProposal stays = planned(snapshot, {}, options);
    QVERIFY(stays.moves.empty());
    QCOMPARE(stays.refused.size(), std::size_t(2));
    options.now = 2'000'000'001;
    const PlanProposal moves = planned(snapshot, {}, options);
    QCOMPARE(moves.moves.size(), std::size_t(1));
    QCOMPARE(moves.moves[0].range, std::string("0.."));
  }

  void balancingOnWhatIsNotMeasuredIsRefused() {
    PlanOptions options;
    options.metrics = {"ops"};
    const auto proposal = MigrationPlanner::planMigration(oneRange(2, 3), {}, options);
    QVERIFY(!proposal.has_value());
    QCOMPARE(proposal.error().code(), ErrorCode::Refused);
    options.metrics = {"colour"};
    QCOMPARE(MigrationPlanner::planMigration(oneRange(2, 3), {}, options).error().code(), ErrorCode::NotFound);
  }

  void aFullCycleOfShardsIsSaidToBeBlocked() {
    ClusterSnapshot snapshot = snapshotOf(makeInstance("swapcycle", 100, 5, 1), "swapcycle");
    for (SnapshotShard& shard : snapshot.shards) shard.capacity[1] = 20 * (std::int64_t{64} << 20);
    const PlanProposal plan = planned(snapshot);
    QVERIFY(plan.moves.empty());
    QVERIFY(!plan.refused.empty());
    QVERIFY2(plan.refused.front().reason.find("lacks 64.0 MiB of room") != std::string::npos, plan.refused.front().reason.c_str());
  }

  void aRangeIsMovedWhereTheOperatorSaysWithTheBoundsThatNeeds() {
    const ClusterSnapshot snapshot = oneRange(3, 9);
    PlanGoals goals;
    goals.kind = GoalKind::Move;
    goals.range = TokenRange{at(20), at(45)};
    goals.to = ShardId("s2");
    const PlanProposal plan = planned(snapshot, goals);
    QCOMPARE(plan.moves.size(), std::size_t(1));
    QVERIFY(plan.moves[0].tokens == goals.range);
    QVERIFY(plan.splits == (std::vector<Token>{at(20), at(45)}));
    QCOMPARE(plan.moves[0].bytes, std::int64_t(2'500'000));
    goals.to = ShardId("s0");
    QVERIFY(planned(snapshot, goals).outcome == PlanProposal::Outcome::NoActionNeeded);
    goals.to.reset();
    QVERIFY(planned(snapshot, goals).moves[0].target != ShardId("s0"));
  }

  void aHotKeyIsIsolatedAsAPin() {
    ClusterSnapshot snapshot = oneRange(3, 9);
    snapshot.ranges[0].hotKey = HotKey{Key::ofInt(33), {70'000, 7}};
    PlanGoals goals;
    goals.kind = GoalKind::Isolate;
    goals.key = Key::ofInt(33);
    const PlanProposal plan = planned(snapshot, goals);
    QCOMPARE(plan.moves.size(), std::size_t(1));
    QVERIFY(plan.moves[0].pin == Key::ofInt(33));
    QCOMPARE(plan.moves[0].bytes, std::int64_t(70'000));
    QVERIFY(plan.splits.empty());
    const ShardMap base = *MapBuilder(KeyspaceName("k"), *ShardingStrategy::make(*snapshot.strategy)).assign({}, ShardId("s0")).build(1);
    ClusterSnapshot current = snapshot;
    current.mapVersion = 1;
    const auto asPlan = planOf(plan, goals, {}, current, base);
    QVERIFY2(asPlan.has_value(), asPlan ? "" : asPlan.error().message().c_str());
    QVERIFY(asPlan->moves[0].pin == Key::ofInt(33));
    QVERIFY(asPlan->targetMap.find("\"pins\":[{") != std::string::npos);
    QCOMPARE(planOf(plan, goals, {}, snapshot, base).error().code(), ErrorCode::Conflict);
  }

  void aRangeIsSplitWhereItsLoadHalvesOrWhereTheOperatorSays() {
    const ClusterSnapshot snapshot = oneRange(2, 9);
    PlanGoals goals;
    goals.kind = GoalKind::Split;
    goals.range = TokenRange{};
    QVERIFY(planned(snapshot, goals).splits == std::vector<Token>{at(50)});
    goals.at = {at(7), at(8)};
    const PlanProposal two = planned(snapshot, goals);
    QVERIFY(two.splits == (std::vector<Token>{at(7), at(8)}));
    QVERIFY(two.moves.empty());
  }

  void neighboursAreMergedAndBroughtTogetherWhereTheyAreNot() {
    ClusterSnapshot snapshot = oneRange(2, 0);
    snapshot.ranges[0].tokens->until = at(0);
    SnapshotRange other = snapshot.ranges[0];
    other.id = "0..";
    other.tokens = TokenRange{at(0), std::nullopt};
    other.shard = ShardId("s1");
    other.moveBytes = 10;
    snapshot.ranges.push_back(other);
    PlanGoals goals;
    goals.kind = GoalKind::Merge;
    goals.range = TokenRange{};
    const PlanProposal plan = planned(snapshot, goals);
    QVERIFY(plan.merges == std::vector<Token>{at(0)});
    QCOMPARE(plan.moves.size(), std::size_t(1));
    QVERIFY(plan.moves[0].target == ShardId("s0"));
    goals.range.reset();
    QVERIFY(planned(snapshot, goals).outcome == PlanProposal::Outcome::NoActionNeeded);
  }

  void aProposalBecomesAPlanWhoseTargetMapIsWhatItsMovesGive() {
    ClusterSnapshot snapshot = oneRange(3, 99);
    snapshot.mapVersion = 4;
    const ShardMap base = *MapBuilder(KeyspaceName("k"), *ShardingStrategy::make(*snapshot.strategy)).assign({}, ShardId("s0")).build(4);
    const PlanProposal proposal = planned(snapshot, {}, bytesOnly());
    const auto plan = planOf(proposal, {}, bytesOnly(), snapshot, base);
    QVERIFY2(plan.has_value(), plan ? "" : plan.error().message().c_str());
    const ShardMap target = *applyPlan(base, *plan);
    QCOMPARE(target.rangeCount(), std::size_t(3));
    const auto named = mapFromJson(plan->targetMap);
    QVERIFY2(named.has_value(), named ? "" : named.error().message().c_str());
    QCOMPARE(drawMap(*named), drawMap(target));
    QVERIFY(planFromJson(planToJson(*plan)).has_value());
  }

  void theSimulationSaysWhatOthersReadFromIt() {
    const ClusterSnapshot snapshot = snapshotOf(makeInstance("noise", 1000, 10, 1), "noise");
    const Json json = simulationToJson(planned(snapshot), {}, {}, snapshot);
    QCOMPARE(json["schema"].get<std::string>(), std::string("shardwright.plan/1"));
    QVERIFY(json["moves"][0]["from"].is_null() && json["moves"][0]["until"].is_null());
    QVERIFY(json["bounds"]["maxUtilisation"].is_number() && json["bounds"]["movedBytes"].is_number_integer() && json["bounds"]["reason"].is_string());
    QVERIFY(json["before"]["maxUtilisation"].get<double>() > json["after"]["maxUtilisation"].get<double>());
    QCOMPARE(json["after"]["perShard"].size(), std::size_t(10));
    std::int64_t moved = 0;
    for (const Json& move : json["moves"]) moved += move["bytes"].get<std::int64_t>();
    QCOMPARE(json["movedBytes"].get<std::int64_t>(), moved);
    QVERIFY(json["gap"]["utilisation"].is_number() && json["gap"]["bytes"].is_number());
  }
};

QTEST_APPLESS_MAIN(TestPlanner)
#include "tst_planner.moc"
