// A map of 1,000,000 ranges.
#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/map/map_diff.h"
#include "core/map/map_json.h"
#include "tests/bench/big_map.h"
#include "tests/bench/contest.h"
#include "tests/bench/sections.h"

namespace shardwright::bench {

namespace {

// The next version after `moves` ranges went to other shards.
ShardMap moved(const ShardMap& map, std::size_t moves) {
  MapBuilder builder(map);
  for (std::size_t i = 0; i < moves; ++i)
    builder.assign(map.tokens(i * (map.rangeCount() / moves)), ShardId(fmt::format("shard-{:02}", i % 40)));
  return *builder.build();
}

double medianSeconds(const std::function<void()>& work) {
  std::vector<double> seconds;
  for (int round = 0; round < 5; ++round) {
    const Stopwatch watch;
    work();
    seconds.push_back(watch.seconds());
  }
  std::ranges::sort(seconds);
  return seconds[2];
}

}  // namespace

void runMap() {
  const ShardMap map = bigMap();
  const std::string text = mapToJson(map);
  const ShardMap next = moved(map, 10'000);
  const MapDiff diff = *diffMaps(map, next);
  fmt::print("1,000,000 ranges of an int keyspace over 32 shards, {:.0f} MB of JSON (medians of 5)\n",
             static_cast<double>(text.size()) / 1e6);
  printFigure("load (JSON to ShardMap, checksum verified)",
              medianSeconds([&] { keep(mapFromJson(text)->rangeCount()); }), "s", 1);
  printFigure("the JSON library alone, to its own tree", medianSeconds([&] {
                keep(parseJson(text, {text.size(), 64})->size());
              }),
              "s");
  printFigure("write (ShardMap to JSON)", medianSeconds([&] { keep(mapToJson(map).size()); }), "s");
  printFigure("diff after 10,000 moves", medianSeconds([&] { keep(diffMaps(map, next)->owners.size()); }), "s", 1);
  printFigure("diff against a map of other bounds",
              medianSeconds([&, other = evenMap(map.keyspace(), map.strategy(), map.shards())] {
                keep(diffMaps(map, *other)->merges.size());
              }),
              "s", 1);
  printFigure("apply the diff of 10,000 moves", medianSeconds([&] { keep(applyDiff(map, diff)->rangeCount()); }), "s");
  printFigure("one move: next version with its checksum", medianSeconds([&] { keep(moved(map, 1).rangeCount()); }),
              "s");
  printFigure("10,000 moves: next version with its checksum",
              medianSeconds([&] { keep(moved(map, 10'000).rangeCount()); }), "s");
  printFigure("memory", static_cast<double>(mapFromJson(text)->bytes()) / static_cast<double>(bigMapRanges), "B a range",
              120);
}

}  // namespace shardwright::bench
