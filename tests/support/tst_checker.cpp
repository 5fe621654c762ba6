#include "tests/support/checker.h"

#include <QtTest>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "core/base/text.h"
#include "tests/support/random_seed.h"

using namespace shardwright;
using namespace shardwright::test;

namespace {

// A history as it is drawn in a test.
// Operations, one after the other in time: "ok 1.1 insert:1:a", "fail ...", "unknown ...", "empty ..." (ok, 0 rows);
// with a "~" in front, at any time. Rows: "a@south 2 1.1,1.2,".
// Keys up to m belong to south, later ones to north; south keeps retained rows of the keys that begin with r.
struct Drawing {
  std::vector<Operation> operations;
  std::vector<FinalRow> rows;
};

Operation drawnOperation(std::string line, std::int64_t now) {
  const bool anyTime = line.starts_with('~');
  const auto words = splitText(anyTime ? std::string_view(line).substr(1) : std::string_view(line), ' ');
  Operation out;
  out.id = parseOpId(words[1]).value();
  out.outcome = words[0] == "fail" ? Outcome::Fail : words[0] == "unknown" ? Outcome::Unknown : Outcome::Ok;
  out.rows = words[0] == "ok" ? 1 : 0;
  out.invoked = anyTime ? 0 : now;
  out.ended = anyTime || out.outcome == Outcome::Unknown ? Operation::never : now + 1;
  for (std::size_t i = 2; i < words.size(); ++i) {
    const auto parts = splitText(words[i], ':');
    const std::map<std::string, WriteKind> kinds = {{"insert", WriteKind::Insert}, {"update", WriteKind::Update},
                                                    {"delete", WriteKind::Delete}, {"replace", WriteKind::Replace}};
    out.effects.push_back({kinds.at(parts[0]), *parseInt64(parts[1]), parts[2]});
  }
  return out;
}

FinalRow drawnRow(const std::string& line) {
  const auto words = splitText(line, ' ');
  const auto place = splitText(words[0], '@');
  return {place[0], *parseInt64(words[1]), parseHistory(words.size() > 2 ? words[2] : "").value(), ShardId(place[1])};
}

Drawing drawn(const QStringList& operations, const QStringList& rows) {
  Drawing out;
  for (qsizetype i = 0; i < operations.size(); ++i)
    out.operations.push_back(drawnOperation(operations[i].toStdString(), 10 * (i + 1)));
  for (const QString& row : rows) out.rows.push_back(drawnRow(row.toStdString()));
  return out;
}

std::optional<ShardId> ownerOf(const std::string& key) {
  if (key == "nobodys") return std::nullopt;
  return ShardId(key <= "mzzz" ? "south" : "north");
}

Verdict judged(const Drawing& drawing, std::int64_t least = 0) {
  Evidence evidence;
  evidence.operations = drawing.operations;
  evidence.rows = drawing.rows;
  evidence.owner = ownerOf;
  evidence.retained = [](const std::string& key, const ShardId& shard) {
    return key.starts_with('r') && shard == ShardId("south");
  };
  evidence.leastAcknowledged = least;
  return judge(evidence);
}

// The names of what was found, each once, in order.
QString namesIn(const Verdict& verdict) {
  std::set<Fault> kinds;
  for (const FaultFound& found : verdict.faults) kinds.insert(found.fault);
  QStringList names;
  for (const Fault kind : kinds) names << QString::fromUtf8(faultName(kind).data());
  return names.join(", ");
}

// A store that does what it says, with the ledger of its clients: every history it makes is a good one.
class HonestStore {
 public:
  explicit HonestStore(std::uint64_t seed) : m_random(seed) {}

  void act() {
    const std::string key = anyKey();
    Life& life = m_lives[key];
    const std::uint64_t fate = m_random() % 10;
    m_outcome = fate == 0 ? Outcome::Fail : fate == 1 ? Outcome::Unknown : Outcome::Ok;
    m_lands = m_outcome == Outcome::Ok || (m_outcome == Outcome::Unknown && coin());
    Operation operation{{1, ++m_number}, {}, m_outcome, 1, m_clock, m_clock + 5};
    m_clock += coin() ? 3 : 10;  // some overlap their successors
    if (m_outcome == Outcome::Unknown) operation.ended = Operation::never;
    if (!life.alive) change(operation, key, WriteKind::Insert);
    else if (m_random() % 4 == 0) change(operation, key, WriteKind::Delete);
    else change(operation, key, WriteKind::Update);
    if (m_random() % 5 == 0) replaceAnother(operation, key);
    operations.push_back(std::move(operation));
  }

  Drawing drawing() const {
    Drawing out{operations, {}};
    for (const auto& [key, life] : m_lives)
      if (life.alive) out.rows.push_back({key, life.version, life.history, *ownerOf(key)});
    return out;
  }

  std::vector<Operation> operations;

 private:
  struct Life {
    bool alive = false;
    std::int64_t version = 0;
    std::vector<OpId> history;
  };

  bool coin() { return (m_random() & 1) != 0; }
  std::string anyKey() { return std::string(1, static_cast<char>('a' + m_random() % 20)); }

  void change(Operation& operation, const std::string& key, WriteKind kind) {
    Life& life = m_lives[key];
    operation.effects.push_back({kind, life.version + 1, key});
    if (!m_lands) return;
    ++life.version;
    life.alive = kind != WriteKind::Delete;
    if (kind != WriteKind::Update) life.history.clear();
    if (life.alive) life.history.push_back(operation.id);
  }

  // The statement deletes another row as well, as REPLACE does.
  void replaceAnother(Operation& operation, const std::string& key) {
    const std::string victim = anyKey();
    if (victim != key && m_lives[victim].alive) change(operation, victim, WriteKind::Delete);
  }

  std::mt19937_64 m_random;
  std::map<std::string, Life> m_lives;
  std::uint32_t m_number = 0;
  std::int64_t m_clock = 100;
  Outcome m_outcome = Outcome::Ok;
  bool m_lands = false;
};

bool wasAcknowledged(const Drawing& drawing, const OpId& id) {
  return std::any_of(drawing.operations.begin(), drawing.operations.end(), [&](const Operation& operation) {
    return operation.outcome == Outcome::Ok && operation.id == id;
  });
}

// Whether a delete with this outcome takes a greater version than the row's.
bool hasDeleteAbove(const Drawing& drawing, const FinalRow& row, Outcome outcome) {
  for (const Operation& operation : drawing.operations)
    for (const Effect& effect : operation.effects)
      if (operation.outcome == outcome && effect.key == row.key && effect.kind == WriteKind::Delete &&
          effect.version > row.version)
        return true;
  return false;
}

}  // namespace

class TestChecker : public QObject {
  Q_OBJECT

 private slots:
  void badHistoriesAreCalledByTheirNames_data();
  void badHistoriesAreCalledByTheirNames();
  void goodHistoriesAreLeftInPeace_data();
  void goodHistoriesAreLeftInPeace();
  void unknownOperationsThatLandedAreNamed();
  void aRunThatShowsNothingDoesNotPass();
  void whateverAnHonestStoreDoesPasses();
  void aRowOfAnHonestStoreThatIsLostIsFound();
  void aRowThatAnHonestStoreDeletedAndSomeonePutBackIsFound();
  void theVerdictIsWrittenOut();
};

void TestChecker::badHistoriesAreCalledByTheirNames_data() {
  QTest::addColumn<QStringList>("operations");
  QTest::addColumn<QStringList>("rows");
  QTest::addColumn<QString>("names");
  const auto bad = [](const char* what, QStringList operations, QStringList rows, const char* names) {
    QTest::newRow(what) << operations << rows << QString(names);
  };
  bad("acknowledged insert is nowhere", {"ok 1.1 insert:1:a"}, {}, "lost");
  bad("last acknowledged update is missing", {"ok 1.1 insert:1:a", "ok 1.2 update:2:a"}, {"a@south 1 1.1,"}, "lost");
  bad("update in the middle is missing", {"ok 1.1 insert:1:a", "ok 1.2 update:2:a", "ok 1.3 update:3:a"},
      {"a@south 3 1.1,1.3,"}, "lost");
  bad("update acknowledged though it met no row", {"ok 1.1 insert:1:a", "empty 1.2 update:2:a"}, {"a@south 1 1.1,"}, "lost");
  bad("hole in the versions", {"ok 1.1 insert:1:a", "ok 1.2 update:3:a", "fail 1.3 update:2:a"}, {"a@south 3 1.1,1.2,"},
      "lost");
  bad("hole above all that was written", {"ok 1.1 insert:1:a", "ok 1.2 update:9:a"}, {"a@south 1 1.1,"}, "lost");
  bad("re-insert is missing", {"ok 1.1 insert:1:a", "ok 1.2 delete:2:a", "ok 1.3 insert:3:a"}, {}, "lost");
  bad("row only retained where it is no longer owned", {"ok 1.1 insert:1:r"}, {"r@south 1 1.1,"}, "lost");
  bad("history without its beginning", {"ok 1.1 insert:1:a", "ok 1.2 update:2:a"}, {"a@south 2 1.2,"}, "lost");
  bad("key on two shards", {"ok 1.1 insert:1:a"}, {"a@south 1 1.1,", "a@north 1 1.1,"}, "doubled, misplaced");
  bad("key twice on one shard", {"ok 1.1 insert:1:a"}, {"a@south 1 1.1,", "a@south 1 1.1,"}, "doubled");
  bad("update applied twice", {"ok 1.1 insert:1:a", "ok 1.2 update:2:a"}, {"a@south 3 1.1,1.2,1.2,"}, "doubled");
  bad("deleted row is there", {"ok 1.1 insert:1:a", "ok 1.2 delete:2:a"}, {"a@south 1 1.1,"}, "resurrected");
  bad("deleted row came back on its old shard", {"ok 1.1 insert:1:n", "ok 1.2 delete:2:n"}, {"n@south 1 1.1,"},
      "resurrected, misplaced");
  bad("row lives on through its delete",
      {"ok 1.1 insert:1:a", "ok 1.2 delete:2:a", "ok 1.3 insert:3:a", "ok 1.4 update:4:a"}, {"a@south 4 1.1,1.3,1.4,"},
      "resurrected");
  bad("loser of a replace is still there", {"ok 1.1 insert:1:a", "ok 1.2 replace:1:b delete:2:a"},
      {"a@south 1 1.1,", "b@south 1 1.2,"}, "resurrected");
  bad("old name of a renamed key is still there", {"ok 1.1 insert:1:a", "ok 1.2 delete:2:a insert:1:b"},
      {"a@south 1 1.1,", "b@south 1 1.2,"}, "resurrected");
  bad("both owners acknowledged the same version",
      {"ok 1.1 insert:1:a", "~ok 1.2 update:2:a", "~ok 2.1 update:2:a"}, {"a@south 2 1.1,1.2,"}, "lost, forked");
  bad("an unanswered write took an acknowledged one's version",
      {"ok 1.1 insert:1:a", "~unknown 1.2 update:2:a", "~ok 2.1 update:2:a"}, {"a@south 2 1.1,1.2,"}, "lost, forked");
  bad("row on a shard that does not own it", {"ok 1.1 insert:1:a"}, {"a@north 1 1.1,"}, "misplaced");
  bad("row that belongs to nobody", {"ok 1.1 insert:1:nobodys"}, {"nobodys@south 1 1.1,"}, "misplaced");
  bad("refused insert is there", {"fail 1.1 insert:1:a"}, {"a@south 1 1.1,"}, "appeared");
  bad("refused update is there", {"ok 1.1 insert:1:a", "fail 1.2 update:2:a"}, {"a@south 2 1.1,1.2,"}, "appeared");
  bad("row that nobody wrote", {}, {"a@south 1 7.7,"}, "appeared");
  bad("row without a history", {"ok 1.1 insert:1:a"}, {"a@south 1"}, "appeared");
  bad("version that no write made", {"ok 1.1 insert:1:a"}, {"a@south 2 1.1,"}, "appeared");
  bad("another key's write", {"ok 1.1 insert:1:a", "ok 1.2 insert:1:b"}, {"a@south 1 1.1,", "b@south 2 1.2,1.1,"},
      "appeared");
  bad("later write comes first", {"ok 1.1 insert:1:a", "ok 2.1 update:3:a", "ok 1.2 update:2:a"},
      {"a@south 3 1.1,1.2,2.1,"}, "out of order");
  bad("history in another order than its versions", {"ok 1.1 insert:1:a", "ok 1.2 update:2:a", "ok 1.3 update:3:a"},
      {"a@south 3 1.1,1.3,1.2,"}, "out of order");
  bad("half of an unanswered replace", {"ok 1.1 insert:1:a", "unknown 1.2 replace:1:b delete:2:a"},
      {"a@south 1 1.1,", "b@south 1 1.2,"}, "torn");
  bad("other half of an unanswered rename", {"ok 1.1 insert:1:a", "unknown 1.2 delete:2:a insert:1:b"}, {}, "torn");
}

void TestChecker::badHistoriesAreCalledByTheirNames() {
  QFETCH(QStringList, operations);
  QFETCH(QStringList, rows);
  QFETCH(QString, names);
  const Verdict verdict = judged(drawn(operations, rows));
  QVERIFY(!verdict.passed());
  QVERIFY2(namesIn(verdict) == names, verdict.text().c_str());
}

void TestChecker::goodHistoriesAreLeftInPeace_data() {
  QTest::addColumn<QStringList>("operations");
  QTest::addColumn<QStringList>("rows");
  const auto good = [](const char* what, QStringList operations, QStringList rows) {
    QTest::newRow(what) << operations << rows;
  };
  good("nothing", {}, {});
  good("insert and updates", {"ok 1.1 insert:1:a", "ok 1.2 update:2:a", "ok 2.1 update:3:a"}, {"a@south 3 1.1,1.2,2.1,"});
  good("refused write is not there", {"ok 1.1 insert:1:a", "fail 1.2 update:2:a", "ok 1.3 update:2:a"},
       {"a@south 2 1.1,1.3,"});
  good("deleted", {"ok 1.1 insert:1:a", "ok 1.2 delete:2:a"}, {});
  good("deleted and inserted again", {"ok 1.1 insert:1:a", "ok 1.2 delete:2:a", "ok 1.3 insert:3:a"}, {"a@south 3 1.3,"});
  good("unknown update landed", {"ok 1.1 insert:1:a", "unknown 1.2 update:2:a"}, {"a@south 2 1.1,1.2,"});
  good("unknown update did not land", {"ok 1.1 insert:1:a", "unknown 1.2 update:2:a"}, {"a@south 1 1.1,"});
  good("unknown update gave way to another", {"ok 1.1 insert:1:a", "unknown 1.2 update:2:a", "ok 2.1 update:2:a"},
       {"a@south 2 1.1,2.1,"});
  good("unknown delete landed", {"ok 1.1 insert:1:a", "unknown 1.2 delete:2:a"}, {});
  good("unknown insert did not land", {"unknown 1.1 insert:1:a"}, {});
  good("unknown rename landed", {"ok 1.1 insert:1:a", "unknown 1.2 delete:2:a insert:1:b"}, {"b@south 1 1.2,"});
  good("unknown rename did not land", {"ok 1.1 insert:1:a", "unknown 1.2 delete:2:a insert:1:b"}, {"a@south 1 1.1,"});
  good("replace over its own row and another", {"ok 1.1 insert:1:a", "ok 1.2 insert:1:b", "ok 1.3 replace:2:b delete:2:a"},
       {"b@south 2 1.3,"});
  good("older copy retained for the way back", {"ok 1.1 insert:1:r", "ok 1.2 update:2:r"},
       {"r@north 2 1.1,1.2,", "r@south 1 1.1,"});
  good("retained copy of a row that was deleted since", {"ok 1.1 insert:1:r", "ok 1.2 delete:2:r"}, {"r@south 1 1.1,"});
  good("overlapping writes may go either way", {"ok 1.1 insert:1:a", "~ok 2.1 update:3:a", "~ok 1.2 update:2:a"},
       {"a@south 3 1.1,1.2,2.1,"});
}

void TestChecker::goodHistoriesAreLeftInPeace() {
  QFETCH(QStringList, operations);
  QFETCH(QStringList, rows);
  const Verdict verdict = judged(drawn(operations, rows));
  QVERIFY2(verdict.passed(), verdict.text().c_str());
}

void TestChecker::unknownOperationsThatLandedAreNamed() {
  const Verdict verdict = judged(drawn({"ok 1.1 insert:1:a", "unknown 1.2 update:2:a", "ok 1.3 insert:1:b",
                                        "unknown 1.4 update:2:b", "ok 1.5 insert:1:c", "unknown 1.6 delete:2:c",
                                        "unknown 1.7 insert:1:d"},
                                       {"a@south 2 1.1,1.2,", "b@south 1 1.3,"}));
  QVERIFY2(verdict.passed(), verdict.text().c_str());
  QVERIFY(verdict.unknownLanded == (std::vector<OpId>{{1, 2}, {1, 6}}));
  QCOMPARE(verdict.unknown, std::int64_t{4});
}

void TestChecker::aRunThatShowsNothingDoesNotPass() {
  const Drawing drawing = drawn({"ok 0.1 insert:1:a", "ok 1.1 update:2:a", "fail 1.2 update:3:a"}, {"a@south 2 0.1,1.1,"});
  QVERIFY(judged(drawing, 1).passed());
  const Verdict verdict = judged(drawing, 2);
  QCOMPARE(namesIn(verdict), QString("too few"));
  QVERIFY(!verdict.passed());
}

void TestChecker::whateverAnHonestStoreDoesPasses() {
  for (std::uint64_t round = 0; round < 100; ++round) {
    HonestStore store(randomSeed() + round);
    for (int i = 0; i < 300; ++i) store.act();
    const Verdict verdict = judged(store.drawing(), 100);
    QVERIFY2(verdict.passed(), verdict.text().c_str());
  }
}

void TestChecker::aRowOfAnHonestStoreThatIsLostIsFound() {
  for (std::uint64_t round = 0; round < 50; ++round) {
    HonestStore store(randomSeed() + round);
    for (int i = 0; i < 300; ++i) store.act();
    const Drawing whole = store.drawing();
    for (std::size_t i = 0; i < whole.rows.size(); ++i) {
      const FinalRow& row = whole.rows[i];
      if (!wasAcknowledged(whole, row.history.back()) || hasDeleteAbove(whole, row, Outcome::Unknown)) continue;
      Drawing lost = whole;
      lost.rows.erase(lost.rows.begin() + static_cast<std::ptrdiff_t>(i));
      QVERIFY2(judged(lost).count(Fault::Lost) == 1, row.key.c_str());
    }
  }
}

void TestChecker::aRowThatAnHonestStoreDeletedAndSomeonePutBackIsFound() {
  for (std::uint64_t round = 0; round < 50; ++round) {
    HonestStore store(randomSeed() + round);
    for (int i = 0; i < 150; ++i) store.act();
    const Drawing before = store.drawing();
    for (int i = 0; i < 150; ++i) store.act();
    const Drawing after = store.drawing();
    for (const FinalRow& old : before.rows) {
      const auto isOfOld = [&](const FinalRow& row) { return row.key == old.key; };
      if (std::any_of(after.rows.begin(), after.rows.end(), isOfOld)) continue;
      if (!hasDeleteAbove(after, old, Outcome::Ok)) continue;
      Drawing putBack = after;
      putBack.rows.push_back(old);
      QVERIFY2(judged(putBack).count(Fault::Resurrected) == 1, old.key.c_str());
    }
  }
}

void TestChecker::theVerdictIsWrittenOut() {
  const Verdict verdict = judged(drawn({"ok 1.1 insert:1:a", "unknown 1.2 update:2:a"}, {"a@north 2 1.1,1.2,"}));
  QCOMPARE(QString::fromStdString(verdict.text()),
           QString("1 keys, 1 acknowledged, 0 refused, 1 unknown of which 1 landed\n"
                   "misplaced: a: it is on north, and belongs to south\n"
                   "1 misplaced\n"));
}

QTEST_GUILESS_MAIN(TestChecker)
#include "tst_checker.moc"
