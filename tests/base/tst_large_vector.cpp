// Blocks of every size begin where they should and are wholly there.
#include <QtTest>

#include <cstdint>

#include "core/base/large_vector.h"

using namespace shardwright;

class TestLargeVector : public QObject {
  Q_OBJECT
 private slots:
  void blocksAreAlignedAndUsableToTheirEnd_data() {
    QTest::addColumn<qulonglong>("count");
    for (const qulonglong count : {1ull, 63ull, 4'096ull, 262'143ull, 262'144ull, 262'145ull, 1'000'000ull})
      QTest::addRow("%llu numbers", count) << count;
  }
  void blocksAreAlignedAndUsableToTheirEnd() {
    QFETCH(qulonglong, count);
    LargeVector<std::uint64_t> numbers(count);
    const auto address = reinterpret_cast<std::uintptr_t>(numbers.data());
    QCOMPARE(address % 64, std::uintptr_t{0});
    if (count * 8 >= (2u << 20)) QCOMPARE(address % (2u << 20), std::uintptr_t{0});
    for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = i;
    numbers.push_back(count);  // moves to a greater block
    LargeVector<std::uint64_t> copy = numbers;
    numbers = {};
    for (std::size_t i = 0; i < copy.size(); ++i) QVERIFY(copy[i] == i);
  }
};

QTEST_APPLESS_MAIN(TestLargeVector)
#include "tst_large_vector.moc"
