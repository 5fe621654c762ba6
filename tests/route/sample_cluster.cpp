#include "tests/route/sample_cluster.h"

#include <QFile>
#include <QtGlobal>

#include "core/base/bytes.h"
#include "core/db/url.h"
#include "core/engines/sqlite/native_key.h"
#include "core/engines/sqlite/sqlite_session.h"
#include "core/map/map_json.h"

namespace shardwright {

namespace {

template <class T>
T must(Result<T> result) {
  if (!result) qFatal("%s", result.error().message().c_str());
  return *std::move(result);
}

void must(Done done) {
  if (!done) qFatal("%s", done.error().message().c_str());
}

}  // namespace

std::uint64_t printedSeed() {
  const std::uint64_t seed = qEnvironmentVariableIsSet("SHARDWRIGHT_SEED")
                                 ? qEnvironmentVariable("SHARDWRIGHT_SEED").toULongLong()
                                 : std::random_device()();
  qInfo("SHARDWRIGHT_SEED=%llu", static_cast<unsigned long long>(seed));
  return seed;
}

SampleCluster::SampleCluster(Keyspace keyspace, const std::vector<std::string>& shards) : m_keyspace(std::move(keyspace)) {
  const std::string type = sqlite::storageClass(m_keyspace.strategy.keyType, m_keyspace.keyForm) == "integer" ? "INTEGER" : "TEXT";
  for (const auto& name : shards) {
    const ShardId id(name);
    m_shards.push_back(id);
    sqlite::Database::Options options;
    options.mode = sqlite::Database::Mode::Create;
    auto db = must(sqlite::Database::open(m_folder.filePath(QString::fromStdString(name + ".db")).toStdString(), options));
    must(db.execute("PRAGMA synchronous=OFF; PRAGMA journal_mode=WAL;"
                    "CREATE TABLE items(id INTEGER PRIMARY KEY, k " + type + " NOT NULL, n INTEGER, r REAL, x);"
                    "CREATE INDEX items_k ON items(k)"));
    m_files.emplace(id, std::move(db));
  }
}

void SampleCluster::put(const ShardId& shard, const Item& item) {
  auto insert = must(file(shard).prepare("INSERT OR REPLACE INTO items VALUES (?, ?, ?, ?, ?)"));
  insert.bind(1, item.id).bind(2, sqlite::nativeValue(item.key, m_keyspace.keyForm));
  insert.bind(3, item.n).bind(4, item.r).bind(5, item.x);
  must(insert.run());
}

void SampleCluster::remove(const ShardId& shard, std::int64_t id) {
  auto statement = must(file(shard).prepare("DELETE FROM items WHERE id = ?"));
  must(statement.bind(1, id).run());
}

void SampleCluster::publish(const ShardId& shard, const ShardMap& map) {
  const auto session = must(open(shard));
  must(session->publishMap({map.keyspace(), map.version(), mapToJson(map), map.checksum()}));
}

std::vector<Item> SampleCluster::items(const ShardId& shard) {
  std::vector<Item> out;
  auto select = must(file(shard).prepare("SELECT * FROM items"));
  while (must(select.step()))
    out.push_back({select.integer(0), must(sqlite::keyOfValue(select.value(1), m_keyspace.strategy.keyType, m_keyspace.keyForm)),
                   select.value(2), select.value(3), select.value(4)});
  return out;
}

void SampleCluster::lose(const ShardId& shard) {
  const auto path = QString::fromStdString(file(shard).path());
  m_files.erase(shard);
  for (const char* suffix : {"", "-wal", "-shm"}) QFile::remove(path + suffix);
}

Shard SampleCluster::shardOf(const ShardId& id) const {
  Shard shard;
  shard.id = id;
  DatabaseUrl url;
  url.engine = "sqlite";
  url.path = m_folder.filePath(QString::fromStdString(id.text() + ".db")).toStdString();
  shard.url = formatDatabaseUrl(url);
  return shard;
}

Result<std::unique_ptr<ShardSession>> SampleCluster::open(const ShardId& shard) const {
  return sqlite::SqliteSession::open(shardOf(shard), {});
}

std::shared_ptr<SessionPool> SampleCluster::pool() const {
  return std::make_shared<KeptSessions>([this](const ShardId& shard) { return open(shard); });
}

Keyspace sampleKeyspace(StrategyKind kind, KeyType type) {
  return {KeyspaceName("ks"), {kind, type, kind == StrategyKind::Hash ? "md5-64" : "", {}}, defaultKeyForm(type),
          {{"", "items", "k", {}}}};
}

Key randomKey(Random& random, KeyType type) {
  const auto number = static_cast<std::int64_t>(random() % 40) - 20;
  switch (type) {
    case KeyType::Int:
      if (random() % 30 == 0) return Key::ofInt(random() % 2 ? INT64_MAX : INT64_MIN);
      return Key::ofInt(number);
    case KeyType::Text: {
      std::string text;
      for (auto n = random() % 4; n > 0; --n) text += std::array{"a", "B", "ä", "\"", "~"}[random() % 5];
      return must(Key::ofText(text));
    }
    case KeyType::Uuid: {
      Uuid uuid{};
      uuid[0] = static_cast<unsigned char>(random() % 8 * 32);
      uuid[15] = static_cast<unsigned char>(random() % 4);
      return Key::ofUuid(uuid);
    }
    case KeyType::Timestamp: return Key::ofTimestamp({number * 1'000'000});
  }
  return Key::ofInt(0);
}

std::shared_ptr<const ShardMap> randomMap(Random& random, const Keyspace& keyspace, const std::vector<ShardId>& shards,
                                          MapVersion version) {
  const auto strategy = must(ShardingStrategy::make(keyspace.strategy));
  const auto anyShard = [&]() -> std::optional<ShardId> {
    if (keyspace.strategy.kind != StrategyKind::Hash && random() % 6 == 0) return std::nullopt;
    return shards[random() % shards.size()];
  };
  MapBuilder builder(keyspace.name, strategy);
  builder.assign(TokenRange{}, anyShard());
  for (auto n = random() % 8; n > 0; --n) {
    const auto from = must(strategy.tokenOf(randomKey(random, keyspace.strategy.keyType)));
    builder.assign({from, std::nullopt}, anyShard());
  }
  for (auto n = random() % 4; n > 0; --n)
    must(builder.pin(randomKey(random, keyspace.strategy.keyType), shards[random() % shards.size()]));
  return std::make_shared<const ShardMap>(must(builder.build(version)));
}

Item randomItem(Random& random, KeyType type, std::int64_t id) {
  const auto small = [&] { return static_cast<std::int64_t>(random() % 7) - 3; };
  Item item{id, randomKey(random, type), Null{}, Null{}, Null{}};
  if (random() % 4) item.n = small();
  if (random() % 4) item.r = static_cast<double>(small()) / 4;
  switch (random() % 5) {
    case 0: break;
    case 1: item.x = small(); break;
    case 2: item.x = static_cast<double>(small()) / 2 + 0.25; break;
    case 3: item.x = std::string(1, "aAbB"[random() % 4]); break;
    case 4: item.x = Blob{std::string(1, "aA"[random() % 2])}; break;
  }
  return item;
}

}  // namespace shardwright
