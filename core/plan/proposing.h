// Making a proposal from what a goal decided: moves with splits, waves, before and after, risks. Shared by all goals.
#pragma once

#include <string>
#include <vector>

#include "core/plan/model.h"
#include "core/plan/planner.h"
#include "core/plan/waves.h"

namespace shardwright {

// One slice of a range that changes its shard.
struct Relocation {
  Slice slice;
  ShardIndex source = 0;
  ShardIndex target = 0;
  std::string reason;
  // Set where the move carries one key out of a range (isolate, move --key): loads of the key, as far as known.
  std::optional<Key> key;
  std::vector<std::int64_t> keyLoads;
};

class Proposing {
 public:
  Proposing(const PlanModel& model, const PlanGoals& goals) : m_model(model), m_goals(goals) {}

  // Orders the relocations into waves, drops those that can never start, and fills everything but the bounds and the
  // sentence. `splits` and `merges` beside those that the relocations need.
  PlanProposal make(std::vector<Relocation> relocations, std::vector<Token> splits, std::vector<Token> merges) const;

 private:
  std::vector<std::int64_t> loadsOf(const Relocation& relocation) const;
  std::vector<WaveShard> waveShards() const;
  std::vector<WaveMove> waveMoves(const std::vector<Relocation>& relocations) const;
  void refuseBlocked(PlanProposal& out, const WaveSchedule& schedule, const std::vector<Relocation>& relocations) const;
  ProposedMove moveOf(const Relocation& relocation, int wave) const;
  void addMoves(PlanProposal& out, std::vector<Relocation>& relocations) const;
  void addSplits(PlanProposal& out, const std::vector<Relocation>& relocations) const;
  void addRisks(PlanProposal& out, const std::vector<Relocation>& kept) const;
  double declaredFill(ShardIndex s, const PlacementSummary& summary) const;
  PlacementSummary summary(const std::vector<std::vector<std::int64_t>>& loads) const;

  const PlanModel& m_model;
  const PlanGoals& m_goals;
};

// Loads per shard of the snapshot, in its own dimensions.
std::vector<std::vector<std::int64_t>> shardLoads(const ClusterSnapshot& snapshot);

// The highest utilisation bound in words, for the operator.
std::string boundReason(const PlanModel& model, const UtilisationBound& bound, bool splits);

double reported(double value);  // rounded to nine decimals, so that documents are short and stable

}  // namespace shardwright
