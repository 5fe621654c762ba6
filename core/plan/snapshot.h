// ClusterSnapshot: a cluster as the planner sees it: how heavy each part is, where it is, and where it may go. No rows,
// no secrets. File form: shardwright.snapshot/1 (product.md), which `plan simulate` plans on without any database.
//
// Units: loads are integers per dimension (bytes, rows, operations over the sampled time ...), capacities in the same
// units. Invariants (checkSnapshot): every list of loads has one entry a dimension, none negative; the sum of a dimension
// is at most 2^60; names of shards and ids of ranges are unique; every owner is a shard of the snapshot.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/json_fwd.h"
#include "core/base/result.h"
#include "core/domain/ids.h"
#include "core/domain/key.h"
#include "core/domain/keyspace.h"
#include "core/domain/shard.h"
#include "core/domain/token.h"

namespace shardwright {

struct SnapshotShard {
  ShardId name;
  std::string zone;                    // empty: none
  ShardState state = ShardState::Active;
  // One a dimension. None: not declared, and the shard's fair share by weight takes its place. 0: may hold nothing.
  std::vector<std::optional<std::int64_t>> capacity;
  std::vector<std::optional<std::int64_t>> cap;  // hard limit; empty or none: 100 % of a declared capacity in bytes
  double weight = 1;
  std::optional<std::vector<std::string>> allow;  // tags that may be placed here; none: every tag of its zone
  int slotsIn = 1;                     // moves that may arrive side by side
  int slotsOut = 1;
  friend bool operator==(const SnapshotShard&, const SnapshotShard&) = default;
};

// A place where a range can be cut, from a sample of its keys.
struct SplitPoint {
  Token at;
  std::vector<std::int64_t> below;  // load of the range's part before `at`, one a dimension; ascending over the points
  friend bool operator==(const SplitPoint&, const SplitPoint&) = default;
};

// The heaviest single key of a range: what no split can take apart.
struct HotKey {
  Key key;
  std::vector<std::int64_t> loads;
  friend bool operator==(const HotKey&, const HotKey&) = default;
};

// One range, or one pinned key.
struct SnapshotRange {
  std::string id;
  std::optional<ShardId> shard;       // none: belongs to nobody, and is left alone
  std::vector<std::int64_t> loads;
  std::int64_t moveBytes = 0;         // what a move of it carries
  std::string tag;                    // zone (or allow entry) that must hold it; empty: any
  std::string group;                  // members of one group stay together; empty: alone
  bool pinned = false;                // must stay where it is
  std::optional<UnixSeconds> cooldownUntil;  // moved lately: not again before then
  // Known for a live keyspace, absent in most files.
  std::optional<TokenRange> tokens;
  std::optional<Key> pin;             // set: this one key, which the map pins
  std::vector<SplitPoint> splitPoints;  // ascending, strictly inside `tokens`
  std::optional<HotKey> hotKey;
  friend bool operator==(const SnapshotRange&, const SnapshotRange&) = default;
};

struct ClusterSnapshot {
  KeyspaceName keyspace;
  MapVersion mapVersion = 0;            // 0: not of a live keyspace
  std::optional<StrategySpec> strategy;  // set where the ranges carry tokens
  std::vector<std::string> dimensions;
  std::vector<SnapshotShard> shards;
  std::vector<SnapshotRange> ranges;
  bool generated = false;               // some of the loads are made up (demo)
  std::string options = "{}";  // canonical JSON object
  friend bool operator==(const ClusterSnapshot&, const ClusterSnapshot&) = default;
};

Done checkSnapshot(const ClusterSnapshot& snapshot);  // InvalidInput with what, where and what to do

struct SnapshotReadLimits {
  std::size_t bytes = std::size_t{2} << 30;
  std::size_t elements = 10'000'000;
  int depth = 64;
};

std::string snapshotToJson(const ClusterSnapshot& snapshot);  // canonical
// Streamed: one range at a time is held as JSON.
Result<ClusterSnapshot> snapshotFromJson(std::string_view text, const SnapshotReadLimits& limits = {});

}  // namespace shardwright
