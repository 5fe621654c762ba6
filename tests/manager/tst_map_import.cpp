// A map made by hand that changes owners, while an application writes where it must not.
#include <QtTest>

#include "core/manager/doctor_verbs.h"
#include "core/manager/keyspace_verbs.h"
#include "core/manager/map_verbs.h"
#include "core/manager/shard_verbs.h"
#include "core/map/map_json.h"
#include "core/move/data_mover.h"
#include "core/strategy/order_encoding.h"
#include "tests/support/need.h"

using namespace shardwright;
using shardwright::test::need;

namespace {

// Acts in the middle of the catalog's transaction that brings the map into force.
struct AtPublishing : sqlite::TransactionWatch {
  std::function<void()> act;
  Outcome outcome = Outcome::Go;
  Outcome beforeCommit(std::string_view, std::string_view transaction) override {
    if (transaction != "catalog.map.publish" || !act) return Outcome::Go;
    std::exchange(act, {})();
    return outcome;
  }
  void afterCommit(std::string_view, std::string_view) override {}
};

const KeyspaceName blocks("blocks");

// Rows 1 to 100 on shard a, which owns everything; b and c have none.
struct Cluster {
  QTemporaryDir folder;
  std::shared_ptr<AtPublishing> publishing = std::make_shared<AtPublishing>();
  Workspace workspace;

  Cluster() : workspace(catalog(), options()) {
    for (const char* name : {"a", "b", "c"}) {
      execute(name, "PRAGMA journal_mode=WAL; CREATE TABLE blocks(height INTEGER PRIMARY KEY, body)");
      need(ShardVerbs(workspace).add({.id = ShardId(name), .url = "sqlite://" + path(name)}));
    }
    execute("a", "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100) INSERT INTO blocks SELECT i, '' FROM n");
    KeyspaceDraft draft;
    draft.keyspace.name = blocks;
    draft.keyspace.tables = {{"", "blocks", "height", {}}};
    draft.adopt = true;
    need(KeyspaceVerbs(workspace).create(draft, {}));
  }
  Catalog::Options options() const { return {.actor = {"tester", "tester"}, .watch = publishing}; }
  Catalog catalog() const { return need(Catalog::create(path("catalog"), Environment::Test, options())); }
  std::string path(const std::string& name) const { return folder.filePath(QString::fromStdString(name) + ".db").toStdString(); }
  void execute(const std::string& shard, const std::string& sql) const {
    need(need(sqlite::Database::open(path(shard), {.mode = sqlite::Database::Mode::Create})).execute(sql));
  }
  // What the application is told.
  std::string write(const std::string& shard, std::int64_t key) const {
    auto db = need(sqlite::Database::open(path(shard), {}));
    const auto done = db.execute("INSERT OR REPLACE INTO blocks VALUES (" + std::to_string(key) + ", 'new')");
    return done ? std::string("ok") : done.error().message().find("moving") != std::string::npos ? "moving" : "moved";
  }
  // From `key` on everything is of `shard`.
  Result<ImportedMap> give(std::int64_t key, const std::string& shard) {
    const auto now = need(MapVerbs(workspace).show(blocks));
    MapBuilder builder(*now);
    builder.assign({encodeOrdered(Key::ofInt(key)), std::nullopt}, ShardId(shard));
    return MapVerbs(workspace).import(blocks, mapToJson(need(builder.build())), {});
  }
  MapVersion version() { return need(MapVerbs(workspace).show(blocks))->version(); }
  std::vector<DoctorFinding> examine(bool fix) { return need(DoctorVerbs(workspace).examine(fix, {})); }
};

}  // namespace

class TestMapImport : public QObject {
  Q_OBJECT
 private slots:
  void noRowComesInWhileAMapIsImported() {
    Cluster cluster;
    std::string there, here, outside;
    cluster.publishing->act = [&] {
      here = cluster.write("a", 5000);
      there = cluster.write("a", 1000);
      outside = cluster.write("a", 50);
    };
    QVERIFY(!need(cluster.give(1000, "b")).notPublished);
    QCOMPARE(here, std::string("moving"));
    QCOMPARE(there, std::string("moving"));
    QCOMPARE(outside, std::string("ok"));
    QCOMPARE(cluster.write("a", 5000), std::string("moved"));
    QCOMPARE(cluster.write("b", 5000), std::string("ok"));
    QCOMPARE(cluster.write("a", 999), std::string("ok"));
    QVERIFY(cluster.examine(false).empty());
  }

  void aPartThatCameBackIsOpenAgain() {
    Cluster cluster;
    need(cluster.give(1000, "b"));
    need(cluster.give(1000, "c"));
    need(cluster.give(1000, "a"));
    QCOMPARE(cluster.write("a", 5000), std::string("ok"));
    QCOMPARE(cluster.write("b", 5000), std::string("moved"));
    QVERIFY(cluster.examine(false).empty());
  }

  void whatIsRefusedStaysOpen() {
    Cluster cluster;
    const auto refused = cluster.give(50, "b");
    QCOMPARE(refused.error().code(), ErrorCode::Refused);
    QCOMPARE(cluster.version(), MapVersion(1));
    QCOMPARE(cluster.write("a", 60), std::string("ok"));
  }

  void aMapWithoutAReplyIsFollowedWhereItCameIntoForce() {
    Cluster cluster;
    cluster.publishing->act = [] {};
    cluster.publishing->outcome = sqlite::TransactionWatch::Outcome::ReplyLost;
    QCOMPARE(cluster.give(1000, "b").error().code(), ErrorCode::Unavailable);
    QCOMPARE(cluster.version(), MapVersion(2));
    QCOMPARE(cluster.write("a", 5000), std::string("moved"));
    QCOMPARE(cluster.write("b", 5000), std::string("ok"));
  }

  // As an import that was killed leaves it.
  void doctorOpensWhatAnImportLeftClosed() {
    Cluster cluster;
    const auto map = need(MapVerbs(cluster.workspace).show(blocks));
    const auto keyspace = need(cluster.workspace.catalog().keyspace(blocks));
    const Shard a = need(cluster.workspace.catalog().shard(ShardId("a")));
    const PlacedPart part{{encodeOrdered(Key::ofInt(1000)), std::nullopt}, {}, {}};
    need(need(cluster.workspace.open(a))->closeParts(keyspace, placementOn(*map, a.id), std::span(&part, 1)));
    QCOMPARE(cluster.write("a", 5000), std::string("moving"));
    QCOMPARE(cluster.examine(false).size(), std::size_t{1});
    const auto fixed = cluster.examine(true);
    QVERIFY(fixed.size() == 1 && fixed.front().fixed);
    QCOMPARE(cluster.write("a", 5000), std::string("ok"));
    QVERIFY(cluster.examine(false).empty());
  }
};

QTEST_APPLESS_MAIN(TestMapImport)
#include "tst_map_import.moc"
