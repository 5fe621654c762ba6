// Parts of JSON that plans and snapshots share.
#pragma once

#include <string>
#include <vector>

#include "core/base/json_fwd.h"
#include "core/base/result.h"
#include "core/domain/keyspace.h"
#include "core/plan/plan.h"

namespace shardwright {

Json strategyToJson(const StrategySpec& spec);  // {"kind","keyType","dialect","slots"}, as in the map
Result<StrategySpec> strategyFromJson(const Json& json);

Json placementToJson(const PlacementSummary& summary);  // {"maxUtilisation","perShard"}
Json boundsToJson(const PlanBounds& bounds);            // {"maxUtilisation","movedBytes","reason"}
Json risksToJson(const std::vector<PlanRisk>& risks);               // [{"id","sentence"}]
Json refusedToJson(const std::vector<RefusedCandidate>& refused);   // [{"subject","reason"}]

// SHA-256 of the canonical JSON of a plan document without id, fingerprint, state and approvals.
std::string planJsonFingerprint(const Json& plan);

}  // namespace shardwright
