// MigrationPlanner: a better placement, and why. A pure function of snapshot, goals and options: no I/O, no clock, and
// byte-identical for the same input on every machine. Whatever decides is integer arithmetic; ties go to the smaller index.
//
// Method (design: planner.md): bounds first - what no placement can beat - then the fewest bytes that bring the highest
// utilisation to at most bound * (1 + threshold): price-guided export, placement by potential, repair, a pass that takes
// bytes back, and cuts of ranges at sampled keys where whole ranges cannot balance. Work is limited by counted units.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/plan/plan.h"
#include "core/plan/snapshot.h"

namespace shardwright {

enum class GoalKind { Balance, Drain, Add, Move, Split, Merge, Isolate };
std::string_view goalName(GoalKind kind);  // balance, drain, add, move, split, merge, isolate
Result<GoalKind> parseGoal(std::string_view name);

struct PlanGoals {
  GoalKind kind = GoalKind::Balance;
  std::vector<ShardId> shards;         // drain: those that must end empty; add: those that take load
  std::optional<TokenRange> range;     // move, split, merge; of a live keyspace
  std::vector<std::string> rangeIds;   // the same by the ids of a snapshot
  std::optional<Key> key;              // move, isolate: this one key, which becomes a pin
  std::optional<ShardId> to;           // move, isolate, merge; none: the shard with the most room
  std::vector<Token> at;               // split; none: where the load halves
};

struct PlanOptions {
  std::vector<std::string> metrics;        // dimensions that are balanced; empty: all of the snapshot
  double threshold = 0.05;                 // how far above its bound the highest utilisation may stay
  std::optional<std::int64_t> maxBytes;    // at most this much is moved
  std::optional<std::int64_t> maxMoves;
  bool splits = true;                      // ranges may be cut at their split points
  UnixSeconds now = 0;                     // against cooldowns; 0: cooldowns are ignored
  std::int64_t workUnits = 4'000'000'000;  // candidate evaluations, an amount and not a time
};

Json optionsToJson(const PlanGoals& goals, const PlanOptions& options, const std::optional<StrategySpec>& strategy);

// One move of a proposal. Tokens are there where the snapshot has them.
struct ProposedMove {
  std::string range;                    // id of the snapshot's range it comes from
  std::optional<TokenRange> tokens;
  std::optional<Key> pin;
  ShardId source;
  ShardId target;
  std::int64_t rows = 0;
  std::int64_t bytes = 0;
  int wave = 1;
  std::string reason;
  friend bool operator==(const ProposedMove&, const ProposedMove&) = default;
};

struct PlanProposal {
  enum class Outcome {
    Planned,         // there is something to do: moves, splits or merges
    NoActionNeeded,  // the goal is met already, or nothing allowed would bring it nearer; `sentence` says which
  };
  Outcome outcome = Outcome::NoActionNeeded;
  std::string sentence;  // what the plan does, or why there is none
  std::vector<std::string> dimensions;   // of the snapshot; loads in before and after follow them
  std::vector<Token> splits;             // ascending
  std::vector<Token> merges;
  std::vector<ProposedMove> moves;       // by wave, then by source and target
  PlacementSummary before, after;
  PlanBounds bounds;
  std::vector<PlanRisk> risks;
  std::vector<RefusedCandidate> refused;
  std::int64_t workUnits = 0;
  bool exhausted = false;                // the work limit ended the search
  bool blocked = false;                  // moves that can never start were left out; `refused` names them

  std::int64_t movedBytes() const;
  std::optional<double> utilisationGap() const;  // plan / bound - 1; none where the bound is 0
  std::optional<double> bytesGap() const;
};

class MigrationPlanner {
 public:
  // InvalidInput: the snapshot or a goal is wrong. NotFound: a shard, range or metric that the snapshot does not have.
  // Refused: it cannot be done at all (nowhere to go, not measured); the sentence says what is missing.
  static Result<PlanProposal> planMigration(const ClusterSnapshot& snapshot, const PlanGoals& goals, const PlanOptions& options);
};

// The proposal as a plan on `base`, with its target map. Id, author, time, identities and fingerprints are the caller's.
// Conflict: the snapshot was taken of another version of the map.
Result<MigrationPlan> planOf(const PlanProposal& proposal, const PlanGoals& goals, const PlanOptions& options,
                             const ClusterSnapshot& snapshot, const ShardMap& base);

// What `plan simulate --json` answers: the plan document with from and until null where the snapshot has no tokens, and
// movedBytes and gap {utilisation, bytes} beside it.
Json simulationToJson(const PlanProposal& proposal, const PlanGoals& goals, const PlanOptions& options,
                      const ClusterSnapshot& snapshot);
// The same for a terminal.
std::string formatProposal(const PlanProposal& proposal, const PlanGoals& goals, const ClusterSnapshot& snapshot);

}  // namespace shardwright
