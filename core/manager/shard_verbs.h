// The verbs about shards: adding, looking after, removing.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/db/shard_session.h"
#include "core/domain/shard.h"
#include "core/manager/shard_test.h"
#include "core/manager/workspace.h"

namespace shardwright {

// A shard as it is now. Either it could not be looked at, or what was found there.
struct ShardCheck {
  Shard shard;
  std::optional<Error> unreachable;
  std::vector<Finding> findings;
  std::int64_t bytes = 0;
};

// Names with values: capacity, weight, zone, state, url. An empty capacity or zone means none.
using ShardSettings = std::vector<std::pair<std::string, std::string>>;
Done applySettings(Shard& shard, const ShardSettings& settings);

class ShardVerbs {
 public:
  explicit ShardVerbs(Workspace& workspace) : m_workspace(workspace) {}

  // Opens the database, plants or reads its identity, remembers it. Refused: it is a shard already.
  // Unavailable: it cannot be opened, or a setting of it forbids moves; the sentence says how to change that.
  Result<Shard> add(Shard draft);
  Result<std::vector<Shard>> list();
  Result<std::vector<ShardCheck>> check(const std::vector<ShardId>& names);  // empty: all
  // Step by step, each told as it ends; also of a draft that is not added yet. Writes nothing.
  std::vector<ShardTestStep> test(const Shard& shard, const ShardTest::Tell& tell, std::stop_token stop) {
    return ShardTest(m_workspace, shard, tell).run(std::move(stop));
  }

  Result<Shard> set(const ShardId& name, const ShardSettings& settings);
  // Forgets it, and takes this catalog's mark off the database; the answer is why that could not be done, if it could not.
  Result<std::optional<Error>> remove(const ShardId& name);

 private:
  Result<std::string> identify(const Shard& shard);
  Workspace& m_workspace;
};

}  // namespace shardwright
