// What a person needs to know to decide about plans: how they stand, what they would do, and what may be done with them now
// and by whom. Read through PlanVerbs::lines() and PlanVerbs::sheet(); nothing is changed by reading.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/json_fwd.h"
#include "core/base/result.h"
#include "core/catalog/catalog.h"
#include "core/map/shard_map.h"
#include "core/plan/plan.h"

namespace shardwright {

// One plan in a list.
struct PlanLine {
  PlanRecord record;
  std::size_t moves = 0, splits = 0, merges = 0;
  int waves = 0;
  std::int64_t rows = 0, bytes = 0;
  MapVersion currentVersion = 0;     // of the keyspace
  std::optional<Approval> approval;  // the latest one to run it, expired or not
  bool waits() const { return record.state == PlanState::Draft || record.state == PlanState::Approved; }  // has not begun
  bool isStale() const { return waits() && record.baseVersion != currentVersion; }
  bool isExpired(UnixSeconds now) const { return record.state == PlanState::Approved && approval && approval->expires <= now; }
};

// What the map has become since the plan was made on it.
struct MapDrift {
  MapVersion to = 0;
  std::size_t changes = 0;   // stretches and pins with another owner, and bounds
  std::size_t touching = 0;  // of those: lie in what the plan moves
};

// Each is done, or says why it is refused to this actor now.
struct PlanRights {
  Done approve, approveCleanup, reject, withdraw, run;
};

struct PlanSheet {
  PlanLine line;
  std::shared_ptr<const MigrationPlan> plan;
  std::shared_ptr<const ShardMap> base, target;  // the map the plan was made on, and the one it leads to
  std::vector<Approval> approvals;
  std::optional<MapDrift> drift;                 // none: the base is in force, or the plan has begun
  PlanRights rights;
  Environment environment = Environment::Test;
  std::string actor;
  std::optional<std::string> executor;           // the process that works on it now
};

// The plan document with what has become of it: state and approvals. What `plan show` and `plan export` write.
Json planDocument(const MigrationPlan& plan, const PlanRecord& record, const std::vector<Approval>& approvals);

}  // namespace shardwright
