#include <QtTest>

#include <map>
#include <random>
#include <set>
#include <thread>

#include "core/map/map_json.h"
#include "core/route/access_counter.h"

using namespace shardwright;

namespace {

std::shared_ptr<const ShardMap> mapOf(const char* drawing) {
  const auto strategy = ShardingStrategy::make({StrategyKind::Range, KeyType::Int, "", {}});
  auto map = drawnMap(KeyspaceName("ks"), *strategy, drawing);
  if (!map) qFatal("%s", map.error().message().c_str());
  return std::make_shared<const ShardMap>(*std::move(map));
}

void count(AccessCounter& counter, std::int64_t key, Access access) {
  const auto strategy = ShardingStrategy::make({StrategyKind::Range, KeyType::Int, "", {}});
  counter.count(Key::ofInt(key), *strategy->tokenOf(Key::ofInt(key)), access);
}

QString drawn(const LoadSample& sample) {
  QStringList out;
  for (const auto& range : sample.ranges) out << QString("%1/%2").arg(*range.reads).arg(*range.writes);
  return out.join(' ');
}

}  // namespace

class TestAccessCounter : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void readsAndWritesAreCountedByRange() {
    AccessCounter counter(mapOf("- 40 a | 40 - 80 b | 80 - c"));
    count(counter, 39, Access::Read);
    count(counter, 40, Access::Read);
    count(counter, 41, Access::Write);
    counter.countEverywhere();
    const auto strategy = ShardingStrategy::make({StrategyKind::Range, KeyType::Int, "", {}});
    counter.countStretch({*strategy->tokenOf(Key::ofInt(79)), strategy->tokenOf(Key::ofInt(81)).value()});
    auto sample = counter.drain(0);
    QCOMPARE(drawn(sample), "1/0 2/1 1/0");
    QCOMPARE(sample.everywhere, 1);
    sample = counter.drain(0);
    QCOMPARE(drawn(sample), "0/0 0/0 0/0");
    QVERIFY(sample.hotKeys.empty());
  }

  void whatWasCountedByAnOlderMapIsNotLost() {
    AccessCounter counter(mapOf("- 40 a | 40 - b"));
    count(counter, 10, Access::Read);
    count(counter, 50, Access::Write);
    counter.use(mapOf("- 20 a | 20 - 60 b | 60 - b"));
    count(counter, 70, Access::Write);
    QCOMPARE(drawn(counter.drain(0)), "1/0 0/1 0/1");
  }

  void hotKeysComeOutFirst() {
    AccessCounter counter(mapOf("- a"), 8);
    for (int i = 0; i < 1000; ++i) {
      count(counter, i, Access::Read);
      if (i % 2 == 0) count(counter, -1, Access::Write);
    }
    const auto sample = counter.drain(0);
    QCOMPARE(sample.hotKeys.size(), std::size_t{8});
    QCOMPARE(sample.hotKeys.front().key, Key::ofInt(-1));
    QVERIFY(sample.hotKeys.front().count >= 500 && sample.hotKeys.front().count - sample.hotKeys.front().error <= 500);
  }

  void manyThreadsCountWhileMapsChangeAndNothingIsLost() {
    const auto one = mapOf("- 40 a | 40 - b"), two = mapOf("- 20 a | 20 - 60 b | 60 - b");
    AccessCounter counter(one);
    constexpr int threads = 4, each = 5000;
    std::atomic<int> running = threads;
    std::int64_t seen = 0;
    {
      std::vector<std::jthread> counting;
      for (int t = 0; t < threads; ++t)
        counting.emplace_back([&, t] {
          for (int i = 0; i < each; ++i) count(counter, (i * 7 + t) % 100, Access::Write);
          --running;
        });
      while (running > 0) {
        counter.use(two);
        for (const auto& range : counter.drain(0).ranges) seen += *range.writes;
        counter.use(one);
      }
    }
    for (const auto& range : counter.drain(0).ranges) seen += *range.writes;
    QCOMPARE(seen, std::int64_t{threads} * each);
  }

  void theSketchKeepsItsPromises() {
    const auto seed = qEnvironmentVariableIsSet("SHARDWRIGHT_SEED") ? qEnvironmentVariable("SHARDWRIGHT_SEED").toUInt() : std::random_device()();
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    for (int round = 0; round < 40; ++round) {
      const std::size_t capacity = 1 + random() % 20;
      SpaceSaving<int> sketch(capacity);
      std::map<int, std::int64_t> truth;
      const std::uint_fast32_t items = 1 + random() % 100;
      for (int i = 0; i < 2000; ++i) {
        const int item = static_cast<int>(std::min(random() % items, random() % items));
        const auto times = static_cast<std::int64_t>(1 + random() % 3);
        sketch.add(item, times);
        truth[item] += times;
      }
      std::set<int> kept;
      const auto top = sketch.top();
      QVERIFY(top.size() <= capacity);
      for (const auto& counted : top) {
        kept.insert(counted.item);
        QVERIFY(counted.count >= truth[counted.item]);
        QVERIFY(counted.count - counted.error <= truth[counted.item]);
        QVERIFY(counted.error <= sketch.total() / static_cast<std::int64_t>(capacity));
      }
      for (const auto& [item, times] : truth)
        if (times > sketch.total() / static_cast<std::int64_t>(capacity)) QVERIFY(kept.contains(item));
    }
  }
};

QTEST_APPLESS_MAIN(TestAccessCounter)
#include "tst_access_counter.moc"
