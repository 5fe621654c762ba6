// The benchmark instances against the digests and values that their definition gives.
#include <QtTest>

#include "tests/plan/instances.h"

using namespace shardwright;
using namespace shardwright::tests;

class TestInstances : public QObject {
  Q_OBJECT
 private slots:
  void theArithmeticAgreesWithItsDefinition() {
    InstanceRandom random(42);
    QCOMPARE(random.u64(), 0xbdd732262feb6e95ull);
    QCOMPARE(random.u64(), 0x28efe333b266f103ull);
    QCOMPARE(exp2q(std::int64_t{1} << 31), 6074000999);
    QCOMPARE(exp2q(-(std::int64_t{13} << 30)), 451452825);
    QCOMPARE(log2q(10), 14267572527);
    QCOMPARE(zipfWeight(1000, 99), 4602140);
    InstanceRandom fresh(42);
    QCOMPARE(fresh.normal(), -3840273900);
    QCOMPARE(fresh.lognormal(600), 3246323295);
  }

  void everyFamilyHasItsDigest_data() {
    QTest::addColumn<QString>("family");
    QTest::addColumn<qulonglong>("small");
    QTest::addColumn<qulonglong>("other");
    const auto row = [](const char* family, qulonglong small, qulonglong other) { QTest::newRow(family) << QString(family) << small << other; };
    row("noise", 0x70f27c8d6f45e043, 0x249cdf8fccddf0fd);
    row("zipf", 0xff462264ec4b08cf, 0x4c252e8fd46da36e);
    row("hotspot", 0xd2e8a3e6fbcb5fbc, 0x164b9ff4b6427d12);
    row("scaleout", 0xadf0a1cd0c07da6e, 0xf68a737b3ba548f5);
    row("drain", 0x25b2411ad6d7ce02, 0xd2e9f7ec0f2b82a7);
    row("hetero", 0xccb90d5da3c86470, 0xaa206eb3819784bd);
    row("zones", 0x0425572764621df9, 0x4ffeeaf2addd47a2);
    row("conflict", 0x9f730d5617dc6d5f, 0x460c16304c6d4007);
    row("tight", 0x24ce1ca25ec3675c, 0xe73ce618427b4c70);
    row("swapcycle", 0xcbec556abbadce57, 0xab455c0a2e1673bc);
    row("giant", 0xcd95421cb5efd1f3, 0xac911e907e4eafcb);
    row("colocate", 0xc27c60c98348bb6a, 0xdd128aea40223ef7);
  }
  void everyFamilyHasItsDigest() {
    QFETCH(QString, family);
    QFETCH(qulonglong, small);
    QFETCH(qulonglong, other);
    QCOMPARE(qulonglong(digestOf(makeInstance(family.toStdString(), 1000, 10, 1))), small);
    QCOMPARE(qulonglong(digestOf(makeInstance(family.toStdString(), 5000, 20, 7))), other);
  }
};

QTEST_APPLESS_MAIN(TestInstances)
#include "tst_instances.moc"
