#include "core/map/map_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "core/base/text.h"
#include "core/map/map_json.h"

namespace shardwright {

namespace {

// Counts what each shard outside the registry owns: one sentence a shard, however many ranges it has.
void checkOwners(const ShardMap& map, const std::unordered_set<ShardId>& known, std::vector<MapFinding>& findings) {
  const MapLine& line = map.line();
  std::vector<std::size_t> ranges(line.shards.size());
  std::vector<std::size_t> first(line.shards.size());
  for (std::size_t i = line.size(); i-- > 0;) {
    if (line.owners[i] == MapLine::nobody) continue;
    ++ranges[line.owners[i]];
    first[line.owners[i]] = i;
  }
  for (std::size_t shard = 0; shard < line.shards.size(); ++shard) {
    if (known.contains(line.shards[shard])) continue;
    const TokenRange tokens = map.tokens(first[shard]);
    findings.push_back(
        {"owners",
         fmt::format(
             "{} of the ranges, the first of them from {}, belong to \"{}\", which is no shard of this "
             "cluster; add the shard or give them to another",
             ranges[shard],
             tokens.from.isBeginning() ? "the beginning" : printable(map.strategy().formatToken(tokens.from), 80),
             printable(line.shards[shard].text()))});
  }
}

void checkPins(const ShardMap& map, const std::unordered_set<ShardId>& known, std::vector<MapFinding>& findings) {
  for (const Pin& pin : map.pins())
    if (!known.contains(pin.shard))
      findings.push_back(
          {"pins", fmt::format("the key {} is pinned to \"{}\", which is no shard of this cluster; add the shard or "
                               "pin the key elsewhere",
                               printable(pin.key.toText(), 80), printable(pin.shard.text()))});
}

}  // namespace

std::vector<MapFinding> checkMap(const ShardMap& map, std::span<const Shard> registry, const ShardMap* parent) {
  std::vector<MapFinding> findings;
  if (const auto problem = lineProblem(map.line(), map.strategy())) findings.push_back({"order", *problem});
  std::unordered_set<ShardId> known;
  for (const Shard& shard : registry) known.insert(shard.id);
  checkOwners(map, known, findings);
  checkPins(map, known, findings);
  if (parent && map.version() != parent->version() + 1)
    findings.push_back({"version", fmt::format("version {} follows version {}; the next version is {}", map.version(),
                                               parent->version(), parent->version() + 1)});
  if (parent && map.keyspace() != parent->keyspace())
    findings.push_back({"version", fmt::format("a map of keyspace {} cannot follow one of {}", map.keyspace().text(),
                                               parent->keyspace().text())});
  if (const std::string digest = mapDigest(map); digest != map.checksum())
    findings.push_back({"checksum", fmt::format("the map says {}, its content has {}; restore it from a backup",
                                                map.checksum(), digest)});
  return findings;
}

}  // namespace shardwright
