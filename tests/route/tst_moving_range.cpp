// Queries while a range moves: every instant of a move, as the shards and the catalog show it, against every instant at
// which the router may have read its map and asked each shard. Nothing is seen twice or not at all.
#include <QtTest>

#include <numeric>

#include "core/map/map_json.h"
#include "core/route/query_router.h"
#include "tests/route/sample_cluster.h"

using namespace shardwright;
using namespace std::chrono_literals;

namespace {

using Function = Aggregate::Function;
using MapPtr = std::shared_ptr<const ShardMap>;

MapPtr drawnAs(const Keyspace& keyspace, const std::string& drawing, MapVersion version) {
  const auto strategy = ShardingStrategy::make(keyspace.strategy);
  const auto drawn = drawnMap(keyspace.name, *strategy, drawing);
  if (!drawn) qFatal("%s", drawn.error().message().c_str());
  auto map = MapBuilder(*drawn).build(version);
  if (!map) qFatal("%s", map.error().message().c_str());
  return std::make_shared<const ShardMap>(*std::move(map));
}

// A move of the keys from 10 to 30 and of the pinned key 5, from one shard to another, step by step.
class Move {
 public:
  static constexpr int steps = 8;
  static constexpr std::int64_t keys = 40;

  Move(const std::string& source, const std::string& target)
      : m_cluster(sampleKeyspace(StrategyKind::Range, KeyType::Int), {"a", "b", "c"}), m_source(source), m_target(target) {
    m_before = drawnAs(m_cluster.keyspace(), "- 30 " + source + " | 30 - c; pin 5 " + source, 7);
    m_after = drawnAs(m_cluster.keyspace(), "- 10 " + source + " | 10 - 30 " + target + " | 30 - c; pin 5 " + target, 8);
    for (std::int64_t key = 0; key < keys; ++key) m_cluster.put(*m_before->placementOf(Key::ofInt(key))->shard, item(key));
    for (const auto& shard : m_cluster.shards()) m_cluster.publish(shard, *m_before);
  }

  // What has become durable when `done` steps are done. Rows of the part have n = 1; T's first own write adds none.
  void step(int number) {
    switch (number) {
      case 0: return copy(0, 20);                              // half of the copy
      case 1: return copy(20, keys);                           // all of it, equal, under the fence
      case 2: m_inCatalog = m_after; return;                   // decided (K7)
      case 3: return m_cluster.publish(m_target, *m_after);    // open on the target (K8)
      case 4: return m_cluster.publish(m_source, *m_after);    // closed on the source (K9)
      case 5: return cleanUp(0, 20);                           // a batch of the clean-up
      case 6: return cleanUp(20, keys);                        // the rest
      case 7: return m_cluster.publish(ShardId("c"), *m_after);  // the others hear of it
    }
  }

  MapPtr mapInCatalog() const { return m_inCatalog ? m_inCatalog : m_before; }
  SampleCluster& cluster() { return m_cluster; }

 private:
  static Item item(std::int64_t key) { return {key, Key::ofInt(key), std::int64_t{1}, Null{}, Null{}}; }
  bool moves(std::int64_t key) const { return *m_after->placementOf(Key::ofInt(key))->shard == m_target; }
  void copy(std::int64_t from, std::int64_t until) {
    for (auto key = from; key < until; ++key)
      if (moves(key)) m_cluster.put(m_target, item(key));
  }
  void cleanUp(std::int64_t from, std::int64_t until) {
    for (auto key = from; key < until; ++key)
      if (moves(key)) m_cluster.remove(m_source, key);
  }

  SampleCluster m_cluster;
  ShardId m_source, m_target;
  MapPtr m_before, m_after, m_inCatalog;
};

// Hands out sessions of wherever the test says the world is when the nth is asked for.
class Interleaving : public SessionPool {
 public:
  using Open = std::function<Result<std::unique_ptr<ShardSession>>(const ShardId&, int ask)>;
  explicit Interleaving(Open open) : m_open(std::move(open)) {}
  Result<SessionLoan> borrow(const ShardId& shard, std::stop_token) override {
    auto session = TRY(m_open(shard, m_asked++));
    return SessionLoan(std::move(session), {});
  }

 private:
  Open m_open;
  int m_asked = 0;
};

const Query everything{{}, RangeQuery{{}, {"id"}, {}, {}}};

}  // namespace

class TestMovingRange : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void everyRowIsSeenOnceAtEveryInstant_data() {
    QTest::addColumn<QString>("source");
    QTest::addColumn<QString>("target");
    QTest::newRow("source asked first") << "a" << "b";
    QTest::newRow("target asked first") << "b" << "a";
  }
  void everyRowIsSeenOnceAtEveryInstant() {
    QFETCH(QString, source);
    QFETCH(QString, target);
    // The world after each number of steps; nothing is written while queries run, so a world can be entered again.
    std::vector<std::unique_ptr<Move>> worlds;
    for (int steps = 0; steps <= Move::steps; ++steps) {
      worlds.push_back(std::make_unique<Move>(source.toStdString(), target.toStdString()));
      for (int i = 0; i < steps; ++i) worlds.back()->step(i);
    }
    int reloads = 0, plain = 0;
    // The map is read after `read` steps, the first shard asked after `first` of them, the second after `second`.
    for (int read = 0; read <= Move::steps; ++read)
      for (int first = read; first <= Move::steps; ++first)
        for (int second = first; second <= Move::steps; ++second) {
          int now = read;
          const auto pool = std::make_shared<Interleaving>([&](const ShardId& shard, int ask) {
            now = ask == 0 ? first : second;
            return worlds[static_cast<std::size_t>(now)]->cluster().open(shard);
          });
          auto router = QueryRouter::make(
              worlds[0]->cluster().keyspace(),
              [&] { return Result<MapPtr>(worlds[static_cast<std::size_t>(now)]->mapInCatalog()); }, pool);
          QVERIFY(router);
          QueryRouter::Options options{60s, 1, false};  // one after the other, in the order of their names
          const auto answer = (*router)->run(everything, options);
          const auto instant = QString("map after %1, asked after %2 and %3").arg(read).arg(first).arg(second);
          QVERIFY2(answer, answer ? qPrintable(instant) : qPrintable(instant + QString::fromStdString(answer.error().message())));
          std::vector<std::int64_t> ids;
          for (const auto& row : answer->rows) ids.push_back(std::get<std::int64_t>(row.values[0]));
          std::ranges::sort(ids);
          std::vector<std::int64_t> expected(Move::keys);
          std::iota(expected.begin(), expected.end(), 0);
          QVERIFY2(ids == expected, qPrintable(instant + QString(": %1 rows").arg(ids.size())));
          ++(answer->reloads > 0 ? reloads : plain);
        }
    QVERIFY2(reloads > 0 && plain > 0, "both ways were taken");
  }

  void aShardThatLagsBehindIsNoReasonToAskAgain() {
    Move move("a", "b");
    for (int i = 0; i < 5; ++i) move.step(i);
    auto router = QueryRouter::make(move.cluster().keyspace(), [&] { return Result<MapPtr>(move.mapInCatalog()); }, move.cluster().pool());
    const auto answer = (*router)->run(everything, {});
    QVERIFY(answer);
    QCOMPARE(answer->reloads, 0);
    QCOMPARE(answer->shards.back().publishedVersion, MapVersion{7});
    QCOMPARE(answer->plan.mapVersion, MapVersion{8});
  }

  void aPointFollowsItsKey() {
    Move move("a", "b");
    auto router = QueryRouter::make(move.cluster().keyspace(), [&] { return Result<MapPtr>(move.mapInCatalog()); }, move.cluster().pool());
    for (int i = 0; i < Move::steps; ++i) {
      for (const std::int64_t key : {5, 15, 35}) {
        const auto answer = (*router)->run({{}, PointQuery{Key::ofInt(key), {"id"}, {}, {}}}, {});
        QVERIFY(answer);
        QCOMPARE(answer->rows.size(), std::size_t{1});
      }
      move.step(i);
    }
    QCOMPARE(*(*router)->determineShard(Key::ofInt(15)), ShardId("b"));
    QCOMPARE(*(*router)->determineShard(Key::ofInt(5)), ShardId("b"));
  }

  void shardsNewerThanTheCatalogAreAConflictAndNotAGuess() {
    Move move("a", "b");
    move.cluster().publish(ShardId("c"), *drawnAs(move.cluster().keyspace(), "- a", 99));
    auto router = QueryRouter::make(move.cluster().keyspace(), [&] { return Result<MapPtr>(move.mapInCatalog()); }, move.cluster().pool());
    const auto answer = (*router)->run(everything, {});
    QVERIFY(!answer);
    QCOMPARE(answer.error().code(), ErrorCode::Conflict);
    QVERIFY2(answer.error().message().find("99") != std::string::npos, answer.error().message().c_str());
  }

  void aMapThatNeverHoldsStillIsGivenUp() {
    SampleCluster cluster(sampleKeyspace(StrategyKind::Range, KeyType::Int), {"a"});
    MapVersion version = 1;
    auto router = QueryRouter::make(
        cluster.keyspace(), [&] { return Result<MapPtr>(drawnAs(cluster.keyspace(), "- a", version)); },
        std::make_shared<Interleaving>([&](const ShardId& shard, int) {
          cluster.publish(shard, *drawnAs(cluster.keyspace(), "- a", ++version));
          return cluster.open(shard);
        }));
    const auto answer = (*router)->run(everything, {});
    QVERIFY(!answer);
    QCOMPARE(answer.error().code(), ErrorCode::Conflict);
    QVERIFY2(version < 20, "the tries are bounded");
  }
};

QTEST_APPLESS_MAIN(TestMovingRange)
#include "tst_moving_range.moc"
