#include "tests/rebalance/cluster_check.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/engines/sqlite/guard.h"
#include "core/engines/sqlite/token_function.h"

namespace shardwright::test {

namespace {

// Inside the part, at its edges, and where nobody ever wrote.
std::string probedKeys() {
  return fmt::format("(WITH RECURSIVE s(id) AS (SELECT 0 UNION ALL SELECT id + 1 FROM s WHERE id < {}) "
                     "SELECT id FROM s UNION ALL VALUES (-2000), (-1000), (-1), (999), (1000), (2000))",
                     MoveCluster::rows - 1);
}

void checkGuard(const MoveCluster& cluster, const ShardFile& file, std::vector<std::string>& faults) {
  const Keyspace keyspace = MoveCluster::keyspace(cluster.moved());
  const auto map = cluster.map();
  auto db = need(openShard(file, cluster.vfs()));
  sqlite::registerTokenFunction(db.handle());
  if (need(db.singleInteger("SELECT count(*) FROM sqlite_schema WHERE name GLOB 'shardwright_guard_accounts_*'")) != 5) {
    faults.push_back(fmt::format("{}: the guard is not whole", file.id.text()));
    return;
  }
  const sqlite::Guard guard(keyspace, map->strategy());
  auto ask = need(db.prepare(fmt::format("SELECT r.id, {} FROM {} AS r",
                                         guard.gateExpression({"", "id", "id", {}}, "r"), probedKeys())));
  while (need(ask.step())) {
    const auto owner = need(map->placementOf(Key::ofInt(ask.integer(0)))).shard;
    const std::string_view expected = owner == file.id ? "open" : "elsewhere";
    if (ask.text(1) == expected) continue;
    faults.push_back(fmt::format("{}: the guard says {} of {}, the map says {}", file.id.text(), ask.text(1), ask.integer(0), expected));
    return;
  }
}

void checkPublished(const MoveCluster& cluster, std::vector<std::string>& faults) {
  const KeyspaceName name = MoveCluster::keyspace(cluster.moved()).name;
  const MapVersion inForce = cluster.map()->version();
  for (const ShardFile& file : cluster.files()) {
    const auto known = need(publishedMap({file}, name, cluster.vfs())());
    if (known.version != inForce)
      faults.push_back(fmt::format("{} publishes map version {}, {} is in force", file.id.text(), known.version, inForce));
  }
}

void checkLeft(const MoveCluster& cluster, std::vector<std::string>& faults) {
  const bool armed = need(cluster.catalog().planRecord(MoveCluster::planId)).state == PlanState::Watching;
  for (const std::string& left : cluster.leftovers())
    if (!armed || left.starts_with("a: shardwright_dirty")) faults.push_back("left over: " + left);
}

}  // namespace

std::vector<std::string> guardFaults(const MoveCluster& cluster) {
  std::vector<std::string> faults;
  for (const ShardFile& file : cluster.files())
    if (file.id != ShardId("c")) checkGuard(cluster, file, faults);
  return faults;
}

std::vector<std::string> faultsOf(const MoveCluster& cluster, std::int64_t leastAcknowledged) {
  std::vector<std::string> faults = guardFaults(cluster);
  const Verdict verdict = cluster.verdict(leastAcknowledged);
  if (!verdict.passed()) faults.push_back(verdict.text());
  checkPublished(cluster, faults);
  checkLeft(cluster, faults);
  std::ranges::copy(need(cluster.catalog().check()), std::back_inserter(faults));
  return faults;
}

}  // namespace shardwright::test
