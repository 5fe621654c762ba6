// The chain: every column of every event, removals, insertions and exchanges are found.
#include <QtTest>

#include "core/base/json.h"
#include "tests/catalog/fixture.h"

using namespace shardwright;
using namespace shardwright::testing;

namespace {

// A catalog with a dozen events of several kinds.
void makeHistory(World& world) {
  world.addCluster();
  const Lease lease = world.startPlan();
  world.bring(lease, m1, Phase::Watching);
}

}  // namespace

class TestAudit : public QObject {
  Q_OBJECT
 private slots:
  void anUntouchedChainIsSound() {
    World world;
    makeHistory(world);
    QCOMPARE(must(world.catalog().checkAudit()), std::nullopt);
    const auto events = must(world.catalog().auditEvents());
    QVERIFY(events.size() > 12);
    for (std::size_t i = 0; i < events.size(); ++i) {
      QCOMPARE(events[i].sequence, std::int64_t(i + 1));
      if (i > 0) QCOMPARE(events[i].previousHash, events[i - 1].hash);
    }
    const AuditHead head = must(world.catalog().auditHead());
    QCOMPARE(head.sequence, events.back().sequence);
    QCOMPARE(head.hash, events.back().hash);
  }

  void chainsOfTwoCatalogsBeginDifferently() {
    World one, other;
    QVERIFY(must(one.catalog().auditEvents()).front().previousHash != must(other.catalog().auditEvents()).front().previousHash);
  }

  void anEventTellsWhoWhereAndWhat() {
    World world;
    Catalog bob = world.open("bob");
    SW_OK(bob.audit("shard.repaired", "north", {{"rows", 3}}));
    const AuditEvent event = must(bob.auditEvents()).back();
    QCOMPARE(event.actor, std::string("bob"));
    QCOMPARE(event.osUser, std::string("os-bob"));
    QCOMPARE(event.pid, std::int64_t(::getpid()));
    QVERIFY(!event.host.empty());
    QCOMPARE(event.token, 0);
    QCOMPARE(event.at, noon);
    QCOMPARE(event.subject, std::string("north"));
    QCOMPARE(event.detail, std::string(R"({"rows":3})"));
  }

  void aChangeOfAnyColumnOfAnyEventIsFound_data() {
    QTest::addColumn<QString>("edit");
    for (const char* edit : {"at = at + 1", "actor = actor || 'x'", "os_user = 'root'", "host = 'elsewhere'", "pid = pid + 1",
                             "token = token + 1", "event = 'plan.seen'", "subject = subject || ' '",
                             "detail = replace(detail, '}', ',\"a\":1}')", "detail = detail || ' '", "previous_hash = hash",
                             "hash = previous_hash"})
      QTest::newRow(edit) << edit;
  }
  void aChangeOfAnyColumnOfAnyEventIsFound() {
    QFETCH(QString, edit);
    World world;
    makeHistory(world);
    world.tamper("CREATE TABLE saved AS SELECT * FROM audit");
    const std::int64_t last = must(world.catalog().auditHead()).sequence;
    for (std::int64_t sequence = 1; sequence <= last; ++sequence) {
      world.tamper(QString("UPDATE audit SET %1 WHERE sequence = %2").arg(edit).arg(sequence).toStdString());
      const auto found = must(world.catalog().checkAudit());
      QVERIFY2(found.has_value(), qPrintable(QString("event %1").arg(sequence)));
      if (sequence == last) QVERIFY(!must(world.catalog().check()).empty());
      world.tamper("DELETE FROM audit; INSERT INTO audit SELECT * FROM saved");
    }
    QCOMPARE(must(world.catalog().checkAudit()), std::nullopt);
  }

  void theFirstBadEventIsNamed() {
    World world;
    makeHistory(world);
    world.tamper("UPDATE audit SET actor = 'mallory' WHERE sequence IN (5, 7)");
    QVERIFY(must(world.catalog().checkAudit())->starts_with("event 5 "));
  }

  void aRemovedEventIsFound_data() {
    QTest::addColumn<QString>("which");
    QTest::newRow("the first") << "sequence = 1";
    QTest::newRow("one in the middle") << "sequence = 6";
    QTest::newRow("the last") << "sequence = (SELECT max(sequence) FROM audit)";
    QTest::newRow("the last three") << "sequence > (SELECT max(sequence) - 3 FROM audit)";
    QTest::newRow("all") << "1";
  }
  void aRemovedEventIsFound() {
    QFETCH(QString, which);
    World world;
    makeHistory(world);
    world.tamper("DELETE FROM audit WHERE " + which.toStdString());
    QVERIFY(must(world.catalog().checkAudit()).has_value());
    // However much is written after it.
    must(world.catalog().audit("note", "later", Json::object()));
    QVERIFY(must(world.catalog().checkAudit()).has_value());
  }

  void aForgottenHeadIsFound() {
    World world;
    world.tamper("UPDATE meta SET value = '1 x' WHERE key = 'audit_head'");
    QVERIFY(must(world.catalog().checkAudit()).has_value());
  }

  void aGapClosedByRenumberingIsFound() {
    World world;
    makeHistory(world);
    world.tamper("DELETE FROM audit WHERE sequence = 6; UPDATE audit SET sequence = sequence - 1 WHERE sequence = 7;"
                 "UPDATE audit SET sequence = -(sequence - 1) WHERE sequence > 7; UPDATE audit SET sequence = -sequence WHERE sequence < 0");
    QVERIFY(must(world.catalog().checkAudit()).has_value());
  }

  void twoEventsExchangedAreFound() {
    World world;
    makeHistory(world);
    world.tamper("UPDATE audit SET sequence = -5 WHERE sequence = 5; UPDATE audit SET sequence = 5 WHERE sequence = 6;"
                 "UPDATE audit SET sequence = 6 WHERE sequence = -5");
    QVERIFY(must(world.catalog().checkAudit()).has_value());
  }

  void anEventPutInIsFound() {
    World world;
    makeHistory(world);
    world.tamper("INSERT INTO audit SELECT sequence + 1, at, actor, os_user, host, pid, token, event, subject, detail, hash, hash "
                 "FROM audit ORDER BY sequence DESC LIMIT 1");
    QVERIFY(must(world.catalog().checkAudit()).has_value());
  }

  void anotherGenesisIsFound() {
    World world;
    world.tamper("UPDATE meta SET value = 'x' WHERE key = 'audit_genesis'");
    QVERIFY(must(world.catalog().checkAudit()).has_value());
  }

  void eventsArePagedAndChosenBySubject() {
    World world;
    makeHistory(world);
    const auto all = must(world.catalog().auditEvents());
    const auto page = must(world.catalog().auditEvents(3, 2));
    QCOMPARE(page.size(), std::size_t(2));
    QCOMPARE(page[0].sequence, 4);
    for (const AuditEvent& event : must(world.catalog().auditEvents(0, 1000, "calm-otter-17")))
      QCOMPARE(event.subject, std::string("calm-otter-17"));
    QVERIFY(must(world.catalog().auditEvents(0, 1000, "calm-otter-17")).size() < all.size());
  }

  void foreignBytesAreKeptAsTextThatCanBeRead() {
    World world;
    auto odd = must(Catalog::open(world.path(), world.options("b\xff" "b\n")));
    SW_OK(odd.audit("note", "sub\xfeject", {{"text", "Grüße \u202e"}}));
    SW_FAILS(ErrorCode::InvalidInput, "audit event", odd.audit("note", "x", {{"text", "\xff"}}));
    QCOMPARE(must(odd.checkAudit()), std::nullopt);
    QCOMPARE(must(odd.auditEvents()).back().event, std::string("note"));
  }

  void everyChangeHasItsEvent() {
    World world;
    makeHistory(world);
    std::vector<std::string> names;
    for (const AuditEvent& event : must(world.catalog().auditEvents())) names.push_back(event.event);
    const std::vector<std::string> expected = {
        "catalog.created", "shard.added", "shard.added",   "keyspace.created", "plan.created", "plan.approved", "plan.running",
        "lease.taken",     "moves.queued", "move.phase",   "move.phase",       "move.phase",   "move.phase",    "move.phase",
        "move.decided",    "move.phase"};
    QCOMPARE(names, expected);
  }
};

QTEST_APPLESS_MAIN(TestAudit)
#include "tst_audit.moc"
