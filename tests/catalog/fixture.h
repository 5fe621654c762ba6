// A catalog in a folder of its own, with two shards, one keyspace and a plan of two moves, and a clock that is set by hand.
#pragma once

#include <QString>
#include <QTemporaryDir>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/catalog/catalog.h"

namespace shardwright::testing {

inline const KeyspaceName accounts{"accounts"};
inline const ShardId north{"north"}, south{"south"}, west{"west"};
inline const MoveId m1{"m1"}, m2{"m2"};
inline constexpr UnixSeconds noon = 1'780'000'000;

// What went wrong, for QVERIFY2.
template <class T>
std::string problem(const Result<T>& result) {
  return result ? std::string() : result.error().message();
}
template <class T>
bool failedWith(const Result<T>& result, ErrorCode code) {
  return !result && result.error().code() == code;
}
template <class T>
bool says(const Result<T>& result, std::string_view part) {
  return !result && result.error().message().find(part) != std::string::npos;
}

#define SW_OK(...)                                                                    \
  do {                                                                                \
    const auto& okResult_ = (__VA_ARGS__);                                             \
    QVERIFY2(okResult_.has_value(), ::shardwright::testing::problem(okResult_).c_str()); \
  } while (false)
#define SW_FAILS(code, part, ...)                                                                         \
  do {                                                                                                    \
    const auto& failedResult_ = (__VA_ARGS__);                                                             \
    QVERIFY2(::shardwright::testing::failedWith(failedResult_, code), ::shardwright::testing::problem(failedResult_).c_str()); \
    QVERIFY2(::shardwright::testing::says(failedResult_, part), ::shardwright::testing::problem(failedResult_).c_str());       \
  } while (false)

// Loses replies to commits, and counts them by name.
class Watch : public sqlite::TransactionWatch {
 public:
  std::string loseReplyOf;            // name of the transaction
  std::vector<std::string> seen;      // names, in order
  std::function<void()> onceBefore;   // runs before the next commit, then is forgotten

  Outcome beforeCommit(std::string_view connection, std::string_view transaction) override;
  void afterCommit(std::string_view, std::string_view) override {}
};

class World {
 public:
  explicit World(Environment environment = Environment::Test);

  std::string path(const std::string& name = "catalog.db") const { return (m_folder.path() + "/").toStdString() + name; }
  Catalog& catalog() { return *m_catalog; }
  Catalog open(const std::string& actor = "alice", std::shared_ptr<sqlite::TransactionWatch> watch = {});
  Catalog::Options options(const std::string& actor = "alice", std::shared_ptr<sqlite::TransactionWatch> watch = {});

  void advanceClock(UnixSeconds by) { *m_now += by; }
  UnixSeconds now() const { return *m_now; }

  // Two shards, north and south, and the keyspace accounts over "- 100 north | 100 - 200 north | 200 - south".
  void addCluster();
  // A plan of two moves from north to south, as a draft: m1 is the range to 100, m2 the one to 200.
  PlanId addPlan(const std::string& name = "calm-otter-17");
  // The same, approved and running, with a lease and its moves in the journal.
  Lease startPlan(const std::string& name = "calm-otter-17");
  // Through the legal steps up to `phase`, by the shortest way.
  void bring(const Lease& lease, const MoveId& move, Phase phase);
  std::function<Result<ShardMap>(const ShardMap&)> flipOf(const MoveId& move);
  std::function<Result<ShardMap>(const ShardMap&)> backOf(const MoveId& move);

  // Writes past the catalog, as somebody with an SQLite shell would.
  void tamper(const std::string& sql);
  std::int64_t countOf(const std::string& sql);

 private:
  QTemporaryDir m_folder;
  std::shared_ptr<UnixSeconds> m_now = std::make_shared<UnixSeconds>(noon);
  std::optional<Catalog> m_catalog;
};

Shard shardNamed(const ShardId& id);
Keyspace accountsKeyspace();
ShardMap mapOf(const std::string& drawing);
MigrationPlan planNamed(const std::string& name, const ShardMap& base);

// The value, or the end of the test run with the reason: for steps that are not the subject.
void demand(bool good, const std::string& why);
template <class T>
T must(Result<T> result) {
  demand(result.has_value(), problem(result));
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

}  // namespace shardwright::testing
