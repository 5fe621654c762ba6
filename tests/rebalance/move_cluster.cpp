#include "tests/rebalance/move_cluster.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <filesystem>

#include "core/engines/sqlite/token_function.h"
#include "core/map/map_json.h"
#include "core/strategy/order_encoding.h"

namespace shardwright::test {

namespace {

const ShardId shardA("a"), shardB("b"), shardC("c");

Token at(std::int64_t key) { return encodeOrdered(Key::ofInt(key)); }

// What the plan carries from a to b.
PlannedMove plannedMove(Moved moved) {
  PlannedMove move{.id = MoveId("m1"), .source = shardA, .target = shardB, .rows = 150, .bytes = 15000};
  switch (moved) {
    case Moved::Range: move.range = {at(0), at(150)}; break;
    case Moved::Directory: move.range = {at(100), at(250)}; break;
    case Moved::Hash: move.range = {Token::beginning(), Token{std::string("\x80\0\0\0\0\0\0\0", 8)}}; break;
    case Moved::Pin: move.pin = Key::ofInt(42); break;
  }
  return move;
}

Key hashedInto(const TokenRange& range, const Keyspace& keyspace) {
  const auto strategy = need(ShardingStrategy::make(keyspace.strategy));
  std::int64_t key = 8;
  while (!range.contains(need(strategy.tokenOf(Key::ofInt(key))))) ++key;
  return Key::ofInt(key);
}

// Two pinned keys lie inside the part and stay where they are: one on a third shard, one on the source itself.
ShardMap firstMap(Moved moved) {
  const Keyspace keyspace = MoveCluster::keyspace(moved);
  MapBuilder builder(keyspace.name, need(ShardingStrategy::make(keyspace.strategy)));
  if (moved == Moved::Hash) {
    builder.assign({Token::beginning(), std::nullopt}, shardA);
    need(builder.pin(Key::ofInt(7), shardC));
    need(builder.pin(hashedInto(plannedMove(moved).range, keyspace), shardA));
  } else {
    builder.assign({Token::beginning(), at(-1000)}, moved == Moved::Directory ? std::optional<ShardId>() : shardC);
    builder.assign({at(-1000), at(1000)}, shardA);
    builder.assign({at(1000), std::nullopt}, shardB);
    need(builder.pin(Key::ofInt(120), shardC));
    need(builder.pin(Key::ofInt(130), shardA));
  }
  return need(builder.build(1));
}

Catalog::Options catalogOptions(const MoveCluster::Options& options) {
  return {.actor = {"tester", "tester"}, .vfs = options.vfs, .watch = options.watch};
}

MigrationPlan makePlan(Moved moved, const ShardMap& map, const std::vector<Shard>& shards) {
  MigrationPlan plan;
  plan.id = MoveCluster::planId;
  plan.keyspace = map.keyspace();
  plan.baseVersion = map.version();
  plan.strategy = map.strategy().spec();
  plan.goal = moved == Moved::Pin ? "isolate" : "move";
  plan.moves = {plannedMove(moved)};
  for (const Shard& shard : shards) plan.shardIdentities[shard.id.text()] = shard.identity;
  plan.targetMap = mapToJson(need(applyPlan(map, plan)));
  plan.author = "tester";
  plan.createdAt = "2026-01-01T00:00:00Z";
  return plan;
}

}  // namespace

const PlanId MoveCluster::planId("calm-otter-17");

std::string_view movedName(Moved moved) {
  switch (moved) {
    case Moved::Range: return "range";
    case Moved::Hash: return "hash";
    case Moved::Directory: return "directory";
    case Moved::Pin: return "pin";
  }
  return "";
}

Result<Moved> parseMoved(std::string_view name) {
  for (const Moved moved : {Moved::Range, Moved::Hash, Moved::Directory, Moved::Pin})
    if (movedName(moved) == name) return moved;
  return invalidInput("not one of range, hash, directory, pin");
}

Keyspace MoveCluster::keyspace(Moved moved) {
  Keyspace keyspace;
  keyspace.name = KeyspaceName("accounts");
  if (moved == Moved::Directory) keyspace.strategy.kind = StrategyKind::Directory;
  if (moved == Moved::Hash) keyspace.strategy = {StrategyKind::Hash, KeyType::Int, "md5-64", {}};
  keyspace.tables = {{"", "accounts", "id", {}}};
  return keyspace;
}

void MoveCluster::create(const std::string& folder, Moved moved, const Options& options) {
  MoveCluster cluster(folder, moved, {.vfs = options.vfs, .ledger = options.ledger});
  Catalog catalog = need(Catalog::create(cluster.path("catalog.db"), Environment::Test, catalogOptions({.vfs = options.vfs})));
  std::vector<Shard> shards;
  for (const ShardFile& file : cluster.files()) {
    auto db = need(sqlite::Database::open(file.path, {.mode = sqlite::Database::Mode::Create, .vfs = options.vfs}));
    need(db.execute("PRAGMA journal_mode=WAL"));
    need(db.execute(WitnessTable{}.createSql()));
    Shard shard{.id = file.id, .url = "sqlite://" + file.path};
    auto session = need(cluster.m_engine->open(shard));
    shard.identity = need(session->plantIdentity(catalog.uuid()));
    need(catalog.addShard(shard));
    shards.push_back(shard);
  }
  const ShardMap map = firstMap(moved);
  need(catalog.addKeyspace(keyspace(moved), map));
  for (const Shard& shard : shards)
    need(need(cluster.m_engine->open(shard))->publishMap({map.keyspace(), map.version(), mapToJson(map), map.checksum()}));
  std::vector<Key> keys;
  for (std::int64_t i = 0; i < rows; ++i) keys.push_back(Key::ofInt(i));
  need(plantRows(cluster.writer(0), keys));
  const MigrationPlan plan = makePlan(moved, map, shards);
  need(catalog.addPlan(plan));
  need(catalog.approve(plan.id, fingerprintOf(plan), "as discussed"));
}

// What tells a copy from the file itself is told anew, so that here the copies are the files themselves.
void MoveCluster::copy(const std::string& from, const std::string& to) {
  std::filesystem::create_directories(to);
  std::filesystem::copy(from, to);
  MoveCluster cluster(to, Moved::Range);
  auto catalog = need(sqlite::Database::open(cluster.path("catalog.db"), {}));
  auto place = need(catalog.prepare("UPDATE shards SET url = ? WHERE name = ?"));
  for (const ShardFile& file : cluster.files()) {
    need(place.bind(1, "sqlite://" + file.path).bind(2, file.id.text()).run());
    struct stat there {};
    if (::stat(file.path.c_str(), &there) != 0) need(Done(notFound(file.path)));
    auto db = need(openShard(file));
    auto entry = need(db.prepare("UPDATE shardwright_meta SET value = ? WHERE name = ?"));
    need(entry.bind(1, file.path).bind(2, std::string("path")).run());
    need(entry.bind(1, fmt::format("{}:{}", there.st_dev, there.st_ino)).bind(2, std::string("inode")).run());
  }
}

MoveCluster::MoveCluster(std::string folder, Moved moved, Options options)
    : m_folder(std::move(folder)), m_moved(moved), m_options(std::move(options)) {
  SqliteEngine::Options engine;
  engine.vfs = m_options.vfs;
  engine.watch = m_options.watch;
  m_engine = std::make_unique<SqliteEngine>(engine);
  if (m_options.script) m_scripted = scripted(*m_engine, m_options.script);
}

Catalog MoveCluster::catalog() const { return need(Catalog::open(path("catalog.db"), catalogOptions(m_options))); }

RunOptions MoveCluster::smallChunks() {
  RunOptions run;
  run.mover.chunkRows = 60;
  run.mover.chunkRowsMost = 60;
  run.mover.verifyRows = 60;
  return run;
}

ShardRebalancer MoveCluster::rebalancer(RunOptions run) {
  return ShardRebalancer([this] { return Catalog::open(path("catalog.db"), catalogOptions(m_options)); },
                         [engine = m_scripted ? m_scripted.get() : m_engine.get()](const Shard&) -> Result<Engine*> { return engine; },
                         std::move(run));
}

std::vector<ShardFile> MoveCluster::files() const {
  return {{shardA, path("a.db")}, {shardB, path("b.db")}, {shardC, path("c.db")}};
}

WriterSetup MoveCluster::writer(std::uint32_t client) const {
  WriterSetup setup;
  setup.client = client;
  setup.session.shards = files();
  setup.session.vfs = m_options.vfs;
  setup.session.prepare = [vfs = m_options.vfs](sqlite::Database& db) -> Done {
    if (sqlite::registerTokenFunction(db.handle()) != SQLITE_OK) return db.error("token function");
    // Where no power is cut, what the application has committed is there for every process at once.
    return vfs.empty() ? db.execute("PRAGMA synchronous=OFF") : Done{};
  };
  const bool pin = m_moved == Moved::Pin;
  for (std::int64_t i = pin ? 40 : 0; i < (pin ? 46 : rows); ++i) setup.ownKeys.push_back(Key::ofInt(i));
  setup.map = publishedMap(files(), keyspace(m_moved).name, m_options.vfs);
  setup.ledger = ledger();
  setup.seed = 7 + client;
  setup.mix.replace = 1;
  setup.watched = [this](const Key& key) { return moves(key); };
  return setup;
}

bool MoveCluster::moves(const Key& key) const {
  const ShardMap map = firstMap(m_moved);
  const PlannedMove move = plannedMove(m_moved);
  if (move.pin) return key == *move.pin;
  return map.pinOf(key) == nullptr && move.range.contains(need(map.strategy().tokenOf(key)));
}

std::shared_ptr<const ShardMap> MoveCluster::map() const { return need(catalog().currentMap(keyspace(m_moved).name)); }

Verdict MoveCluster::verdict(std::int64_t leastAcknowledged) const {
  const auto operations = need(readLedger(ledger()));
  const auto found = need(witnessRows(files(), WitnessTable{}, m_options.vfs));
  const auto inForce = map();
  const auto phase = need(catalog().move(planId, MoveId("m1"))).phase;
  Evidence evidence;
  evidence.operations = operations;
  evidence.rows = found;
  evidence.owner = [&](const std::string& key) { return need(inForce->placementOf(need(Key::parse(KeyType::Int, key)))).shard; };
  if (phase == Phase::Watching)
    evidence.retained = [&](const std::string& key, const ShardId& shard) {
      return shard == shardA && moves(need(Key::parse(KeyType::Int, key)));
    };
  evidence.leastAcknowledged = leastAcknowledged;
  return judge(evidence);
}

std::vector<std::string> MoveCluster::leftovers() const {
  std::vector<std::string> left;
  for (const ShardFile& file : files()) {
    auto db = need(openShard(file, m_options.vfs));
    auto read = need(db.prepare("SELECT name FROM sqlite_schema WHERE name LIKE 'shardwright_dirty%' OR name LIKE 'shardwright_copy%' "
                                "ORDER BY name"));
    while (need(read.step())) left.push_back(file.id.text() + ": " + read.text(0));
    if (need(db.singleInteger("SELECT count(*) FROM sqlite_schema WHERE name = 'shardwright_guard_move'")) > 0 &&
        need(db.singleInteger("SELECT count(*) FROM shardwright_guard_move")) > 0)
      left.push_back(file.id.text() + ": a mark of a move");
  }
  for (const ObjectRow& object : need(catalog().unresolvedObjects())) left.push_back("catalog: " + object.shard + " " + object.name);
  return left;
}

}  // namespace shardwright::test
