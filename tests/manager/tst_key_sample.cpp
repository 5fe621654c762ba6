// Which part of a keyspace's keys a sample looks at.
#include "core/manager/key_sample.h"
#include "tests/support/random_seed.h"

#include <QtTest>
#include <random>

using namespace shardwright;

namespace {

std::vector<Key> randomKeys(std::mt19937_64& random, int count) {
  std::vector<Key> keys;
  for (int i = 0; i < count; ++i) keys.push_back(Key::ofInt(static_cast<std::int64_t>(random() % 1000)));
  return keys;
}

bool contains(const KeySpan& span, const Key& key) { return (!span.from || key >= *span.from) && (!span.until || key < *span.until); }

std::int64_t timesSeen(const KeySample& sample, const Key& key) {
  return std::ranges::count_if(sample.chosen, [&](const KeySpan& span) { return contains(span, key); });
}

}  // namespace

class TestKeySample : public QObject {
  Q_OBJECT

  std::mt19937_64 m_random;

 private Q_SLOTS:
  void initTestCase() { m_random.seed(test::randomSeed()); }

  // Law: together the stretches are the whole line, and no key lies in two.
  void allStretchesTogetherAreTheLine() {
    for (int round = 0; round < 60; ++round) {
      const KeySample whole = chooseStretches(randomKeys(m_random, static_cast<int>(m_random() % 60)), 1.0, m_random());
      QCOMPARE(std::ssize(whole.chosen), whole.stretches);
      for (std::int64_t key = -5; key < 1005; key += 7) QCOMPARE(timesSeen(whole, Key::ofInt(key)), 1);
    }
  }

  void noKeyIsSeenTwice() {
    for (int round = 0; round < 60; ++round) {
      const KeySample part = chooseStretches(randomKeys(m_random, 60), 0.3, m_random());
      for (std::int64_t key = -5; key < 1005; key += 7) QVERIFY(timesSeen(part, Key::ofInt(key)) <= 1);
    }
  }

  // Law: every key is looked at with the probability that was asked for, crowded or alone.
  void everyKeyIsAsLikelyToBeSeen() {
    const auto bounds = randomKeys(m_random, 99);
    constexpr int rounds = 1500;
    for (const std::int64_t key : {std::int64_t{-1'000'000}, std::int64_t{500}, std::int64_t{1'000'000}}) {
      int seen = 0;
      for (int round = 0; round < rounds; ++round) seen += timesSeen(chooseStretches(bounds, 0.25, m_random()), Key::ofInt(key)) > 0;
      const double share = static_cast<double>(seen) / rounds;
      QVERIFY2(share > 0.2 && share < 0.3, std::to_string(share).c_str());
    }
  }

  void somethingIsAlwaysLookedAt() {
    const KeySample none = chooseStretches({}, 0.001, 1);
    QCOMPARE(none.stretches, 1);
    QVERIFY(contains(none.chosen.at(0), Key::ofInt(7)));
    QCOMPARE(chooseStretches(randomKeys(m_random, 5), 0.001, 1).chosen.size(), std::size_t{1});
  }

  void equalBoundsCountOnce() { QCOMPARE(chooseStretches({Key::ofInt(5), Key::ofInt(5), Key::ofInt(5)}, 0.5, 1).stretches, 2); }

  void smallSharesWantMoreBounds() {
    QVERIFY(boundsWanted(0.001) > boundsWanted(0.1));
    QVERIFY(boundsWanted(0.01) >= 2000);
    QVERIFY(boundsWanted(1e-12) < 100'000);
  }
};

QTEST_GUILESS_MAIN(TestKeySample)
#include "tst_key_sample.moc"
