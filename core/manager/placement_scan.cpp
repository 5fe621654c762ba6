#include "core/manager/placement_scan.h"

#include <fmt/format.h>

#include <optional>

#include "core/base/text.h"

namespace shardwright {

Result<PlacementScan> scanPlacement(ShardSession& session, const Keyspace& keyspace, const RoutingTable& routing,
                                    const ShardId& shard, const std::function<void(StrayKey)>& each,
                                    std::stop_token stop) {
  PlacementScan scan;
  for (const TableRef& table : keyspace.tables) {
    const auto look = [&](const Key& key, std::int64_t rows) {
      scan.rows += rows;
      const std::uint32_t owner = routing.shardOf(key);
      const bool owned = owner != RoutingTable::nobody;
      if (owned && routing.shards()[owner] == shard) return true;
      scan.stray += rows;
      each({table, key, rows, owned ? std::optional(routing.shards()[owner]) : std::nullopt});
      return true;
    };
    TRY(session.scanKeys(keyspace, table, {}, look, stop));
  }
  return scan;
}

Done refuseStrays(ShardSession& session, const Keyspace& keyspace, const ShardMap& map, const ShardId& shard,
                  std::stop_token stop) {
  const RoutingTable routing = RoutingTable::build(map);
  std::optional<StrayKey> example;
  const auto scan = TRY(scanPlacement(
      session, keyspace, routing, shard, [&](StrayKey stray) { if (!example) example = std::move(stray); }, stop));
  if (!example) return {};
  return refused(fmt::format("{} of {} rows on shard {} would belong elsewhere by this map, such as key {} of table {}, owned "
                             "by {}. Let the map say where the rows are, and move them by a plan.",
                             formatCount(scan.stray), formatCount(scan.rows), shard.text(), printable(example->key.toText(), 60),
                             example->table.name, example->owner ? example->owner->text() : "nobody"));
}

}  // namespace shardwright
