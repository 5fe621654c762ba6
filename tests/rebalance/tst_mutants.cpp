// The proof of the proof: each rule of the protocol is taken away once, in a scene made for it, and what the executor then
// does to the cluster is found out. With every rule in force the same scene ends well.
#include <QtTest>

#include "core/engines/sqlite/guard.h"
#include "tests/rebalance/cluster_check.h"
#include "tests/rebalance/crash_case.h"
#include "tests/rebalance/rule_names.h"
#include "tests/rebalance/scene.h"
#include "tests/support/child_process.h"

using namespace shardwright;
using namespace shardwright::test;

namespace {

using Faults = std::vector<std::string>;
constexpr auto childLimit = std::chrono::seconds(30);
constexpr std::int64_t key = 50, other = 5, outside = 200;

// What a scene leaves to be found; the rule's name is empty when every rule is in force.
using Play = std::function<Faults(const std::string& rule)>;

RunOptions optionsWithout(const std::string& rule) {
  RunOptions options = MoveCluster::smallChunks();
  options.mover.rules = need(rulesWithout(rule));
  return options;
}

void expect(bool holds, const char* what) {
  if (!holds) qFatal("the scene did not come about: %s", what);
}

// Runs the plan in this process, and looks at the cluster.
Faults ended(Scene& scene, const RunOptions& options, std::int64_t leastAcknowledged) {
  const auto outcome = scene.cluster().rebalancer(options).run(MoveCluster::planId, {});
  if (!outcome) return {outcome.error().message()};
  return faultsOf(scene.cluster(), leastAcknowledged);
}

// Another process, ended by its order, or at its end.
ChildEnd process(const Scene& scene, const CrashOrder& order, const std::string& rule) {
  std::vector<std::string> words = {scene.folder(), "range", "run", order.text(), scene.folder() + "/commits"};
  if (!rule.empty()) words.push_back(rule);
  return need(runChild(CRASH_RUNNER, words, childLimit, scene.folder() + "/said"));
}

void killedAfter(const Scene& scene, const std::string& point, const std::string& rule) {
  expect(process(scene, {CrashOrder::Act::KillAfter, point, 1}, rule).wasKilled(), "a process killed after its commit");
}

// As after a partition: the holder lives, and the catalog takes it for dead.
void loseLease(const Scene& scene) {
  auto catalog = need(sqlite::Database::open(scene.folder() + "/catalog.db", {}));
  need(catalog.execute("DELETE FROM leases"));
}

// ---- the scenes

Faults aWriteJustBeforeTheFence(const std::string& rule) {
  Scene scene;
  scene.script->beforeStep("fence source", [&] { expect(scene.update(shardA, key), "a write before the fence"); });
  return ended(scene, optionsWithout(rule), 1);
}

Faults aWriteWhileItsKeyIsForgotten(const std::string& rule) {
  Scene scene;
  scene.script->beforeStep("prove way back", [&] {
    expect(scene.update(shardA, key), "a write after the verification");
    const int applied = scene.script->commitsOf("target/apply");
    scene.script->afterCommitOf("target/apply", [&] { expect(scene.update(shardA, key), "a write between apply and forget"); }, applied + 1);
  });
  RunOptions options = optionsWithout(rule);
  options.mover.fenceBelow = 0;
  options.mover.cutOverTries = 1;
  return ended(scene, options, 2);
}

Faults aChunkWithoutItsPosition(const std::string& rule) {
  Scene scene;
  killedAfter(scene, "target/copy", rule);
  auto target = need(openShard(scene.cluster().files()[1]));
  const std::int64_t there = need(target.singleInteger("SELECT count(*) FROM accounts WHERE id BETWEEN 0 AND 149"));
  const std::int64_t told = need(target.singleInteger(
      "SELECT count(*) FROM sqlite_schema WHERE name = 'shardwright_copy_calm_otter_17_m1'")) == 0
                                ? 0 : need(target.singleInteger("SELECT sum(rows) FROM shardwright_copy_calm_otter_17_m1"));
  Faults faults;
  if (there != told) faults.push_back("the copy's own record tells of " + std::to_string(told) + " rows and " + std::to_string(there) + " are there");
  expect(process(scene, {}, rule).exitCode == 0, "a fresh process");
  for (std::string& fault : faultsOf(scene.cluster(), 0)) faults.push_back(std::move(fault));
  return faults;
}

Faults aZombieThatFences(const std::string& rule) {
  Scene scene;
  scene.script->beforeStep("fence source", [&] {
    loseLease(scene);
    MoveCluster successor = scene.another();
    expect(need(successor.rebalancer().run(MoveCluster::planId, {})).state == PlanState::Watching, "a successor");
  });
  const auto zombie = scene.cluster().rebalancer(optionsWithout(rule)).run(MoveCluster::planId, {});
  expect(!zombie, "a zombie that found out at last");
  return faultsOf(scene.cluster(), 0);
}

// The zombie's decision comes while its successor, who has opened the source again, is at the same place once more.
Faults aZombieThatDecides(const std::string& rule) {
  Scene scene;
  scene.script->beforeStep("unchanged target", [&] {
    loseLease(scene);
    killedAfter(scene, "catalog/catalog.move.cutover", "");
    expect(scene.update(shardA, key), "a write on the source that is open again");
  });
  const auto zombie = scene.cluster().rebalancer(optionsWithout(rule)).run(MoveCluster::planId, {});
  expect(!zombie, "a zombie that found out at last");
  expect(process(scene, {}, "").exitCode == 0, "a third executor");
  return faultsOf(scene.cluster(), 1);
}

Faults aDecisionWithoutReply(const std::string& rule) {
  Scene scene;
  scene.script->loseReplyOf("catalog/catalog.decide.flip");
  scene.script->beforeStep("open target", [&] { scene.update(shardA, key); });
  return ended(scene, optionsWithout(rule), 0);
}

Faults aCrashAfterTheOpening(const std::string& rule) {
  Scene scene;
  killedAfter(scene, "target/open", rule);
  Faults faults;
  if (const ChildEnd end = process(scene, {}, rule); end.exitCode != 0) faults.push_back(end.output);
  for (std::string& fault : faultsOf(scene.cluster(), 0)) faults.push_back(std::move(fault));
  return faults;
}

Faults aPinMadeDuringCleanUp(const std::string& rule) {
  Scene scene;
  need(scene.cluster().rebalancer().run(MoveCluster::planId, {}));
  scene.script->beforeStep("remove source", [&] {
    const Keyspace keyspace = MoveCluster::keyspace(Moved::Range);
    MapBuilder builder(*scene.cluster().map());
    need(builder.pin(Key::ofInt(key), shardA));
    const ShardMap pinned = need(builder.build());
    need(scene.cluster().catalog().publishMap(pinned, "a pin"));
    const sqlite::Guard guard(keyspace, pinned.strategy());
    for (const ShardFile& file : scene.cluster().files()) {
      auto db = need(openShard(file));
      if (file.id == shardB) need(db.execute("DELETE FROM accounts WHERE id = 50"));
      if (file.id != shardC) need(guard.setGate(db, PlacedPart::ofPin(Key::ofInt(key)), file.id == shardA ? Gate::Open : Gate::Elsewhere));
    }
  });
  const auto outcome = scene.cluster().rebalancer(optionsWithout(rule)).cleanUp(MoveCluster::planId, {});
  if (!outcome) return {outcome.error().message()};
  return faultsOf(scene.cluster(), 0);
}

Faults aCrashBetweenMakingAndTelling(const std::string& rule) {
  Scene scene;
  killedAfter(scene, "source/arm", rule);
  const auto told = need(scene.cluster().catalog().unresolvedObjects());
  auto source = need(openShard(scene.cluster().files()[0]));
  auto made = need(source.prepare("SELECT name FROM sqlite_schema WHERE name LIKE 'shardwright_dirty%'"));
  Faults faults;
  int count = 0;
  for (; need(made.step()); ++count) {
    const std::string name = made.text(0);
    if (std::ranges::none_of(told, [&](const ObjectRow& row) { return row.shard == "a" && row.name == name; }))
      faults.push_back("nothing tells of " + name);
  }
  expect(count > 0, "objects on the source");
  return faults;
}

Faults aReplaceThatPushesARowOut(const std::string& rule) {
  Scene scene;
  scene.script->beforeStep("prove way back", [&] { expect(scene.replace(shardA, outside, other), "a REPLACE after the verification"); });
  return ended(scene, optionsWithout(rule), 1);
}

Faults aPinnedKeyInTheRange(const std::string& rule) {
  Scene scene;
  return ended(scene, optionsWithout(rule), 0);
}

struct Mutant {
  std::string_view rule;
  Play play;
  const char* sign;  // by what it is found out
};

const std::vector<Mutant>& mutants() {
  static const std::vector<Mutant> all = {
      {"drain", aWriteJustBeforeTheFence, "1 lost"},
      {"markerAfterFence", aWriteJustBeforeTheFence, "1 lost"},
      {"positionWithData", aChunkWithoutItsPosition, "tells of 0 rows and 60 are there"},
      {"forgetByGeneration", aWriteWhileItsKeyIsForgotten, "cut-overs were given up"},
      {"tokenCheck", aZombieThatFences, "a: the guard says moving"},
      {"leaseCheck", aZombieThatDecides, "1 lost"},
      {"keepClosedWhenUnknown", aDecisionWithoutReply, "1 lost"},
      {"decisionBeforeOpening", aCrashAfterTheOpening, "b: the guard says open"},
      {"ownershipAtCleanUp", aPinMadeDuringCleanUp, "1 lost"},
      {"recordBeforeCreation", aCrashBetweenMakingAndTelling, "nothing tells of"},
      {"replaceLosers", aReplaceThatPushesARowOut, "1 resurrected"},
      {"pinsExcluded", aPinnedKeyInTheRange, "1 misplaced"},
  };
  return all;
}

QString text(const Faults& faults) {
  QStringList lines;
  for (const std::string& fault : faults) lines.append(QString::fromStdString(fault));
  return lines.join("\n");
}

}  // namespace

class TestMutants : public QObject {
  Q_OBJECT
 private:
  static void addMutants() {
    QTest::addColumn<int>("at");
    for (std::size_t i = 0; i < mutants().size(); ++i) QTest::newRow(std::string(mutants()[i].rule).c_str()) << int(i);
  }

 private slots:
  void everyRuleHasItsScene() {
    QCOMPARE(mutants().size(), ruleNames.size());
    for (const auto& [name, rule] : ruleNames)
      QVERIFY2(std::ranges::find(mutants(), name, &Mutant::rule) != mutants().end(), std::string(name).c_str());
  }

  void aBrokenRuleIsCaught_data() { addMutants(); }
  void aBrokenRuleIsCaught() {
    QFETCH(int, at);
    const Mutant& mutant = mutants()[static_cast<std::size_t>(at)];
    const Faults faults = mutant.play(std::string(mutant.rule));
    QVERIFY(!faults.empty());
    QVERIFY2(text(faults).contains(mutant.sign), qPrintable(text(faults)));
  }

  void withEveryRuleTheSceneEndsWell_data() { addMutants(); }
  void withEveryRuleTheSceneEndsWell() {
    QFETCH(int, at);
    const Faults faults = mutants()[static_cast<std::size_t>(at)].play("");
    QVERIFY2(faults.empty(), qPrintable(text(faults)));
  }
};

QTEST_APPLESS_MAIN(TestMutants)
#include "tst_mutants.moc"
