// The checker: holds the rows that are there at the end against what the clients were told.
//
// ok      exactly once: lost if it is not there, doubled if it is there twice
// fail    not at all: appeared
// unknown once or not at all, and whole or not at all: torn
// Versions of a key are 1..n without holes; two operations with the same (key, version) had two owners: forked; the order
// of versions never contradicts the order in time. A row is on its key's owner alone, copies kept for the way back aside.
// Time: linear in operations and rows. Source: trust.md 3.3, W2 and verdict.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/domain/ids.h"
#include "tests/support/ledger.h"

namespace shardwright::test {

struct FinalRow {
  std::string key;
  std::int64_t version = 0;
  std::vector<OpId> history;  // since its last insert
  ShardId shard;
};

enum class Fault {
  Lost,         // acknowledged, and not there
  Doubled,      // there twice: a key on two shards, an operation twice in one row
  Resurrected,  // deleted, acknowledged so, and there
  Forked,       // two operations took the same version of a key
  Misplaced,    // on a shard that does not own it
  Appeared,     // there, though refused or never asked for
  OutOfOrder,   // an operation that began after another had ended comes before it
  Torn,         // half of an operation that changes two rows
  TooFew,       // not enough acknowledged writes for the run to show anything
};
std::string_view faultName(Fault fault);

struct FaultFound {
  Fault fault;
  std::string key;
  std::string sentence;
};

struct Evidence {
  std::span<const Operation> operations;
  std::span<const FinalRow> rows;                                             // of every shard
  std::function<std::optional<ShardId>(const std::string& key)> owner;        // by the final map; none: nobody
  std::function<bool(const std::string& key, const ShardId& shard)> retained;  // kept there for the way back; may be empty
  std::int64_t leastAcknowledged = 1;  // client 0, which fills the tables before the run, does not count
};

struct Verdict {
  std::vector<FaultFound> faults;
  std::vector<OpId> unknownLanded;
  std::int64_t acknowledged = 0, refused = 0, unknown = 0;  // client 0 apart
  std::int64_t keys = 0;

  bool passed() const { return faults.empty(); }
  std::int64_t count(Fault fault) const;
  std::string text() const;  // the figures, then the first faults of each kind
};

Verdict judge(const Evidence& evidence);

}  // namespace shardwright::test
