// The verbs about plans: having one made, reading it, approving it, and what else becomes of one before it runs.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/catalog/catalog.h"
#include "core/manager/plan_reading.h"
#include "core/manager/workspace.h"
#include "core/plan/pareto.h"
#include "core/plan/plan.h"
#include "core/plan/planner.h"
#include "core/plan/snapshot.h"

namespace shardwright {

// What a plan shall reach, as a person says it; tokens and keys in the text form of the keyspace.
struct PlanRequest {
  std::string goal = "balance";
  std::vector<std::string> shards;    // drain, add
  std::optional<std::string> range;   // A..B: move, split, merge
  std::optional<std::string> key;     // move, isolate
  std::optional<std::string> to;
  std::vector<std::string> at;        // split
  std::vector<std::string> metrics;   // bytes, rows, ops, reads, writes; empty: bytes and rows
  double threshold = 0.05;
  std::optional<std::int64_t> maxBytes, maxMoves;
};

// A plan that was made, or why none is needed.
struct MadePlan {
  std::optional<MigrationPlan> plan;
  std::string sentence;
};

struct PlanPreview {
  std::shared_ptr<const ClusterSnapshot> measured;
  std::shared_ptr<const ShardMap> base;
  MadePlan made;  // the plan has no id, author and time yet
};

struct PlanView {
  MigrationPlan plan;
  PlanRecord record;
  std::vector<Approval> approvals;
  std::vector<MoveRow> moves;    // empty before the first run
  MapVersion currentVersion = 0; // of the keyspace
};

struct PlanComparison {
  std::vector<std::string> onlyFirst, onlySecond;  // moves, in words
  std::size_t both = 0;
  MigrationPlan first, second;
};

class PlanVerbs {
 public:
  explicit PlanVerbs(Workspace& workspace) : m_workspace(workspace) {}

  Result<MadePlan> create(const KeyspaceName& keyspace, const PlanRequest& request, std::stop_token stop);
  Result<std::vector<PlanRecord>> list() { return m_workspace.catalog().plans(); }
  Result<PlanView> show(const PlanId& id);
  // The list and one plan with what they mean to this actor now. `before`: an earlier reading, whose documents are used
  // again where the fingerprint is the same; may be none.
  Result<std::vector<PlanLine>> lines(const std::vector<PlanLine>& before);
  Result<PlanSheet> sheet(const PlanId& id, const PlanSheet* before);
  // What create() would make, and nothing remembered. `measured`: an earlier snapshot, taken again where it does not serve.
  Result<PlanPreview> preview(const KeyspaceName& keyspace, const PlanRequest& request,
                              std::shared_ptr<const ClusterSnapshot> measured, std::stop_token stop);

  // Refused: the plan is not as it was read (another fingerprint), was made for a map that is not in force any more, or its
  // author may not approve it here.
  Done approve(const PlanId& id, const std::string& fingerprint, const std::string& comment, bool forCleanup);
  Done reject(const PlanId& id, const std::string& reason);
  Done withdraw(const PlanId& id);

  // The same moves on the map in force, measured again, as a new draft; those that are done already, or whose source lost
  // its part, are left out and said so under `refused`. The old plan is withdrawn if it has not begun.
  Result<MadePlan> rebase(const PlanId& id, std::stop_token stop);
  // The same moves as a new draft; the old plan stays as it is.
  Result<MadePlan> copy(const PlanId& id, std::stop_token stop);
  Result<PlanComparison> compare(const PlanId& first, const PlanId& second);

  Result<ClusterSnapshot> snapshot(const KeyspaceName& keyspace, std::stop_token stop);

 private:
  Result<MadePlan> again(const MigrationPlan& old, std::stop_token stop);
  Done remember(MigrationPlan& plan);
  Workspace& m_workspace;
};

// The planner on a recorded cluster. No catalog, no database.
struct Simulation {
  ClusterSnapshot snapshot;
  PlanGoals goals;
  PlanOptions options;
  PlanProposal proposal;
  double readSeconds = 0, planSeconds = 0;
};
Result<Simulation> simulate(std::string_view snapshotDocument, const PlanRequest& request);

struct FrontSimulation {
  ClusterSnapshot snapshot;
  PlanGoals goals;
  PlanOptions options;
  ParetoFront front;
  double readSeconds = 0, planSeconds = 0;
};
Result<FrontSimulation> simulateFront(std::string_view snapshotDocument, const PlanRequest& request, std::int64_t points);

}  // namespace shardwright
