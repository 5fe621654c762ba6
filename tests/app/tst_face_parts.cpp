// What the command line is made of, without the executable: tables, progress, stretches, foreign text.
#include "app/cli/run_progress.h"
#include "app/cli/spans.h"
#include "app/cli/table.h"

#include <QtTest>
#include <cstdio>

#include "app/cli/terminal.h"

using namespace shardwright;
using namespace shardwright::cli;
using namespace std::chrono_literals;

namespace {

constexpr const char* hostile = "\033[2J\rgone\n\u202e";

Estimate::Clock::time_point at(std::chrono::milliseconds since) { return Estimate::Clock::time_point(1h) + since; }

MoveStatus queued(const char* id, std::int64_t rows, const char* source = "north", const char* target = "south") {
  MoveStatus status;
  status.move.id = MoveId(id);
  status.move.source = ShardId(source);
  status.move.target = ShardId(target);
  status.move.rows = rows;
  return status;
}

MoveStatus standing(const char* id, Phase phase, std::int64_t rows, std::int64_t rowsTotal) {
  MoveStatus status = queued(id, rowsTotal);
  status.row = MoveRow{};
  status.row->phase = phase;
  status.row->rows = rows;
  status.row->rowsTotal = rowsTotal;
  return status;
}

RunEvent phase(const char* move, Phase phase, const std::string& reason = {}) {
  RunEvent event;
  event.move = {.kind = MoveEvent::Kind::Phase, .move = MoveId(move), .phase = phase, .reason = reason};
  return event;
}

RunEvent copied(const char* move, std::int64_t rows, std::int64_t rowsTotal, const std::string& reason = {}) {
  RunEvent event;
  event.move = {.move = MoveId(move), .phase = Phase::Copy, .rows = rows, .rowsTotal = rowsTotal, .reason = reason};
  return event;
}

RunEvent opened(const char* move, Phase phase = Phase::Decided) {
  RunEvent event;
  event.move = {.kind = MoveEvent::Kind::CutOver, .move = MoveId(move), .phase = phase, .pauseMs = 1.84, .mapVersion = 7};
  return event;
}

std::string percentOf(const std::string& bar) {
  const std::size_t from = bar.find(']') + 1, end = bar.find('%');
  return QString::fromStdString(bar.substr(from, end - from)).trimmed().toStdString();
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// What `write` puts on a stream.
template <class Write>
QByteArray caughtFrom(FILE* stream, Write write) {
  std::fflush(stream);
  QTemporaryFile file;
  if (!file.open()) qFatal("no file to catch the output in");
  const int kept = ::dup(fileno(stream));
  ::dup2(file.handle(), fileno(stream));
  write();
  std::fflush(stream);
  ::dup2(kept, fileno(stream));
  ::close(kept);
  file.seek(0);
  return file.readAll();
}

}  // namespace

class TestFaceParts : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  // ---- tables

  void columnsAreAlignedByWhatATerminalShows() {
    Table table({{"name"}, {"rows", Table::Align::Right}, {"why"}});
    table.add({"Schlüssel", "7", "short"});
    table.add({"日本", "12 345", ""});
    table.add({"e\u0301", "0", "one accent"});
    QCOMPARE(table.text(), std::string("name         rows  why\n"
                                       "Schlüssel       7  short\n"
                                       "日本       12 345\n"
                                       "e\u0301               0  one accent\n"));
  }

  void missingCellsAreEmptyAndTooManyAreLeftOut() {
    Table table({{"a"}, {"b"}});
    table.add({"1"});
    table.add({"2", "3", "4"});
    QCOMPARE(table.text(), std::string("a  b\n1\n2  3\n"));
  }

  void noCellCanMoveTheCursorOrBreakTheLine() {
    Table table({{"a"}, {"b"}});
    table.add({hostile, hostile});
    const std::string text = table.text();
    QCOMPARE(std::ranges::count(text, '\n'), 2);
    for (const char* bad : {"\033", "\r", "\u202e"}) QVERIFY2(!has(text, bad), text.c_str());
    QVERIFY2(has(text, "gone"), text.c_str());
  }

  void longCellsAreCutButTheLast() {
    Table table({{"a"}, {"b"}});
    table.add({std::string(1000, 'x'), std::string(1000, 'y')});
    const std::string text = table.text();
    QVERIFY2(has(text, std::string(1000, 'y')) && !has(text, std::string(200, 'x')), text.c_str());
  }

  void aLineIsCutBetweenCharacters_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("columns");
    QTest::addColumn<QString>("fitted");
    QTest::newRow("fits") << "abc" << 3 << "abc";
    QTest::newRow("cut") << "abcd" << 3 << "abc";
    QTest::newRow("umlauts") << "äöü" << 2 << "äö";
    QTest::newRow("wide ones") << "日本語" << 5 << "日本";
    QTest::newRow("nothing") << "abc" << 0 << "";
  }
  void aLineIsCutBetweenCharacters() {
    QFETCH(QString, text);
    QFETCH(int, columns);
    QFETCH(QString, fitted);
    QCOMPARE(QString::fromStdString(cli::fitted(text.toStdString(), static_cast<std::size_t>(columns))), fitted);
  }

  void oneIsSingularAndThousandsAreGrouped() {
    QCOMPARE(counted(1, "range"), std::string("1 range"));
    QCOMPARE(counted(0, "range"), std::string("0 ranges"));
    QCOMPARE(counted(1234567, "range"), std::string("1 234 567 ranges"));
  }

  // ---- foreign text

  void whatGoesToTheTerminalIsHarmless() {
    const Terminal terminal;
    const QByteArray said = caughtFrom(stderr, [&] {
      terminal.remark(hostile);
      terminal.failure(refused(hostile));
    });
    QVERIFY2(!said.contains('\033') && !said.contains('\r') && !said.contains("\u202e"), said.constData());
    QVERIFY(said.contains("gone"));
    QVERIFY(said.contains("shardwright: "));
  }

  void whatSomebodyTypedIsNotRepeatedWithoutEnd() {
    const QByteArray said = caughtFrom(stderr, [] { Terminal().failure(invalidInput(std::string(100'000, 'x') + " is no size")); });
    QVERIFY2(said.size() < 5000 && said.endsWith("...\n"), QByteArray::number(said.size()).constData());
  }

  void everyLineOfAFailureIsMarked() {
    const QByteArray said = caughtFrom(stderr, [] { Terminal().failure(refused("first\nsecond")); });
    QCOMPARE(said, QByteArray("shardwright: first\n  second\n"));
  }

  void quietLeavesOutRemarksAndKeepsFailures() {
    Terminal terminal;
    terminal.quiet = true;
    const QByteArray said = caughtFrom(stderr, [&] {
      terminal.remark("not this");
      terminal.failure(refused("but this"));
    });
    QCOMPARE(said, QByteArray("shardwright: but this\n"));
  }

  // ---- stretches

  void stretchesAreTwoSidesOfTwoDots_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("until");
    QTest::newRow("both") << "5..9" << "5" << "9";
    QTest::newRow("open above") << "5.." << "5" << QString();
    QTest::newRow("open below") << "..9" << QString() << "9";
    QTest::newRow("everything") << ".." << QString() << QString();
    QTest::newRow("below zero") << "-9..-5" << "-9" << "-5";
  }
  void stretchesAreTwoSidesOfTwoDots() {
    QFETCH(QString, text);
    QFETCH(QString, from);
    QFETCH(QString, until);
    const auto span = parseKeySpan(KeyType::Int, text.toStdString());
    QVERIFY2(span.has_value(), span ? "" : span.error().message().c_str());
    const auto shown = [](const std::optional<Key>& key) { return key ? QString::fromStdString(key->toText()) : QString(); };
    QCOMPARE(shown(span->from), from);
    QCOMPARE(shown(span->until), until);
  }

  void whatIsNoStretchIsInvalid_data() {
    QTest::addColumn<QString>("text");
    QTest::newRow("one key") << "5";
    QTest::newRow("one dot") << "5.9";
    QTest::newRow("nothing") << "";
    QTest::newRow("a side of another type") << "5..x";
    QTest::newRow("three sides") << "5..7..9";
  }
  void whatIsNoStretchIsInvalid() {
    QFETCH(QString, text);
    const auto span = parseKeySpan(KeyType::Int, text.toStdString());
    QVERIFY(!span.has_value());
    QCOMPARE(span.error().code(), ErrorCode::InvalidInput);
  }

  // ---- estimates

  void thereIsNoEstimateBeforeThereIsAPace() {
    Estimate estimate;
    QVERIFY(!estimate.rate() && !estimate.remaining(100));
    estimate.add(at(0s), 0);
    QVERIFY(!estimate.rate());
    estimate.add(at(1s), 0);
    QVERIFY(!estimate.rate() && !estimate.remaining(100));
    QCOMPARE(formatEta(estimate.remaining(100)), std::string());
  }

  void anEvenPaceGivesOneNumber() {
    Estimate estimate;
    for (int second = 0; second <= 30; ++second) estimate.add(at(second * 1s), second * 100);
    QCOMPARE(estimate.rate().value(), 100.0);
    QCOMPARE(formatEta(estimate.remaining(1200)), std::string("about 12 s"));
  }

  void aChangedPaceGivesARange() {
    Estimate estimate;
    for (int second = 0; second <= 20; ++second) estimate.add(at(second * 1s), second * 100);
    for (int second = 21; second <= 40; ++second) estimate.add(at(second * 1s), 2000 + (second - 20) * 50);
    QCOMPARE(estimate.rate().value(), 50.0);
    const auto left = estimate.remaining(750).value();
    QCOMPARE(left.first, 10.0);   // at the pace of the whole, 75 a second
    QCOMPARE(left.second, 15.0);  // at that of the last ten seconds
    QCOMPARE(formatEta(left), std::string("10 s to 15 s"));
  }

  void aYoungEstimateIsARangeToo() {
    Estimate estimate;
    for (int second = 0; second <= 4; ++second) estimate.add(at(second * 1s), second * 100);
    for (int second = 5; second <= 8; ++second) estimate.add(at(second * 1s), 400 + (second - 4) * 200);
    QCOMPARE(estimate.rate().value(), 200.0);                                            // the latter half
    QCOMPARE(formatEta(estimate.remaining(3000)), std::string("15 s to 20 s"));  // 150 a second on the whole
  }

  void anAmountThatFallsBeginsAnew() {
    Estimate estimate;
    estimate.add(at(0s), 1000);
    estimate.add(at(1s), 2000);
    estimate.add(at(2s), 10);
    QVERIFY(!estimate.rate());
    estimate.add(at(3s), 20);
    QCOMPARE(estimate.rate().value(), 10.0);
  }

  // ---- a run, as lines

  void everyPhaseIsALineOnce() {
    RunProgress run({queued("m1", 100)}, PlanState::Watching);
    QCOMPARE(run.take(phase("m1", Phase::Prepare), at(0s)).line, std::string("m1  north -> south: prepare"));
    QCOMPARE(run.take(phase("m1", Phase::Prepare), at(1s)).line, std::string());
  }

  void thePaceIsToldAtTimesAndOnlyWhereThereIsOne() {
    RunProgress run({queued("m1", 50'000)}, PlanState::Watching);
    run.take(phase("m1", Phase::Copy), at(0s));
    for (int i = 1; i < 50; ++i) QCOMPARE(run.take(copied("m1", i * 100, 50'000), at(i * 100ms)).line, std::string());
    QCOMPARE(run.take(copied("m1", 5'000, 50'000), at(5s)).line,
             std::string("m1  north -> south: copy, 5 000 of 50 000 rows, 1 000 rows/s, left about 45 s"));
    RunProgress resumed({standing("m1", Phase::Copy, 20'000, 50'000)}, PlanState::Watching);
    QCOMPARE(resumed.take(copied("m1", 20'100, 50'000), at(5s)).line, std::string("m1  north -> south: copy, 20 100 of 50 000 rows"));
  }

  void theEndOfACopySaysWhatItTook() {
    RunProgress run({queued("m1", 300)}, PlanState::Watching);
    run.take(phase("m1", Phase::Copy), at(0s));
    run.take(copied("m1", 300, 300), at(100ms));
    QCOMPARE(run.take(phase("m1", Phase::CatchUp), at(250ms)).line, std::string("m1  north -> south: catchup, 300 rows copied in 250 ms"));
  }

  void whyItWaitsIsToldAtOnceAndOutlivesTheBar() {
    RunProgress run({queued("m1", 1000)}, PlanState::Watching);
    run.take(phase("m1", Phase::Copy), at(0s));
    run.take(copied("m1", 10, 1000), at(10ms));
    const auto told = run.take(copied("m1", 10, 1000, "paused by an operator"), at(20ms));
    QVERIFY2(told.line.ends_with("; paused by an operator"), told.line.c_str());
    QVERIFY(told.lasting);
    QVERIFY(has(run.bar(200), "copy: paused by an operator"));
    QCOMPARE(run.take(copied("m1", 10, 1000, "paused by an operator"), at(30ms)).line, std::string());
    run.take(copied("m1", 20, 1000), at(40ms));
    QVERIFY(!has(run.bar(200), "paused"));
  }

  void anOpenedRangeIsToldOnceWithItsPause() {
    RunProgress run({queued("m1", 100)}, PlanState::Watching);
    const auto told = run.take(opened("m1"), at(0s));
    QCOMPARE(told.line, std::string("m1  north -> south: open on south, map version 7; writes waited 1.8 ms"));
    QVERIFY(told.lasting);
    QCOMPARE(run.take(phase("m1", Phase::Watching), at(0s)).line, std::string());
    RunProgress back({standing("m1", Phase::Watching, 100, 100)}, PlanState::RolledBack);
    QCOMPARE(back.take(opened("m1", Phase::BackDecided), at(0s)).line,
             std::string("m1  north -> south: open on north again, map version 7; writes waited 1.8 ms"));
    // Whoever resumes behind a cut-over has not told it.
    RunProgress later({standing("m1", Phase::Decided, 100, 100)}, PlanState::Watching);
    QCOMPARE(later.take(phase("m1", Phase::Watching), at(0s)).line, std::string("m1  north -> south: watching"));
  }

  void foreignNamesAndReasonsAreHarmlessInEveryForm() {
    RunProgress run({queued("m1", 100, hostile, hostile)}, PlanState::Watching);
    RunEvent waiting;
    waiting.kind = RunEvent::Kind::Waiting;
    waiting.reason = hostile;
    std::string all = run.take(waiting, at(0s)).line + run.take(phase("m1", Phase::Copy, hostile), at(0s)).line +
                      run.take(copied("m1", 5, 100, "other " + std::string(hostile)), at(9s)).line + run.take(opened("m1"), at(9s)).line;
    run.take(phase("m1", Phase::Ready, hostile), at(10s));
    all += run.bar(500);
    for (const char* bad : {"\033", "\r", "\n", "\u202e"}) QVERIFY2(!has(all, bad), all.c_str());
    QVERIFY(has(all, "gone"));
  }

  // ---- a run, as a bar

  void theBarSaysAHundredOnlyWhenEveryMoveIsOpen() {
    RunProgress run({queued("m1", 100), queued("m2", 100)}, PlanState::Watching);
    QCOMPARE(percentOf(run.bar(200)), std::string("0"));
    for (const char* move : {"m1", "m2"}) {
      run.take(phase(move, Phase::Copy), at(0s));
      run.take(copied(move, 100, 100), at(1s));
      run.take(phase(move, Phase::Verify), at(2s));
    }
    QCOMPARE(percentOf(run.bar(200)), std::string("90"));
    run.take(phase("m1", Phase::Watching), at(3s));
    QCOMPARE(percentOf(run.bar(200)), std::string("95"));
    QVERIFY(has(run.bar(200), "1 of 2 moves"));
    run.take(phase("m2", Phase::Watching), at(3s));
    QCOMPARE(percentOf(run.bar(200)), std::string("100"));
    QVERIFY(has(run.bar(200), "[####################]"));
  }

  void aResumedRunBeginsWhereItStood() {
    const RunProgress run({standing("m1", Phase::Watching, 100, 100), standing("m2", Phase::Copy, 50, 100)}, PlanState::Watching);
    QCOMPARE(percentOf(run.bar(200)), std::string("72"));
  }

  void aRollBackCountsTheMovesThatAreHome() {
    RunProgress run({standing("m1", Phase::Watching, 100, 100), standing("m2", Phase::Watching, 100, 100)}, PlanState::RolledBack);
    QCOMPARE(percentOf(run.bar(200)), std::string("0"));
    run.take(phase("m2", Phase::RollBack), at(0s));
    run.take(phase("m2", Phase::RolledBack), at(1s));
    QCOMPARE(percentOf(run.bar(200)), std::string("50"));
    // A roll back that is only resumed is one as well.
    const RunProgress resumed({standing("m1", Phase::Watching, 100, 100), standing("m2", Phase::RolledBack, 100, 100)}, PlanState::Watching);
    QCOMPARE(percentOf(resumed.bar(200)), std::string("50"));
  }

  void aCleanUpCountsTheRowsThatAreGone() {
    RunProgress run({standing("m1", Phase::Watching, 1000, 1000)}, PlanState::Done);
    run.take(phase("m1", Phase::CleanUp), at(0s));
    RunEvent removed = copied("m1", 400, 0);
    removed.move.phase = Phase::CleanUp;
    run.take(removed, at(6s));
    const auto told = run.take(removed, at(12s));
    QVERIFY2(told.line.starts_with("m1  north -> south: cleanup, 800 of 1 000 rows"), told.line.c_str());
    QCOMPARE(told.object.at("rows").get<int>(), 800);
    QCOMPARE(percentOf(run.bar(200)), std::string("72"));
  }

  void theBarFitsTheTerminal() {
    RunProgress run({queued("m1", 1'000'000, "köln", "日本")}, PlanState::Watching);
    run.take(phase("m1", Phase::Copy), at(0s));
    run.take(copied("m1", 10'000, 1'000'000), at(1s));
    run.take(copied("m1", 20'000, 1'000'000, "the disk of köln is busy; it waits for 日本 to be idle again"), at(2s));
    for (std::size_t columns : {1U, 10U, 40U, 79U, 120U}) QVERIFY(displayWidth(run.bar(columns)) <= columns);
    QVERIFY2(has(run.bar(79), "copy: the disk of köln"), run.bar(79).c_str());
  }

  void theBarShowsPaceAndTheTimeLeft() {
    RunProgress run({queued("m1", 100'000)}, PlanState::Watching);
    run.take(phase("m1", Phase::Copy), at(0s));
    run.take(copied("m1", 10'000, 100'000), at(10s));
    const std::string bar = run.bar(79);
    QVERIFY2(has(bar, "9 %  m1 copy  1 000 rows/s  left about 1 min 41 s"), bar.c_str());
  }

  // ---- a run, as JSON

  void eventsAreMergedToAFewASecondAndTheLastIsKept() {
    RunProgress run({queued("m1", 1000)}, PlanState::Watching);
    run.take(phase("m1", Phase::Copy), at(0s));
    int told = 0;
    for (int i = 1; i <= 1000; ++i) told += run.take(copied("m1", i, 1000), at(i * 1ms)).object.is_null() ? 0 : 1;
    QVERIFY2(told >= 9 && told <= 12, std::to_string(told).c_str());
    RunProgress again({queued("m1", 10)}, PlanState::Watching);
    again.take(copied("m1", 5, 10), at(0s));
    const auto last = again.take(copied("m1", 10, 10), at(1ms)).object;
    QCOMPARE(last.at("rows").get<int>(), 10);
    QVERIFY(last.at("reason").is_null());
  }
};

QTEST_GUILESS_MAIN(TestFaceParts)
#include "tst_face_parts.moc"
