// Arguments, exits and answers of the command line.
#include "tests/app/sample_cluster.h"

using namespace shardwright;

class TestUsage : public QObject {
  Q_OBJECT
 private slots:
  void wrongArgumentsAreExitTwo_data();
  void wrongArgumentsAreExitTwo();
  void whatIsNotAllowedNowIsExitThree_data();
  void whatIsNotAllowedNowIsExitThree();
  void helpAndVersionAreExitZero();
  void noCommandIsASentenceAndExitThree();
  void theCatalogOfTheUserIsTheDefault();
  void globalOptionsMayStandBehindTheVerb();
  void aKeyNamedLikeAVerbIsAKey();
  void everyAnswerIsOneDocumentUnderJson_data();
  void everyAnswerIsOneDocumentUnderJson();
  void whatDestroysAsksForTheNameAndNothingElse();
  void aRouteIsOneElementAKey();
  void aKeyOfNobodyIsToldAndNotFound();
  void quietListsAreNamesAlone();
  void queriesAnswerFromEveryShard();
  void anExplainedQueryIsNotRun();
  void verifyFindsARowThatIsElsewhereAndAnotherThatIsTwice();
  void repairRemovesOnlyWhatItsOwnerHasExactly();
  void aSampleSaysWhatPartItLookedAtAndProvesNoMore();
  void aSampleFindsWhatLiesWrongInIt();
  void schemaNamesTheShardThatDiffers();
  void schemaLooksAtShardsThatOwnNothingToo();
  void aSnapshotIsPlannedOnWithoutACatalog();
  void theMapGoesOutAndComesBack();
  void thePlanIsShownInThreeForms();
  void plansAreComparedCopiedAndTakenBack();
  void theManualNamesEveryVerbAndNoOther();
  void theShellCompletesVerbsOptionsAndNames();
  void theProgramLinksNoQt();
  void whatIsInstalledStandsOnItsOwn();
};

void TestUsage::wrongArgumentsAreExitTwo_data() {
  QTest::addColumn<QStringList>("arguments");
  QTest::newRow("no such verb") << QStringList{"frobnicate"};
  QTest::newRow("no such option") << QStringList{"shard", "list", "--frobnicate"};
  QTest::newRow("an argument too many") << QStringList{"shard", "list", "a"};
  QTest::newRow("a group without a verb") << QStringList{"shard"};
  QTest::newRow("a missing argument") << QStringList{"route", "blocks"};
  QTest::newRow("no number") << QStringList{"map", "show", "blocks", "--at", "x"};
  QTest::newRow("no such shard") << QStringList{"shard", "check", "z"};
  QTest::newRow("no such keyspace") << QStringList{"map", "show", "z"};
  QTest::newRow("no such plan") << QStringList{"plan", "show", "z"};
  QTest::newRow("no such version") << QStringList{"map", "show", "blocks", "--at", "99"};
  QTest::newRow("a key of another type") << QStringList{"route", "blocks", "x"};
  QTest::newRow("a key above 64 bits") << QStringList{"route", "blocks", "9223372036854775808"};
  QTest::newRow("an URL with a password") << QStringList{"shard", "add", "z", "postgresql://u:secret@h/db"};
  QTest::newRow("an URL of nothing known") << QStringList{"shard", "add", "z", "oracle://h/db"};
  QTest::newRow("a name with a line break") << QStringList{"shard", "add", "a\nb", "sqlite:///tmp/x.db"};
  QTest::newRow("no weight") << QStringList{"shard", "set", "a", "weight=-1"};
  QTest::newRow("no setting") << QStringList{"shard", "set", "a", "colour=red"};
  QTest::newRow("no environment") << QStringList{"init", "--environment", "paradise"};
  QTest::newRow("no strategy") << QStringList{"keyspace", "create", "k", "--strategy", "luck", "--key-type", "int", "--table", "blocks:height", "--adopt"};
  QTest::newRow("no dialect") << QStringList{"keyspace", "create", "k", "--strategy", "hash", "--hash", "md6", "--key-type", "int", "--table", "blocks:height", "--adopt"};
  QTest::newRow("two ways to a map") << QStringList{"keyspace", "create", "k", "--strategy", "range", "--key-type", "int", "--table", "blocks:height", "--adopt", "--on", "a"};
  QTest::newRow("no goal") << QStringList{"plan", "create", "blocks", "--goal", "wish"};
  QTest::newRow("a move of nothing") << QStringList{"plan", "create", "blocks", "--goal", "move", "--to", "b"};
  QTest::newRow("a range the wrong way round") << QStringList{"plan", "create", "blocks", "--goal", "move", "--range", "9..5", "--to", "b"};
  QTest::newRow("an option of another goal") << QStringList{"plan", "create", "blocks", "--goal", "balance", "--to", "b"};
  QTest::newRow("no share") << QStringList{"plan", "create", "blocks", "--threshold", "much"};
  QTest::newRow("no state") << QStringList{"plan", "list", "--state", "happy"};
  QTest::newRow("no such file") << QStringList{"plan", "simulate", "/nonexistent/snapshot.json"};
  QTest::newRow("a folder for a file") << QStringList{"map", "import", "blocks", "/"};
  QTest::newRow("no question") << QStringList{"query", "blocks"};
  QTest::newRow("no aggregate") << QStringList{"query", "blocks", "--aggregate", "MEDIAN(height)"};
  QTest::newRow("no such column") << QStringList{"query", "blocks", "--range", "..", "--columns", "z"};
  QTest::newRow("no stretch") << QStringList{"query", "blocks", "--range", "5"};
  QTest::newRow("follow nothing") << QStringList{"status", "--follow"};
  QTest::newRow("a sample of nothing") << QStringList{"verify", "blocks", "--sample", "0%"};
  QTest::newRow("a sample of everything") << QStringList{"verify", "blocks", "--sample", "100%"};
  QTest::newRow("a sample that is no share") << QStringList{"verify", "blocks", "--sample", "some"};
  QTest::newRow("a repair of a sample") << QStringList{"--yes", "verify", "blocks", "--sample", "5%", "--repair"};
}

void TestUsage::wrongArgumentsAreExitTwo() {
  QFETCH(QStringList, arguments);
  static const SampleCluster cluster(20);
  const Said said = cluster.run(arguments);
  QVERIFY2(said.exit == 2, said.err.c_str());
  QVERIFY2(said.err.starts_with("shardwright: "), said.err.c_str());
  QVERIFY2(!said.errHas("secret"), "a password was repeated");
  QCOMPARE(said.out, std::string());
}

void TestUsage::whatIsNotAllowedNowIsExitThree_data() {
  QTest::addColumn<QStringList>("arguments");
  QTest::newRow("a catalog that is there") << QStringList{"init"};
  QTest::newRow("a shard twice") << QStringList{"shard", "add", "a", "sqlite:///tmp/other.db"};
  QTest::newRow("a keyspace twice") << QStringList{"keyspace", "create", "blocks", "--strategy", "range", "--key-type", "int", "--table", "blocks:height", "--adopt"};
  QTest::newRow("rows that the map places elsewhere") << QStringList{"keyspace", "create", "k", "--strategy", "range", "--key-type", "int", "--table", "blocks:height", "--on", "b", "c"};
  QTest::newRow("a shard that owns something") << QStringList{"--yes", "shard", "remove", "a"};
  QTest::newRow("the last table") << QStringList{"--yes", "keyspace", "remove-table", "pair", "blocks:height"};
  QTest::newRow("a question without a terminal") << QStringList{"shard", "remove", "c"};
}

void TestUsage::whatIsNotAllowedNowIsExitThree() {
  QFETCH(QStringList, arguments);
  static const SampleCluster cluster(20);
  static const Said once = cluster.succeed({"keyspace", "create", "pair", "--strategy", "directory", "--key-type", "int", "--table", "blocks:height", "--adopt"});
  const Said said = cluster.run(arguments);
  QVERIFY2(said.exit == 3, said.err.c_str());
  QVERIFY2(said.err.starts_with("shardwright: "), said.err.c_str());
}

void TestUsage::helpAndVersionAreExitZero() {
  const Said help = Program::bare({"--help"});
  QCOMPARE(help.exit, 0);
  for (const char* verb : {"init", "shard", "keyspace", "map", "route", "query", "plan", "run", "rollback", "verify", "audit"}) {
    QVERIFY2(help.outHas(verb), verb);
  }
  QCOMPARE(Program::bare({"plan", "create", "--help"}).exit, 0);
  QVERIFY(Program::bare({"--version"}).out.starts_with("shardwright "));
}

void TestUsage::noCommandIsASentenceAndExitThree() {
  const Said said = Program::bare({});
  QCOMPARE(said.exit, 3);
  QVERIFY(said.err.starts_with("shardwright: "));
}

void TestUsage::theCatalogOfTheUserIsTheDefault() {
  const QTemporaryDir home;
  QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
  environment.insert("XDG_DATA_HOME", home.path());
  QCOMPARE(Program::bare({"init"}, environment).exit, 0);
  const QFileInfo made(home.path() + "/shardwright/catalog.db");
  QVERIFY(made.exists());
  const auto mine = QFile::ReadOwner | QFile::WriteOwner | QFile::ReadUser | QFile::WriteUser;
  QCOMPARE(made.permissions(), mine);
  QCOMPARE(QFileInfo(home.path() + "/shardwright").permissions(), mine | QFile::ExeOwner | QFile::ExeUser);
}

void TestUsage::globalOptionsMayStandBehindTheVerb() {
  const SampleCluster cluster;
  QVERIFY(cluster.succeed({"shard", "list", "--json"}).json().is_object());
}

void TestUsage::aKeyNamedLikeAVerbIsAKey() {
  const SampleCluster cluster;
  cluster.execute("a", "CREATE TABLE names(name TEXT PRIMARY KEY) WITHOUT ROWID; INSERT INTO names VALUES ('map'), ('-x'), ('init')");
  cluster.succeed({"keyspace", "create", "names", "--strategy", "range", "--key-type", "text", "--table", "names:name", "--map",
                   cluster.write("map.json", R"({"schema":"shardwright.map/1","ranges":[{"from":null,"until":null,"shard":"a"}]})")});
  const auto routed = cluster.succeed({"--json", "route", "names", "--", "map", "-x", "init"}).json();
  QCOMPARE(routed.size(), std::size_t{3});
  QCOMPARE(routed.at(0).at("key").get<std::string>(), std::string("map"));
  QCOMPARE(routed.at(1).at("key").get<std::string>(), std::string("-x"));
}

void TestUsage::everyAnswerIsOneDocumentUnderJson_data() {
  QTest::addColumn<QStringList>("arguments");
  for (const char* line :
       {"map show blocks", "map history blocks", "map diff blocks 1 1", "map check blocks", "map export blocks", "shard list", "shard check",
        "shard set a weight=1", "keyspace list", "keyspace show blocks", "keyspace schema blocks", "route blocks 5", "query blocks --key 5",
        "query blocks --aggregate COUNT(*)", "query blocks --key 5 --explain", "load sample blocks", "load show blocks", "load hot blocks",
        "load forecast blocks", "load import blocks TRACE", "plan list", "plan create blocks --goal move --range 5.. --to b", "status",
        "verify blocks", "verify blocks --sample 50%", "verify blocks --repair", "doctor", "doctor --fix", "audit show", "audit check",
        "catalog check", "snapshot blocks SNAPSHOT", "plan simulate SNAPSHOT"}) {
    QTest::newRow(line) << QString(line).split(' ');
  }
}

void TestUsage::everyAnswerIsOneDocumentUnderJson() {
  QFETCH(QStringList, arguments);
  static const SampleCluster cluster(20);
  static const Said written = cluster.succeed({"snapshot", "blocks", cluster.path("snapshot.json")});
  arguments.replaceInStrings("SNAPSHOT", cluster.path("snapshot.json"));
  arguments.replaceInStrings("TRACE", cluster.write("trace.csv", "time,op,key,cost\n2026-01-01T00:00:00Z,read,5,1\n"));
  const Said said = cluster.succeed(QStringList{"--json", "--yes"} + arguments);
  QVERIFY2(!said.json().is_discarded(), said.out.c_str());
  QCOMPARE(QByteArray::fromStdString(said.out).count('\n'), 1);
}

void TestUsage::whatDestroysAsksForTheNameAndNothingElse() {
  const SampleCluster cluster;
  QCOMPARE(cluster.run.withInput({"shard", "remove", "c"}, "c\n").exit, 3);  // a pipe is no person
  QCOMPARE(cluster.run({"--yes", "shard", "remove", "c"}).exit, 0);
  QCOMPARE(cluster.succeed({"--quiet", "shard", "list"}).out, std::string("a\nb\n"));
}

void TestUsage::aRouteIsOneElementAKey() {
  const SampleCluster cluster(20);
  const nlohmann::json expected = nlohmann::json::array({{{"key", "-17"}, {"token", "-17"}, {"shard", "a"}, {"reason", "range"}},
                                                         {{"key", "9223372036854775807"}, {"token", "9223372036854775807"}, {"shard", "a"}, {"reason", "range"}}});
  QVERIFY(cluster.succeed({"--json", "route", "blocks", "-17", "9223372036854775807"}).json() == expected);
}

void TestUsage::aKeyOfNobodyIsToldAndNotFound() {
  const SampleCluster cluster(20);
  const QString map = cluster.write("map.json", R"({"schema":"shardwright.map/1","ranges":[{"from":null,"until":"100","shard":"a"},{"from":"100","until":null,"shard":null}]})");
  cluster.succeed({"keyspace", "create", "dir", "--strategy", "directory", "--key-type", "int", "--table", "blocks:height", "--map", map});
  const Said said = cluster.run({"--json", "route", "dir", "5", "100"});
  QCOMPARE(said.exit, 2);
  QCOMPARE(said.json().at(1).at("reason").get<std::string>(), std::string("nobody"));
  QVERIFY(said.json().at(1).at("shard").is_null());
  QCOMPARE(said.json().at(0).at("shard").get<std::string>(), std::string("a"));
}

void TestUsage::quietListsAreNamesAlone() {
  const SampleCluster cluster(20);
  QCOMPARE(cluster.succeed({"--quiet", "shard", "list"}).out, std::string("a\nb\nc\n"));
  QCOMPARE(cluster.succeed({"--quiet", "keyspace", "list"}).out, std::string("blocks\n"));
  const QString plan = cluster.planned({"--goal", "move", "--range", "10..", "--to", "b"});
  QCOMPARE(cluster.succeed({"--quiet", "plan", "list", "--state", "draft"}).out, plan.toStdString() + "\n");
  QCOMPARE(cluster.succeed({"--quiet", "plan", "list", "--state", "done"}).out, std::string());
}

void TestUsage::queriesAnswerFromEveryShard() {
  const SampleCluster cluster(100);
  cluster.succeed({"run", cluster.approved({"--goal", "move", "--range", "61..", "--to", "b"})});
  const auto total = cluster.succeed({"--json", "query", "blocks", "--aggregate", "COUNT(*),SUM(height),AVG(height)"}).json();
  const nlohmann::json expected = nlohmann::json::array({100, 5050, 50.5});
  QVERIFY2(total.at("rows").at(0).at("values") == expected, total.dump().c_str());
  QCOMPARE(total.at("partial").get<bool>(), false);
  const auto across = cluster.succeed({"--json", "query", "blocks", "--range", "59..63", "--columns", "height", "--order-by", "height", "desc", "--limit", "3"}).json();
  QCOMPARE(across.at("rows").size(), std::size_t{3});
  QCOMPARE(across.at("rows").at(0).at("values").at(0).get<int>(), 62);
  QCOMPARE(across.at("rows").at(2).at("shard").get<std::string>(), std::string("a"));
  QVERIFY(QFile::remove(QString::fromStdString(cluster.file("b"))));
  QCOMPARE(cluster.run({"query", "blocks", "--aggregate", "COUNT(*)"}).exit, 4);
  const Said partial = cluster.succeed({"--json", "query", "blocks", "--aggregate", "COUNT(*)", "--partial-ok"});
  QCOMPARE(partial.json().at("partial").get<bool>(), true);
  QVERIFY2(partial.errHas("PARTIAL"), partial.err.c_str());
}

void TestUsage::anExplainedQueryIsNotRun() {
  const SampleCluster cluster(20);
  QVERIFY(QFile::remove(QString::fromStdString(cluster.file("a"))));
  const auto plan = cluster.succeed({"--json", "query", "blocks", "--key", "5", "--explain"}).json();
  QCOMPARE(plan.at("shards").size(), std::size_t{1});
  QCOMPARE(plan.at("shards").at(0).at("shard").get<std::string>(), std::string("a"));
}

void TestUsage::verifyFindsARowThatIsElsewhereAndAnotherThatIsTwice() {
  const SampleCluster cluster(20);
  cluster.execute("b", "INSERT INTO blocks VALUES (5, 'twice'), (500, 'elsewhere')");
  const Said said = cluster.run({"--json", "verify", "blocks"});
  QCOMPARE(said.exit, 1);
  QCOMPARE(said.json().at("rows").get<int>(), 40);
  QCOMPARE(said.json().at("duplicated").get<int>(), 1);
  QCOMPARE(said.json().at("misplaced").get<int>(), 1);
  QCOMPARE(said.json().at("missing").get<int>(), 0);
  QCOMPARE(said.json().at("checkedShards").get<int>(), 3);
}

void TestUsage::aSampleSaysWhatPartItLookedAtAndProvesNoMore() {
  const SampleCluster cluster(2000);
  const auto whole = cluster.succeed({"--json", "verify", "blocks"}).json();
  QVERIFY(whole.at("sampled").is_null());
  const auto part = cluster.succeed({"--json", "verify", "blocks", "--sample", "10%"}).json();
  QCOMPARE(part.at("sampled").at("share").get<double>(), 0.1);
  const int looked = part.at("sampled").at("stretches").get<int>(), all = part.at("sampled").at("ofStretches").get<int>();
  QVERIFY2(looked > 5 && looked < all, part.dump().c_str());
  const int rows = part.at("rows").get<int>();
  QVERIFY2(rows > 0 && rows < 2000, part.dump().c_str());
  const Said said = cluster.succeed({"verify", "blocks", "--sample", "10%"});
  QVERIFY2(said.outHas("stretches of keys, chosen at random"), said.out.c_str());
  QVERIFY2(said.errHas("says nothing about the rows outside"), said.err.c_str());
  QVERIFY(!said.errHas("Every row is on its owner"));
}

void TestUsage::aSampleFindsWhatLiesWrongInIt() {
  const SampleCluster cluster(2000);
  cluster.execute("b", "ATTACH '" + cluster.file("a") + "' AS a; INSERT INTO main.blocks SELECT * FROM a.blocks");
  cluster.execute("c", "INSERT INTO entries SELECT value * 10 + 1, value + 5000, 'stray' FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 500) SELECT value FROM n)");
  const Said said = cluster.run({"--json", "verify", "blocks", "--sample", "50%"});
  QCOMPARE(said.exit, 1);
  const auto found = said.json();
  // Of every key that was looked at, two rows are on their owner and one is elsewhere, too.
  QCOMPARE(found.at("duplicated").get<int>() * 2, found.at("rows").get<int>());
  QVERIFY2(found.at("misplaced").get<int>() > 0 && found.at("misplaced").get<int>() < 500, said.out.c_str());
}

void TestUsage::repairRemovesOnlyWhatItsOwnerHasExactly() {
  const SampleCluster cluster(20);
  cluster.execute("b", "ATTACH '" + cluster.file("a") + "' AS a; INSERT INTO blocks SELECT * FROM a.blocks WHERE height = 4;"
                       "INSERT INTO blocks VALUES (5, 'not the same'), (500, 'only here')");
  QCOMPARE(cluster.run({"verify", "blocks", "--repair"}).exit, 3);
  const Said said = cluster.run({"--yes", "--json", "verify", "blocks", "--repair"});
  QCOMPARE(said.exit, 1);
  QCOMPARE(cluster.count("b", "SELECT count(*) FROM blocks WHERE height = 4"), 0);
  QCOMPARE(cluster.count("b", "SELECT count(*) FROM blocks"), 2);
  QCOMPARE(cluster.count("a", "SELECT count(*) FROM blocks"), 20);
}

void TestUsage::schemaNamesTheShardThatDiffers() {
  const SampleCluster cluster(100);
  cluster.succeed({"run", cluster.approved({"--goal", "move", "--range", "61..", "--to", "b"})});
  cluster.succeed({"keyspace", "schema", "blocks"});
  cluster.execute("b", "ALTER TABLE entries ADD COLUMN extra TEXT");
  const Said said = cluster.run({"--json", "keyspace", "schema", "blocks"});
  QCOMPARE(said.exit, 1);
  const auto document = said.json();
  const auto& table = document.at("tables").at(1);
  QCOMPARE(table.at("alike").get<bool>(), false);
  QCOMPARE(table.at("variants").size(), std::size_t{2});
  QVERIFY(!table.at("variants").at(1).at("differences").empty());
}

void TestUsage::schemaLooksAtShardsThatOwnNothingToo() {
  const SampleCluster cluster(20);
  cluster.succeed({"keyspace", "schema", "blocks"});
  cluster.execute("c", "DROP TABLE blocks");  // it owns nothing, and need not have it
  cluster.succeed({"keyspace", "schema", "blocks"});
  cluster.execute("b", "ALTER TABLE blocks ADD COLUMN extra TEXT");
  const Said said = cluster.run({"keyspace", "schema", "blocks"});
  QCOMPARE(said.exit, 1);
  QVERIFY2(said.outHas("extra") && said.outHas("b"), said.out.c_str());
}

void TestUsage::aSnapshotIsPlannedOnWithoutACatalog() {
  const SampleCluster cluster(400);
  const QString file = cluster.path("snapshot.json");
  cluster.succeed({"snapshot", "blocks", file});
  QCOMPARE(cluster.run({"snapshot", "blocks", file}).exit, 3);
  const Said said = Program::bare({"--catalog", "/nonexistent/catalog", "--json", "plan", "simulate", file, "--threshold", "1%"});
  QVERIFY2(said.exit == 0, said.err.c_str());
  const auto answer = said.json();
  QVERIFY(!answer.at("moves").empty());
  QVERIFY(answer.at("after").at("maxUtilisation").get<double>() < answer.at("before").at("maxUtilisation").get<double>());
  QVERIFY(answer.contains("gap") && answer.contains("movedBytes") && answer.contains("bounds"));
}

void TestUsage::theMapGoesOutAndComesBack() {
  const SampleCluster cluster(20);
  const std::string json = cluster.succeed({"map", "export", "blocks"}).out;
  auto document = nlohmann::json::parse(json);
  QCOMPARE(document.at("schema").get<std::string>(), std::string("shardwright.map/1"));
  document.erase("checksum");
  document["ranges"] = {{{"from", nullptr}, {"until", "10"}, {"shard", "a"}}, {{"from", "10"}, {"until", nullptr}, {"shard", "a"}}};
  cluster.succeed({"map", "import", "blocks", cluster.write("split.json", QByteArray::fromStdString(document.dump()))});
  QCOMPARE(cluster.succeed({"--json", "map", "show", "blocks"}).json().at("version").get<int>(), 2);
  QVERIFY(cluster.succeed({"map", "diff", "blocks", "1", "2"}).outHas("+ 10"));
  QVERIFY(cluster.succeed({"map", "export", "blocks", "--format", "csv"}).out.starts_with("from,until,shard"));
  document["version"] = 2;
  document["ranges"][1]["shard"] = "b";
  const Said refused = cluster.run({"map", "import", "blocks", cluster.write("moved.json", QByteArray::fromStdString(document.dump()))});
  QCOMPARE(refused.exit, 3);  // rows lie there: it takes a plan
  document["ranges"] = {{{"from", nullptr}, {"until", "1000"}, {"shard", "a"}}, {{"from", "1000"}, {"until", nullptr}, {"shard", "b"}}};
  cluster.succeed({"map", "import", "blocks", cluster.write("empty.json", QByteArray::fromStdString(document.dump()))});
  cluster.succeed({"map", "check", "blocks"});
}

void TestUsage::thePlanIsShownInThreeForms() {
  const SampleCluster cluster(20);
  const QString plan = cluster.planned({"--goal", "move", "--range", "10..", "--to", "b"});
  QVERIFY(cluster.succeed({"plan", "show", plan}).outHas(plan.toStdString()));
  QVERIFY(cluster.succeed({"plan", "show", plan, "--format", "html"}).outHas("<html"));
  const auto json = cluster.succeed({"plan", "show", plan, "--format", "json"}).json();
  QCOMPARE(json.at("state").get<std::string>(), std::string("draft"));
  const QString file = cluster.path("plan.json");
  cluster.succeed({"plan", "export", plan, file});
  QFile written(file);
  QVERIFY(written.open(QIODevice::ReadOnly));
  QVERIFY(nlohmann::json::parse(written.readAll().toStdString()) == json);
}

void TestUsage::plansAreComparedCopiedAndTakenBack() {
  const SampleCluster cluster(20);
  const QString first = cluster.planned({"--goal", "move", "--range", "10..", "--to", "b"});
  const QString second = cluster.planned({"--goal", "move", "--range", "15..", "--to", "b"});
  const auto compared = cluster.succeed({"--json", "plan", "compare", first, second}).json();
  QCOMPARE(compared.at("onlyFirst").size(), std::size_t{1});
  QCOMPARE(compared.at("both").get<int>(), 0);
  cluster.succeed({"plan", "withdraw", first});
  QCOMPARE(cluster.run({"plan", "approve", first, "--fingerprint", cluster.fingerprint(first)}).exit, 3);
  const auto copy = cluster.succeed({"--json", "plan", "copy", first}).json();
  QVERIFY(copy.at("id").get<std::string>() != first.toStdString());
  QCOMPARE(copy.at("state").get<std::string>(), std::string("draft"));
  cluster.succeed({"plan", "reject", second, "--reason", "not today"});
  QCOMPARE(cluster.succeed({"--json", "plan", "show", second}).json().at("state").get<std::string>(), std::string("rejected"));
}

namespace {

// Every verb of --help, in full: "plan create".
void collectVerbs(const QStringList& words, QStringList& verbs) {
  const QString help = QString::fromStdString(Program::bare(words + QStringList{"--help"}).out);
  const qsizetype at = help.indexOf("Subcommands:\n");
  if (at < 0) {
    verbs << words.join(' ');
    return;
  }
  for (const QString& line : help.mid(at).split('\n').mid(1)) {
    if (!line.startsWith("  ") || line.startsWith("   ")) break;
    collectVerbs(words + QStringList{line.trimmed().section(' ', 0, 0)}, verbs);
  }
}

}  // namespace

void TestUsage::theManualNamesEveryVerbAndNoOther() {
  QStringList verbs;
  collectVerbs({}, verbs);
  verbs.sort();
  QVERIFY2(verbs.size() > 30, qPrintable(verbs.join(' ')));
  QFile manual(SHARDWRIGHT_SOURCE_DIR "/resources/man/shardwright.1");
  QVERIFY(manual.open(QIODevice::ReadOnly));
  QStringList written;
  static const QRegularExpression entry("^\\\\fB([a-z \\\\-]+)\\\\fR");
  for (const QByteArray& line : manual.readAll().split('\n')) {
    const auto match = entry.match(QString::fromUtf8(line));
    if (match.hasMatch()) written << match.captured(1).remove('\\');
  }
  written.sort();
  QCOMPARE(written.join('\n'), verbs.join('\n'));
}

void TestUsage::theShellCompletesVerbsOptionsAndNames() {
  const SampleCluster cluster(20);
  const auto completed = [&](const QStringList& words) {
    QStringList quoted;
    for (const QString& word : words) quoted << "'" + word + "'";
    QProcess bash;
    bash.start("bash", {"-c", QString("source '%1/resources/completion/shardwright'; COMP_WORDS=('%2' %3); COMP_CWORD=%4; _shardwright; "
                                      "echo \"${COMPREPLY[*]}\"")
                                  .arg(SHARDWRIGHT_SOURCE_DIR, SHARDWRIGHT_PROGRAM, quoted.join(' ')).arg(words.size())});
    return bash.waitForFinished() ? QString::fromUtf8(bash.readAllStandardOutput()).trimmed() : QString("bash did not end");
  };
  QCOMPARE(completed({"plan", "cr"}), QString("create"));
  QCOMPARE(completed({"plan", "create", "blocks", "--max-m"}), QString("--max-moves"));
  QCOMPARE(completed({"--catalog", QString::fromStdString(cluster.run.catalog()), "map", "show", ""}), QString("blocks"));
  QCOMPARE(completed({"plan", "create", "blocks", "--goal", "dr"}), QString("drain"));
}

void TestUsage::theProgramLinksNoQt() {
  QProcess ldd;
  ldd.start("ldd", {SHARDWRIGHT_PROGRAM});
  QVERIFY(ldd.waitForFinished());
  const QByteArray libraries = ldd.readAllStandardOutput();
  QVERIFY2(libraries.contains("libsqlite3"), "ldd did not list what the program links");
  QVERIFY2(!libraries.contains("Qt"), libraries.constData());
}

void TestUsage::whatIsInstalledStandsOnItsOwn() {
  const QTemporaryDir prefix;
  QProcess install;
  install.start(SHARDWRIGHT_CMAKE, {"--install", SHARDWRIGHT_BINARY_DIR, "--component", "Unspecified", "--prefix", prefix.path()});  // all but the window
  QVERIFY(install.waitForFinished());
  QVERIFY2(install.exitCode() == 0, install.readAllStandardError().constData());
  for (const char* file : {"bin/shardwright", "lib/shardwright/shardwright_token.so", "share/man/man1/shardwright.1",
                           "share/bash-completion/completions/shardwright", "share/doc/shardwright/LICENSE",
                           "share/doc/shardwright/applications.md", "share/doc/shardwright/on-call.md",
                           "share/doc/shardwright/fenced-and-the-console-is-gone.md"}) {
    QVERIFY2(QFileInfo(prefix.path() + "/" + file).isFile(), file);
  }
  QProcess program;
  program.setWorkingDirectory(prefix.path());
  program.start(prefix.path() + "/bin/shardwright", {"demo", "ledger", "--rows", "1000", "--shards", "2"});
  QVERIFY(program.waitForFinished());
  QVERIFY2(program.exitCode() == 0, program.readAllStandardError().constData());
}

QTEST_GUILESS_MAIN(TestUsage)
#include "tst_usage.moc"
