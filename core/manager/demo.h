// The demo: a sample cluster with real rows - SQLite files in WAL mode, a catalog beside them - unbalanced on purpose, so
// that every question of the product has an answer to find. A ledger in three keyspaces, one per strategy:
//   accounts   hash md5-64 over the address; slots unevenly owned, some rows fat
//   blocks     range over the height; the newest heights are the hot ones, and the fattest
//   contracts  directory over the owner; one hot owner; the end of the line belongs to nobody
// with a day of load samples that are marked as generated. The same options give the same rows, maps and samples
// (identities and times apart).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/json_fwd.h"
#include "core/base/result.h"
#include "core/catalog/catalog.h"

namespace shardwright {

struct DemoOptions {
  std::string folder;            // made if it is not there
  int shards = 4;                // 2 to 256
  std::int64_t rows = 200'000;   // over the three tables
  std::uint64_t seed = 7;
  double skew = 1.1;             // exponent of the Zipf laws: 0 = even
  Actor actor = {};              // who made it, for the audit
  Environment environment = Environment::Development;
  WallClock clock = systemSeconds;
};

struct DemoShard {
  ShardId shard;
  std::string file;
  std::int64_t accounts = 0, blocks = 0, contracts = 0;  // rows
  std::int64_t bytes = 0;                                // of the file
};

struct DemoReport {
  std::string catalogFile;
  std::vector<DemoShard> shards;
  std::int64_t rows = 0;
  std::int64_t bytes = 0;
  std::int64_t loadSamples = 0;
  double seconds = 0;
};

// InvalidInput: options out of range. Refused: there is a catalog or a shard file in the folder already. Unavailable:
// the folder cannot be written or is full. What a failure has made is removed again.
Result<DemoReport> createDemo(const DemoOptions& options);

std::string formatDemoReport(const DemoReport& report);
Json toJson(const DemoReport& report);

}  // namespace shardwright
