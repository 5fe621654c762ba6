#include "tests/catalog/fixture.h"

#include <cstdlib>

#include "core/map/map_json.h"

namespace shardwright::testing {

void demand(bool good, const std::string& why) {
  if (!good) qFatal("%s", why.c_str());
}

sqlite::TransactionWatch::Outcome Watch::beforeCommit(std::string_view connection, std::string_view transaction) {
  demand(connection == "catalog", "the catalog's connection is called catalog");
  seen.emplace_back(transaction);
  if (auto before = std::exchange(onceBefore, {})) before();
  return transaction == loseReplyOf ? Outcome::ReplyLost : Outcome::Go;
}

World::World(Environment environment) {
  demand(m_folder.isValid(), "no temporary folder");
  m_catalog = must(Catalog::create(path(), environment, options()));
}

Catalog::Options World::options(const std::string& actor, std::shared_ptr<sqlite::TransactionWatch> watch) {
  return {{actor, "os-" + actor}, [now = m_now] { return *now; }, {}, std::move(watch)};
}

Catalog World::open(const std::string& actor, std::shared_ptr<sqlite::TransactionWatch> watch) {
  return must(Catalog::open(path(), options(actor, std::move(watch))));
}

Shard shardNamed(const ShardId& id) {
  Shard shard;
  shard.id = id;
  shard.url = "sqlite:///srv/" + id.text() + ".db";
  shard.capacity = 1'000'000;
  shard.zone = "z1";
  shard.identity = "identity of " + id.text();
  return shard;
}

Keyspace accountsKeyspace() {
  Keyspace keyspace;
  keyspace.name = accounts;
  keyspace.strategy = {StrategyKind::Range, KeyType::Int, "", std::nullopt};
  keyspace.tables = {{"", "accounts", "id", std::nullopt}};
  return keyspace;
}

ShardMap mapOf(const std::string& drawing) {
  const auto strategy = must(ShardingStrategy::make(accountsKeyspace().strategy));
  const ShardMap drawn = must(drawnMap(accounts, strategy, drawing));
  return must(MapBuilder(drawn).build(1));
}

MigrationPlan planNamed(const std::string& name, const ShardMap& base) {
  MigrationPlan plan;
  plan.id = PlanId(name);
  plan.keyspace = accounts;
  plan.baseVersion = base.version();
  plan.strategy = base.strategy().spec();
  plan.goal = "move";
  for (std::size_t i = 0; i < 2; ++i) {
    PlannedMove move;
    move.id = MoveId("m" + std::to_string(i + 1));
    move.range = base.tokens(i);
    move.source = north;
    move.target = south;
    move.rows = 50;
    move.bytes = 5000;
    move.reason = "asked for";
    plan.moves.push_back(move);
  }
  plan.shardIdentities = {{"north", "identity of north"}, {"south", "identity of south"}};
  plan.schemaFingerprints = {{"accounts", "f00d"}};
  plan.targetMap = mapToJson(must(applyPlan(base, plan)));
  plan.createdAt = formatUtc(noon);
  plan.author = "alice";
  return plan;
}

void World::addCluster() {
  for (const ShardId& id : {north, south}) must(catalog().addShard(shardNamed(id)));
  must(catalog().addKeyspace(accountsKeyspace(), mapOf("- 100 north | 100 - 200 north | 200 - south")));
}

PlanId World::addPlan(const std::string& name) {
  const auto base = must(catalog().currentMap(accounts));
  must(catalog().addPlan(planNamed(name, *base)));
  return PlanId(name);
}

Lease World::startPlan(const std::string& name) {
  const PlanId id = addPlan(name);
  const PlanRecord record = must(catalog().planRecord(id));
  must(catalog().approve(id, record.fingerprint, ""));
  must(catalog().setPlanState(id, PlanState::Approved, PlanState::Running, ""));
  const Lease lease = must(catalog().takeLease(id));
  const MigrationPlan plan = must(catalog().plan(id));
  std::vector<MoveRow> rows;
  for (const PlannedMove& move : plan.moves) {
    MoveRow row;
    row.plan = id;
    row.move = move.id;
    row.rowsTotal = move.rows;
    rows.push_back(row);
  }
  must(catalog().addMoves(lease, rows));
  return lease;
}

void World::bring(const Lease& lease, const MoveId& move, Phase phase) {
  using enum Phase;
  static const std::vector<Phase> way = {Queued, Prepare, Copy, CatchUp, Verify, CutOver, Decided, Watching, CleanUp, Phase::Done};
  for (std::size_t i = 0; i < way.size(); ++i) {
    const Phase now = must(catalog().move(lease.plan, move)).phase;
    if (now == phase) return;
    if (now != way[i]) continue;
    if (phase == Ready && now == Verify) return must(catalog().advance(lease, move, Verify, Ready, {}));
    if (phase == RollBack && now == Watching) return must(catalog().advance(lease, move, Watching, RollBack, {}));
    if (now == CutOver)
      must(catalog().decideFlip(lease, move, Decision::Flip, flipOf(move)));
    else
      must(catalog().advance(lease, move, now, way[i + 1], {}));
  }
}

std::function<Result<ShardMap>(const ShardMap&)> World::flipOf(const MoveId& move) {
  return [move](const ShardMap& map) {
    MapBuilder builder(map);
    builder.assign(map.tokens(move == m1 ? 0 : 1), south);
    return builder.build();
  };
}

std::function<Result<ShardMap>(const ShardMap&)> World::backOf(const MoveId& move) {
  return [move](const ShardMap& map) {
    MapBuilder builder(map);
    builder.assign(map.tokens(move == m1 ? 0 : 1), north);
    return builder.build();
  };
}

void World::tamper(const std::string& sql) {
  auto db = must(sqlite::Database::open(path(), {sqlite::Database::Mode::ReadWrite, 5000, "intruder", {}, {}}));
  must(db.execute("PRAGMA synchronous=OFF"));
  must(db.execute(sql));
}

std::int64_t World::countOf(const std::string& sql) {
  auto db = must(sqlite::Database::open(path(), {sqlite::Database::Mode::ReadWrite, 5000, "reader", {}, {}}));
  return must(db.singleInteger(sql));
}

}  // namespace shardwright::testing
