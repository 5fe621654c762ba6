// Plans: JSON and fingerprint, what applying one does to a map, and how it is shown.
#include <QtTest>

#include "core/base/json.h"
#include "core/map/map_json.h"
#include "core/plan/plan.h"
#include "core/plan/plan_words.h"
#include "core/strategy/order_encoding.h"

using namespace shardwright;

namespace {

ShardingStrategy intLine() { return *ShardingStrategy::make({StrategyKind::Range, KeyType::Int, "", std::nullopt}); }
Token at(std::int64_t key) { return encodeOrdered(Key::ofInt(key)); }
TokenRange range(std::optional<std::int64_t> from, std::optional<std::int64_t> until) {
  return {from ? at(*from) : Token::beginning(), until ? std::optional<Token>(at(*until)) : std::nullopt};
}
ShardMap map(std::string_view drawing) { return *drawnMap(KeyspaceName("accounts"), intLine(), drawing); }

PlannedMove move(const char* id, TokenRange tokens, const char* source, const char* target) {
  PlannedMove out;
  out.id = MoveId(id);
  out.range = std::move(tokens);
  out.source = ShardId(source);
  out.target = ShardId(target);
  out.rows = 10;
  out.bytes = 1'000;
  out.reason = "a is full";
  return out;
}

MigrationPlan somePlan() {
  MigrationPlan plan;
  plan.id = PlanId("calm-otter-17");
  plan.keyspace = KeyspaceName("accounts");
  plan.baseVersion = 12;
  plan.strategy = intLine().spec();
  plan.goal = "balance";
  plan.options = R"({"metrics":["bytes"],"threshold":0.05})";
  plan.dimensions = {"bytes", "rows"};
  plan.splits = {at(20)};
  plan.moves = {move("m1", range(20, 40), "a", "b"), move("m2", range(80, std::nullopt), "c", "b")};
  plan.moves[1].wave = 2;
  plan.moves.push_back(move("m3", {}, "a", "c"));
  plan.moves[2].pin = Key::ofInt(7);
  plan.before = {0.75, {{ShardId("a"), {30'000, 300}, 0.75}, {ShardId("b"), {0, 0}, 0.0}, {ShardId("d"), {10, 1}, std::nullopt}}};
  plan.after = {0.5, {{ShardId("a"), {20'000, 200}, 0.5}, {ShardId("b"), {10'000, 100}, 0.25}, {ShardId("d"), {10, 1}, std::nullopt}}};
  plan.bounds = {0.4, 900, "total bytes over total capacity"};
  plan.risks = {{"target-fills", "b will be 91 % full"}};
  plan.refused = {{"range 40..80", "was moved lately"}};
  plan.shardIdentities = {{"a", "uuid-1"}, {"b", "uuid-2"}};
  plan.schemaFingerprints = {{"accounts", "abc"}};
  plan.targetMap = canonicalJson(Json{{"schema", "shardwright.map/1"}, {"ranges", Json::array()}});
  plan.createdAt = "2026-11-24T10:00:00Z";
  plan.author = "anna";
  return plan;
}

}  // namespace

class TestPlan : public QObject {
  Q_OBJECT
 private slots:
  void aPlanIsTheSameAfterItsJson() {
    const MigrationPlan plan = somePlan();
    const Json json = planToJson(plan);
    const auto read = planFromJson(json);
    QVERIFY2(read.has_value(), read ? "" : read.error().message().c_str());
    QCOMPARE(canonicalJson(planToJson(*read)), canonicalJson(json));
    QVERIFY(read->moves == plan.moves);
    QVERIFY(read->before == plan.before);
    QCOMPARE(read->targetMap, plan.targetMap);
    QCOMPARE(fingerprintOf(*read), fingerprintOf(plan));
    QCOMPARE(json["moves"][0]["from"].get<std::string>(), std::string("20"));
    QVERIFY(json["moves"][1]["until"].is_null());
    QCOMPARE(json["moves"][2]["pin"].get<std::string>(), std::string("7"));
  }

  void theFingerprintLeavesOutIdStateAndApprovalsAndNothingElse() {
    const Json json = planToJson(somePlan());
    Json named = json;
    named["id"] = "other-name-1";
    named["state"] = "approved";
    named["approvals"] = Json::array({1});
    QVERIFY(planFromJson(named).has_value());
    for (const auto& [field, value] : json.items()) {
      if (field == "id" || field == "fingerprint") continue;
      Json changed = json;
      changed[field] = value.is_string() ? Json(value.get<std::string>() + "x") : value.is_number() ? Json(value.get<int>() + 1) : Json(nullptr);
      const auto read = planFromJson(changed);
      QVERIFY2(!read.has_value(), field.c_str());
    }
  }

  void aPlanEditedAfterItsFingerprintIsRefused() {
    Json json = planToJson(somePlan());
    json["moves"][0]["target"] = "c";
    const auto read = planFromJson(json);
    QVERIFY(!read.has_value());
    QCOMPARE(read.error().code(), ErrorCode::Refused);
    json.erase("fingerprint");
    QVERIFY(planFromJson(json).has_value());
    QVERIFY(fingerprintOf(*planFromJson(json)) != fingerprintOf(somePlan()));
  }

  void aWrongDocumentIsRefusedSayingWhere_data() {
    QTest::addColumn<QString>("pointer");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("says");
    QTest::newRow("schema") << "/schema" << "\"shardwright.map/1\"" << "a plan says";
    QTest::newRow("unknown field") << "/movez" << "1" << "movez";
    QTest::newRow("negative bytes") << "/moves/0/bytes" << "-1" << "moves[0]";
    QTest::newRow("bytes beyond 64 bits") << "/moves/0/bytes" << "18446744073709551615" << "moves[0]";
    QTest::newRow("fraction of rows") << "/moves/0/rows" << "1.5" << "moves[0]";
    QTest::newRow("backward range") << "/moves/0/until" << "\"3\"" << "moves[0]";
    QTest::newRow("same shard") << "/moves/1/target" << "\"c\"" << "moves[1]";
    QTest::newRow("no token") << "/moves/0/from" << "\"forty\"" << "moves[0]";
    QTest::newRow("wave 0") << "/moves/0/wave" << "0" << "moves[0]";
    QTest::newRow("range says another") << "/moves/0/range" << "\"1..2\"" << "moves[0]";
    QTest::newRow("strategy") << "/strategy/kind" << "\"magic\"" << "magic";
    QTest::newRow("moves no list") << "/moves" << "{}" << "moves";
  }
  void aWrongDocumentIsRefusedSayingWhere() {
    QFETCH(QString, pointer);
    QFETCH(QString, value);
    QFETCH(QString, says);
    Json json = planToJson(somePlan());
    json.erase("fingerprint");
    json[Json::json_pointer(pointer.toStdString())] = Json::parse(value.toStdString());
    const auto read = planFromJson(json);
    QVERIFY(!read.has_value());
    QCOMPARE(read.error().code(), ErrorCode::InvalidInput);
    QVERIFY2(read.error().message().find(says.toStdString()) != std::string::npos, read.error().message().c_str());
  }

  void applyingMovesOneByOneGivesTheMapOfTheWholePlan() {
    const ShardMap base = map("- 40 a | 40 - 80 b | 80 - c");
    MigrationPlan plan = somePlan();
    ShardMap step = *applyBounds(base, plan);
    QCOMPARE(drawMap(step), drawMap(map("- 20 a | 20 - 40 a | 40 - 80 b | 80 - c")));
    for (const PlannedMove& one : plan.moves) step = *applyMove(step, one);
    QCOMPARE(drawMap(step), drawMap(map("- 20 a | 20 - 40 b | 40 - 80 b | 80 - b; pin 7 c")));
    QCOMPARE(drawMap(*applyPlan(base, plan)), drawMap(step));
    QCOMPARE(step.version(), base.version() + 4);
    plan.merges = {at(40), at(80)};
    QCOMPARE(drawMap(*applyPlan(base, plan)), drawMap(map("- 20 a | 20 - b; pin 7 c")));
  }

  void aMoveFromAShardThatNoLongerOwnsThePartIsAConflict() {
    const ShardMap base = map("- 40 a | 40 - 80 b | 80 - nobody; pin 7 b");
    for (const PlannedMove& wrong : {move("m1", range(0, 50), "a", "c"), move("m1", range(90, 95), "a", "c")}) {
      const auto applied = applyMove(base, wrong);
      QVERIFY(!applied.has_value());
      QCOMPARE(applied.error().code(), ErrorCode::Conflict);
    }
    PlannedMove pin = move("m1", {}, "a", "c");
    pin.pin = Key::ofInt(7);
    QCOMPARE(applyMove(base, pin).error().code(), ErrorCode::Conflict);
    MigrationPlan twice = somePlan();
    twice.moves = {move("m1", range(0, 20), "a", "b"), move("m2", range(10, 30), "a", "c")};
    QVERIFY(!applyPlan(base, twice).has_value());
  }

  void whatAMoveCarriesLeavesPinnedKeysBehind() {
    const ShardMap base = map("- 40 a | 40 - b; pin 7 b; pin 90 a");
    const PlacedPart part = partOf(base, move("m1", range(0, 40), "a", "b"));
    QCOMPARE(part.withoutPins.size(), std::size_t(1));
    QVERIFY(part.withoutPins.front() == Key::ofInt(7));
    PlannedMove pin = move("m2", {}, "b", "a");
    pin.pin = Key::ofInt(7);
    QVERIFY(partOf(base, pin) == PlacedPart::ofPin(Key::ofInt(7)));
  }

  void theTextShowsTallyLosersAndWhatIsProven() {
    const std::string text = formatPlan(somePlan());
    for (const char* part : {"3 moves, 1 split, 2.9 KiB (10.0 % of the data) in 2 waves", "a -> b: 1 move", "+ split at 20",
                             "Highest utilisation 75.0 % -> 50.0 %", "no placement can be below 40.0 %", "target-fills", "was moved lately"})
      QVERIFY2(text.find(part) != std::string::npos, (std::string(part) + " in\n" + text).c_str());
    QCOMPARE(shardChanges(somePlan()).front().shard.text(), std::string("b"));
    QVERIFY(text.find(fingerprintOf(somePlan())) != std::string::npos);
  }

  void foreignTextInAPlanCannotBecomeMarkupOrControlATerminal() {
    MigrationPlan plan = somePlan();
    plan.moves[0].reason = "<script>alert(1)</script>\x1b[2J";
    plan.risks[0].sentence = "\"><img src=x onerror=y>";
    const std::string html = planToHtml(plan);
    QVERIFY(html.find("<script") == std::string::npos);
    QVERIFY(html.find("<img") == std::string::npos);
    QVERIFY(html.find('\x1b') == std::string::npos);
    QVERIFY(formatPlan(plan).find('\x1b') == std::string::npos);
  }
};

QTEST_APPLESS_MAIN(TestPlan)
#include "tst_plan.moc"
