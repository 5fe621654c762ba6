// The demo's application: keeps writing to the ledger through the router, as a real one would, while ranges move.
//
// One write is one transaction on the shard that the map names. A refusal is followed: "shardwright: moved" reloads the
// map, "shardwright: moving" waits 1 ms, then the write is tried again; so is one that touched no row because its row
// lives elsewhere by now. A write counts as acknowledged when its commit has returned; each carries the version of its
// row, and at the end every row that was written is read again through the router: one that is older than what was
// acknowledged, or gone, is a lost write. What the router counted is kept in the catalog as load samples. A write that is refused again and again is tried until the writer is stopped.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/json_fwd.h"
#include "core/base/result.h"

namespace shardwright {

struct DemoWriterReport {
  double seconds = 0;
  std::int64_t acknowledged = 0;
  std::int64_t perSecond = 0;      // acknowledged, over the whole time
  double longestPauseMs = 0;       // the longest that one write took, from its first try to its acknowledgement
  std::string longestPauseKey;     // keyspace and key of that write
  std::int64_t moved = 0;          // refusals of each kind, and reloads of a map
  std::int64_t moving = 0;
  std::int64_t reloads = 0;
  std::int64_t busy = 0;           // tries that found the file locked by another writer
  std::int64_t checkedRows = 0;    // read again at the end
  std::int64_t lost = 0;           // of them older than acknowledged, or gone
  std::vector<std::string> lostExamples;
  std::int64_t loadSamples = 0;    // added to the catalog
};

struct DemoWriterOptions {
  std::string folder;                  // of createDemo
  std::optional<double> seconds;       // none: until it is stopped
  double writesPerSecond = 500;        // 0: as fast as it can
  std::uint64_t seed = 1;
  std::function<void(const DemoWriterReport&)> onSecond;  // called about once a second
};

// Being stopped is a success. NotFound: no demo in the folder. Unavailable, Refused: a shard or the catalog failed in a
// way that is no refusal to follow; what was acknowledged until then has not been checked.
Result<DemoWriterReport> runDemoWriter(const DemoWriterOptions& options, std::stop_token stop);

std::string formatDemoWriterReport(const DemoWriterReport& report);
Json toJson(const DemoWriterReport& report);

}  // namespace shardwright
