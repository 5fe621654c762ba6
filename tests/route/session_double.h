// SessionDouble: a shard session of the tests' own that answers what it is told to, when it is told to.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>

#include "core/db/shard_session.h"

namespace shardwright {

class SessionDouble : public ShardSession {
 public:
  using Answer = std::function<Result<ShardAnswer>(const ShardQuery&, std::stop_token)>;
  explicit SessionDouble(Answer answer) : m_answer(std::move(answer)) {}

  Result<ShardAnswer> ask(const ShardQuery& query, std::stop_token stop) override { return m_answer(query, stop); }

  Result<std::string> identity() override { return none(); }
  Result<std::string> plantIdentity(const std::string&) override { return none(); }
  Done releaseIdentity(const std::string&) override { return none(); }
  Result<std::vector<Finding>> checkDatabase() override { return none(); }
  Result<std::int64_t> databaseBytes() override { return none(); }
  Result<TableSchema> tableSchema(const TableRef&) override { return none(); }
  Result<std::vector<Finding>> checkKeys(const Keyspace&, const TableRef&, std::int64_t, std::stop_token) override {
    return none();
  }
  Result<std::vector<RangeCount>> countRanges(const Keyspace&, std::span<const Token>, std::stop_token) override {
    return none();
  }
  Result<RangeCount> countKey(const Keyspace&, const Key&, std::stop_token) override { return none(); }
  Result<std::vector<SampledKey>> sampleKeys(const Keyspace&, const TokenRange&, std::int64_t, std::stop_token) override {
    return none();
  }
  Done scanKeys(const Keyspace&, const TableRef&, const KeySpan&, const std::function<bool(const Key&, std::int64_t)>&,
                std::stop_token) override {
    return none();
  }
  Result<std::vector<Key>> randomKeys(const Keyspace&, const TableRef&, std::int64_t, std::uint64_t, std::stop_token) override {
    return none();
  }
  Done publishMap(const PublishedMap&) override { return none(); }
  Result<ShardMarks> marks() override { return none(); }
  Done closeParts(const Keyspace&, const ShardPlacement&, std::span<const PlacedPart>) override { return none(); }
  Result<std::optional<Key>> keyIn(const Keyspace&, const PlacedPart&, std::stop_token) override { return none(); }
  Done placeBy(const Keyspace&, const ShardPlacement&, const PublishedMap&) override { return none(); }
  Result<bool> isPlacedBy(const Keyspace&, const ShardPlacement&) override { return none(); }
  Result<std::optional<PublishedMap>> publishedMap(const KeyspaceName&) override { return none(); }
  Result<std::int64_t> deleteMisplaced(const Keyspace&, const TableRef&, std::span<const Key>) override { return none(); }

 private:
  static Error none() { return unsupported("a session of the tests only answers queries"); }
  Answer m_answer;
};

// Blocks until it is told to stop: a shard that hangs.
inline Result<ShardAnswer> hang(const ShardQuery&, std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait(lock, stop, [] { return false; });
  return cancelled("stopped");
}

// Does not even listen to being stopped, until it is let go.
class Deaf {
 public:
  Result<ShardAnswer> operator()(const ShardQuery&, std::stop_token) {
    std::unique_lock lock(m_state->mutex);
    m_state->changed.wait(lock, [&] { return m_state->free; });
    return cancelled("stopped at last");
  }
  void letGo() {
    const std::lock_guard lock(m_state->mutex);
    m_state->free = true;
    m_state->changed.notify_all();
  }

 private:
  struct State {
    std::mutex mutex;
    std::condition_variable changed;
    bool free = false;
  };
  std::shared_ptr<State> m_state = std::make_shared<State>();
};

}  // namespace shardwright
