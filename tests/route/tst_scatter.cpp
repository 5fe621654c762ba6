#include <QtTest>

#include <atomic>

#include "core/route/scatter.h"
#include "tests/route/session_double.h"

using namespace shardwright;
using namespace std::chrono_literals;

namespace {

using Answers = std::map<std::string, SessionDouble::Answer>;

std::shared_ptr<SessionPool> poolOf(Answers answers, std::shared_ptr<std::atomic<int>> opened = {}) {
  return std::make_shared<KeptSessions>([answers = std::move(answers), opened](const ShardId& shard) -> Result<std::unique_ptr<ShardSession>> {
    if (opened) ++*opened;
    const auto at = answers.find(shard.text());
    if (at == answers.end()) return unavailable("the file is missing");
    return std::unique_ptr<ShardSession>(new SessionDouble(at->second));
  });
}

SessionDouble::Answer rows(std::int64_t count) {
  return [count](const ShardQuery&, std::stop_token) -> Result<ShardAnswer> {
    return ShardAnswer{{"n"}, std::vector<Row>(static_cast<std::size_t>(count)), {}};
  };
}

SessionDouble::Answer failing(Error error) {
  return [error](const ShardQuery&, std::stop_token) -> Result<ShardAnswer> { return error; };
}

std::vector<ShardCall> callsTo(const std::vector<std::string>& shards) {
  std::vector<ShardCall> calls;
  for (const auto& shard : shards) calls.push_back({ShardId(shard), {}});
  return calls;
}

}  // namespace

class TestScatter : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void repliesComeInTheOrderOfTheCalls() {
    Scatter scatter(poolOf({{"a", rows(1)}, {"b", rows(2)}, {"c", rows(3)}}));
    for (const std::size_t parallel : {0, 1, 2, 32}) {
      const auto replies = scatter.ask(callsTo({"c", "a", "b"}), {30s, parallel, true}, {});
      QCOMPARE(replies.size(), std::size_t{3});
      QCOMPARE(replies[0].answer->rows.size(), std::size_t{3});
      QCOMPARE(replies[1].answer->rows.size(), std::size_t{1});
      QCOMPARE(replies[2].answer->rows.size(), std::size_t{2});
    }
    QVERIFY(scatter.ask({}, {}, {}).empty());
  }

  void noMoreThanTheLimitAreAskedAtOnce() {
    std::atomic<int> now = 0, most = 0;
    const auto busy = [&](const ShardQuery&, std::stop_token) -> Result<ShardAnswer> {
      const int mine = ++now;
      for (int seen = most; mine > seen && !most.compare_exchange_weak(seen, mine);) {
      }
      std::this_thread::yield();
      --now;
      return ShardAnswer{};
    };
    std::vector<std::string> shards(40, "a");
    Scatter scatter(poolOf({{"a", busy}}));
    const auto replies = scatter.ask(callsTo(shards), {30s, 3, true}, {});
    for (const auto& reply : replies) QVERIFY(reply.answer.has_value());
    QVERIFY2(most <= 3, qPrintable(QString::number(most)));
  }

  void aShardThatHangsIsGivenUpAtItsDeadlineAndTheOthersAnswer() {
    Scatter scatter(poolOf({{"a", rows(1)}, {"b", hang}, {"c", rows(3)}}));
    const auto replies = scatter.ask(callsTo({"a", "b", "c"}), {300ms, 32, false}, {});
    QVERIFY(replies[0].answer.has_value());
    QVERIFY(replies[2].answer.has_value());
    QVERIFY(!replies[1].answer);
    QCOMPARE(replies[1].answer.error().code(), ErrorCode::Unavailable);
    QVERIFY(replies[1].seconds >= 0.3);
    QTRY_COMPARE(scatter.stragglers(), std::size_t{0});
  }

  void aShardThatDoesNotEvenStopDoesNotHoldTheAnswer() {
    Deaf deaf;
    Scatter scatter(poolOf({{"a", rows(1)}, {"b", deaf}}));
    const auto replies = scatter.ask(callsTo({"a", "b"}), {50ms, 32, false}, {});
    QCOMPARE(replies[1].answer.error().code(), ErrorCode::Unavailable);
    QCOMPARE(scatter.stragglers(), std::size_t{1});
    deaf.letGo();
    QTRY_COMPARE(scatter.stragglers(), std::size_t{0});
  }

  void eachReplyIsToldOnceAndThoseThatAnswerBeforeTheLateOne() {
    Scatter scatter(poolOf({{"a", rows(1)}, {"b", hang}, {"c", rows(3)}}));
    std::vector<std::size_t> told;
    ScatterOptions options{200ms, 32, false};
    options.settled = [&](std::size_t call, const ShardReply& reply) {
      told.push_back(call);
      if (call == 1) QVERIFY(!reply.answer);
      else QVERIFY(reply.answer.has_value());
    };
    scatter.ask(callsTo({"a", "b", "c"}), options, {});
    QCOMPARE(told.size(), std::size_t{3});
    QCOMPARE(told.back(), std::size_t{1});
    QVERIFY(told[0] != told[1]);
  }

  void oneAtATimeALateShardDoesNotStarveTheRest() {
    Scatter scatter(poolOf({{"a", rows(1)}, {"b", hang}, {"c", rows(3)}}));
    const auto replies = scatter.ask(callsTo({"b", "a", "c"}), {100ms, 1, false}, {});
    QVERIFY(!replies[0].answer);
    QVERIFY(replies[1].answer.has_value());
    QVERIFY(replies[2].answer.has_value());
  }

  void oneFailureStopsTheOthersWhereTheyWouldBePointless() {
    Scatter scatter(poolOf({{"a", hang}, {"b", failing(invalidInput("no such column"))}}));
    const auto replies = scatter.ask(callsTo({"a", "b", "a"}), {60s, 2, true}, {});
    QCOMPARE(replies[0].answer.error().code(), ErrorCode::Cancelled);
    QCOMPARE(replies[1].answer.error().message(), "no such column");
    QCOMPARE(replies[2].answer.error().code(), ErrorCode::Cancelled);
  }

  void theCallerMayStop() {
    std::stop_source source;
    const auto askThenStop = [&](const ShardQuery& query, std::stop_token stop) {
      source.request_stop();
      return hang(query, stop);
    };
    Scatter scatter(poolOf({{"a", askThenStop}, {"b", hang}}));
    const auto replies = scatter.ask(callsTo({"a", "b"}), {60s, 32, false}, source.get_token());
    for (const auto& reply : replies) QCOMPARE(reply.answer.error().code(), ErrorCode::Cancelled);
  }

  void aSessionIsUsedAgainUnlessItFailed() {
    const auto opened = std::make_shared<std::atomic<int>>(0);
    Scatter scatter(poolOf({{"a", rows(1)}, {"b", failing(unavailable("gone"))}, {"c", failing(invalidInput("wrong"))}}, opened));
    for (int i = 0; i < 3; ++i) scatter.ask(callsTo({"a"}), {30s, 1, false}, {});
    QCOMPARE(opened->load(), 1);
    for (int i = 0; i < 3; ++i) scatter.ask(callsTo({"b"}), {30s, 1, false}, {});
    QCOMPARE(opened->load(), 4);
    for (int i = 0; i < 3; ++i) scatter.ask(callsTo({"c"}), {30s, 1, false}, {});
    QCOMPARE(opened->load(), 5);
  }

  void aForgottenShardIsOpenedAnewEvenIfItsSessionWasOut() {
    int opened = 0;
    KeptSessions pool([&](const ShardId&) -> Result<std::unique_ptr<ShardSession>> {
      ++opened;
      return std::unique_ptr<ShardSession>(new SessionDouble(rows(1)));
    });
    {
      auto loan = pool.borrow(ShardId("a"), {});
      QVERIFY(loan);
      pool.forget(ShardId("a"));
    }
    { QVERIFY(pool.borrow(ShardId("a"), {})); }
    { QVERIFY(pool.borrow(ShardId("a"), {})); }
    QCOMPARE(opened, 2);
  }
};

QTEST_APPLESS_MAIN(TestScatter)
#include "tst_scatter.moc"
