// MigrationPlan: the difference of two maps as moves, with cost, reasons and what it achieves. Never a log of the search.
//
// The fingerprint is the SHA-256 of the canonical JSON without id, fingerprint, state and approvals, and with the target
// map, splits, options, shard identities and schema fingerprints in it: what is approved is what will be run.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/json_fwd.h"
#include "core/base/result.h"
#include "core/domain/ids.h"
#include "core/domain/placed_part.h"
#include "core/map/shard_map.h"

namespace shardwright {

// One range, or one pinned key, from one shard to another.
struct PlannedMove {
  MoveId id;                         // m1, m2, ... in the order of the plan
  TokenRange range;                  // of a pin: the whole line
  std::optional<Key> pin;            // set: this one key, which becomes (or is) a pin
  ShardId source;
  ShardId target;
  std::int64_t rows = 0;
  std::int64_t bytes = 0;
  int wave = 1;                      // moves of one wave may run side by side
  std::string reason;
  friend bool operator==(const PlannedMove&, const PlannedMove&) = default;
};

struct ShardLoad {
  ShardId shard;
  std::vector<std::int64_t> loads;        // one a dimension
  std::optional<double> utilisation;      // highest over the dimensions; none: excluded (draining, capacity 0)
  friend bool operator==(const ShardLoad&, const ShardLoad&) = default;
};

struct PlacementSummary {
  std::optional<double> maxUtilisation;  // none: not measured
  std::vector<ShardLoad> perShard;
  friend bool operator==(const PlacementSummary&, const PlacementSummary&) = default;
};

// What is proven: no placement at all can be below maxUtilisation, none that reaches the target can move fewer bytes.
struct PlanBounds {
  std::optional<double> maxUtilisation;
  std::int64_t movedBytes = 0;
  std::string reason;  // the binding one, as a sentence
  friend bool operator==(const PlanBounds&, const PlanBounds&) = default;
};

struct PlanRisk {
  std::string id;        // stable, kebab-case
  std::string sentence;
  friend bool operator==(const PlanRisk&, const PlanRisk&) = default;
};

// Whether an approver has to take note of it by name. What only says how well the plan is founded is not.
bool isHigh(const PlanRisk& risk);

struct RefusedCandidate {
  std::string subject;   // range or shard
  std::string reason;
  friend bool operator==(const RefusedCandidate&, const RefusedCandidate&) = default;
};

struct MigrationPlan {
  PlanId id;
  KeyspaceName keyspace;
  MapVersion baseVersion = 0;
  StrategySpec strategy;
  std::string goal;       // balance, drain, add, move, split, merge, isolate
  std::string options = "{}";  // canonical JSON object: how the plan was asked for
  std::vector<std::string> dimensions;  // of the loads below
  std::vector<Token> splits;            // bounds that must stand before the first move
  std::vector<Token> merges;            // bounds taken away after the last one
  std::vector<PlannedMove> moves;
  PlacementSummary before, after;
  PlanBounds bounds;
  std::vector<PlanRisk> risks;
  std::vector<RefusedCandidate> refused;
  std::map<std::string, std::string> shardIdentities;     // shard -> identity
  std::map<std::string, std::string> schemaFingerprints;  // table -> fingerprint
  std::string targetMap;   // canonical JSON of the map when every move is done (version and checksum left out)
  std::string createdAt;   // RFC 3339
  std::string author;

  std::int64_t movedBytes() const;
  std::int64_t movedRows() const;
  int waves() const;
};

Json planToJson(const MigrationPlan& plan);  // shardwright.plan/1, with fingerprint
Result<MigrationPlan> planFromJson(const Json& json);
std::string fingerprintOf(const MigrationPlan& plan);

// The map after one finished move, or after every one. Conflict: the source no longer owns the whole part.
Result<ShardMap> applyMove(const ShardMap& map, const PlannedMove& move);
Result<ShardMap> applyBounds(const ShardMap& map, const MigrationPlan& plan);  // the splits alone; same owners
Result<ShardMap> applyPlan(const ShardMap& map, const MigrationPlan& plan);

// What `move` carries under `map`.
PlacedPart partOf(const ShardMap& map, const PlannedMove& move);

// The plan as a diff for a terminal: tally line, moves grouped source -> target, before and after with losers first.
std::string formatPlan(const MigrationPlan& plan);
std::string planToHtml(const MigrationPlan& plan);

}  // namespace shardwright
