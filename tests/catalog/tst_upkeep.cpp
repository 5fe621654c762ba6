// Backup and check.
#include <QtTest>
#include <sys/stat.h>

#include <fstream>

#include "tests/catalog/fixture.h"

using namespace shardwright;
using namespace shardwright::testing;

class TestUpkeep : public QObject {
  Q_OBJECT
 private slots:
  void aBackupIsACatalogWithEverythingInIt() {
    World world;
    world.addCluster();
    const Lease lease = world.startPlan();
    world.bring(lease, m1, Phase::Decided);
    SW_OK(world.catalog().backup(world.path("copy.db")));
    struct stat there{};
    QCOMPARE(::stat(world.path("copy.db").c_str(), &there), 0);
    QCOMPARE(there.st_mode & 0777, mode_t(0600));
    auto copy = must(Catalog::open(world.path("copy.db"), world.options()));
    QCOMPARE(copy.uuid(), world.catalog().uuid());
    QVERIFY(*must(copy.currentMap(accounts)) == *must(world.catalog().currentMap(accounts)));
    QCOMPARE(must(copy.move(lease.plan, m1)).decision, Decision::Flip);
    QCOMPARE(must(copy.check()), std::vector<std::string>());
    QCOMPARE(must(world.catalog().auditEvents()).back().event, std::string("catalog.backup"));
  }

  void aBackupOverwritesNothing() {
    World world;
    std::ofstream(world.path("copy.db")) << "precious";
    SW_FAILS(ErrorCode::Refused, "overwrites nothing", world.catalog().backup(world.path("copy.db")));
    std::string text;
    std::ifstream(world.path("copy.db")) >> text;
    QCOMPARE(text, std::string("precious"));
    SW_FAILS(ErrorCode::Refused, "overwrites nothing", world.catalog().backup(world.path()));
    SW_FAILS(ErrorCode::Unavailable, "No such file", world.catalog().backup(world.path("no/where.db")));
  }

  void aSoundCatalogHasNoFindings() {
    World world;
    world.addCluster();
    const Lease lease = world.startPlan();
    world.bring(lease, m1, Phase::Done);
    QCOMPARE(must(world.catalog().check()), std::vector<std::string>());
  }

  void whatWasEditedPastTheCatalogIsAFinding_data() {
    QTest::addColumn<QString>("edit");
    QTest::addColumn<QString>("part");
    QTest::newRow("a map version is gone") << "DELETE FROM map_versions WHERE version = 1" << "missing";
    QTest::newRow("the published map is gone") << "DELETE FROM map_versions WHERE version = 2" << "m1";
    QTest::newRow("a map's checksum") << "UPDATE map_versions SET checksum = 'x' WHERE version = 2" << "version 2";
    QTest::newRow("a plan's fingerprint") << "UPDATE plans SET fingerprint = 'x'" << "calm-otter-17";
    QTest::newRow("an approval") << "UPDATE approvals SET approver = 'x'" << "approval";
    QTest::newRow("the audit") << "UPDATE audit SET actor = 'x' WHERE sequence = 3" << "event 3";
  }
  void whatWasEditedPastTheCatalogIsAFinding() {
    QFETCH(QString, edit);
    QFETCH(QString, part);
    World world;
    world.addCluster();
    const Lease lease = world.startPlan();
    world.bring(lease, m1, Phase::Watching);
    world.tamper(edit.toStdString());
    const auto findings = must(world.catalog().check());  // although the maps are in its memory
    const bool named = std::ranges::any_of(findings, [&](const std::string& f) { return QString::fromStdString(f).contains(part); });
    QVERIFY2(named, findings.empty() ? "no finding" : findings.front().c_str());
  }

  void openPermissionsAreAFinding() {
    World world;
    QCOMPARE(::chmod(world.path().c_str(), 0644), 0);
    const auto findings = must(world.catalog().check());
    QCOMPARE(findings.size(), std::size_t(1));
    QVERIFY(findings[0].find("chmod 600") != std::string::npos);
    QCOMPARE(::chmod(world.path().c_str(), 0600), 0);
    QCOMPARE(must(world.catalog().check()), std::vector<std::string>());
    QCOMPARE(::chmod(world.path("").c_str(), 0777), 0);
    QVERIFY(must(world.catalog().check()).at(0).find("chmod go-w") != std::string::npos);
  }
};

QTEST_APPLESS_MAIN(TestUpkeep)
#include "tst_upkeep.moc"
