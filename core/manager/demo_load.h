// A day of load samples for the demo: invented, and marked so. Day and night, growth, and the hot spots that the ledger
// was made with: the accounts of the first ranks, the newest heights, one owner of contracts.
#pragma once

#include <memory>
#include <vector>

#include "core/base/result.h"
#include "core/catalog/catalog.h"
#include "core/db/shard_session.h"
#include "core/manager/demo_ledger.h"

namespace shardwright {

// One keyspace of the demo as it was made.
struct DemoContent {
  Keyspace keyspace;
  std::shared_ptr<const ShardMap> map;
  std::vector<RangeCount> ranges;  // rows and bytes of payload, one a range of the map
};

// How many samples were added; the last one ends now.
Result<std::int64_t> addGeneratedLoad(Catalog& catalog, const DemoLedger& ledger, const std::vector<DemoContent>& contents);

}  // namespace shardwright
