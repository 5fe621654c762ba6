// Routing: lookups in the routing table and in what one would otherwise take. Tokens are made on the fly by a
// pseudo-random permutation (about 1 ns, the same for all), so that no array of questions crowds the caches.
#include <absl/container/btree_map.h>
#include <absl/container/flat_hash_map.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>

#include "core/base/bytes.h"
#include "core/base/clock.h"
#include "core/map/routing_table.h"
#include "tests/bench/contest.h"
#include "tests/bench/sections.h"

namespace shardwright::bench {

namespace {

std::uint64_t scattered(std::uint64_t x) {  // splitmix64's finaliser: one to one
  x += 0x9e3779b97f4a7c15;
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
  x = (x ^ x >> 27) * 0x94d049bb133111eb;
  return x ^ x >> 31;
}

// `lookup` of question(0), question(1), ... side by side.
template <class Question, class Lookup>
Contest::Run independent(Question question, Lookup lookup) {
  return [=, at = std::uint64_t{0}](std::size_t operations) mutable {
    std::uint64_t sum = 0;
    const Stopwatch watch;
    for (std::size_t i = 0; i < operations; ++i) sum += lookup(question(at++));
    const double seconds = watch.seconds();
    keep(sum);
    return seconds;
  };
}

// Each question needs the answer before it, as when a request is routed, then the next.
template <class Question, class Lookup>
Contest::Run dependent(Question question, Lookup lookup) {
  return [=, at = std::uint64_t{0}](std::size_t operations) mutable {
    std::uint64_t answer = 0;
    const Stopwatch watch;
    for (std::size_t i = 0; i < operations; ++i) answer = lookup(question(at++ + (answer << 40)));
    const double seconds = watch.seconds();
    keep(answer);
    return seconds;
  };
}

ShardId shardOf(std::uint64_t index) { return ShardId(fmt::format("shard-{:02}", scattered(index) % 32)); }

// Sorted bounds with an owner after each, as arrays, trees and routing table see them.
struct Line {
  std::vector<std::uint64_t> bounds;  // the first is 0
  std::vector<std::uint32_t> owners;
  ShardMap map;
  RoutingTable table;
};

ShardingStrategy hashed() {
  return *ShardingStrategy::make({StrategyKind::Hash, KeyType::Int, "md5-64", std::nullopt});
}

Line lineOf(std::vector<std::uint64_t> bounds) {
  bounds.push_back(0);
  std::ranges::sort(bounds);
  bounds.erase(std::ranges::unique(bounds).begin(), bounds.end());
  MapBuilder builder(KeyspaceName("bench"), hashed());
  std::vector<std::uint32_t> owners;
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    const ShardId shard = shardOf(i);
    if (!builder.append(i == 0 ? Token::beginning() : Token{bigEndian64(bounds[i])}, shard)) std::abort();
    owners.push_back(static_cast<std::uint32_t>(std::stoi(shard.text().substr(6))));
  }
  ShardMap map = *builder.build();
  RoutingTable table = RoutingTable::build(map);
  return {std::move(bounds), std::move(owners), std::move(map), std::move(table)};
}

std::vector<std::uint64_t> randomBounds(std::size_t count) {
  std::mt19937_64 random(7);
  std::vector<std::uint64_t> bounds(count - 1);
  for (auto& bound : bounds) bound = random();
  return bounds;
}

template <class Tree>
Tree treeOf(const Line& line) {
  Tree tree;
  for (std::size_t i = 0; i < line.bounds.size(); ++i) tree.emplace_hint(tree.end(), line.bounds[i], line.owners[i]);
  return tree;
}

using Map = std::map<std::uint64_t, std::uint32_t>;
using Btree = absl::btree_map<std::uint64_t, std::uint32_t>;

template <class Question>
void contestOver(const std::string& title, const Line& line, Question question, double goal, double goalRatio) {
  const auto tree = treeOf<Map>(line);
  const auto btree = treeOf<Btree>(line);
  const auto ours = [&line](std::uint64_t token) { return line.table.shardOfPrefix(token); };
  const auto sorted = [&line](std::uint64_t token) {
    const auto after = std::upper_bound(line.bounds.begin(), line.bounds.end(), token);
    return line.owners[static_cast<std::size_t>(after - line.bounds.begin()) - 1];
  };
  const auto inTree = [&tree](std::uint64_t token) { return std::prev(tree.upper_bound(token))->second; };
  const auto inBtree = [&btree](std::uint64_t token) { return std::prev(btree.upper_bound(token))->second; };
  const auto hold = [&](const std::string& how, auto asked) {
    Contest contest(fmt::format("{}, {} lookups", title, how));
    contest.add("RoutingTable", asked(question, ours)).add("std::upper_bound", asked(question, sorted));
    contest.add("absl::btree_map", asked(question, inBtree)).add("std::map", asked(question, inTree));
    if (goal > 0) contest.goalNanoseconds(goal);
    if (goalRatio > 0) contest.goalRatio("std::upper_bound", goalRatio);
    contest.hold();
  };
  hold("independent", [](auto q, auto l) { return independent(q, l); });
  hold("dependent", [](auto q, auto l) { return dependent(q, l); });
}

void slotTable() {
  std::vector<std::uint64_t> bounds;
  for (std::uint64_t slot = 1; slot < 16'384; ++slot) bounds.push_back(slot << 50);
  contestOver("hash line of 16,384 slots", lineOf(bounds), scattered, 0, 0);
}

void randomRanges() {
  contestOver("1,000 ranges", lineOf(randomBounds(1'000)), scattered, 0, 0);
  contestOver("16,384 ranges", lineOf(randomBounds(16'384)), scattered, 15, 0);
  const Line million = lineOf(randomBounds(1'000'000));
  contestOver("1,000,000 ranges", million, scattered, 50, 3);

  std::array<std::uint64_t, 256> tokens{};
  std::array<std::uint32_t, 256> owners{};
  const auto batched = [&](std::size_t operations) {
    std::uint64_t at = operations, sum = 0;
    const Stopwatch watch;
    for (std::size_t done = 0; done < operations; done += tokens.size()) {
      for (auto& token : tokens) token = scattered(at++);
      million.table.shardsOf(tokens, owners);
      sum += owners[0];
    }
    const double seconds = watch.seconds();
    keep(sum);
    return seconds;
  };
  Contest("1,000,000 ranges, 256 tokens at once").add("RoutingTable::shardsOf", batched).goalNanoseconds(10).hold();
  const Stopwatch watch;
  const RoutingTable again = RoutingTable::build(million.map);
  printFigure("routing table of 1,000,000 ranges: built in", watch.seconds() * 1e3, "ms");
  printFigure("routing table of 1,000,000 ranges: memory", static_cast<double>(again.bytes()) / 1e6, "B a range");
}

// Where equal slots would not do: ids in a dense cluster with strangers far off, and bounds at every scale.
void skewedRanges() {
  std::vector<std::uint64_t> cluster;
  for (std::uint64_t i = 0; i < 999'990; ++i)
    cluster.push_back((std::uint64_t{1} << 63) + i * 100 + scattered(i) % 100);
  for (std::uint64_t i = 1; i <= 10; ++i) cluster.push_back(i << 59);
  contestOver(
      "1,000,000 ranges, all but ten in 10^8 neighbouring ids", lineOf(cluster),
      [](std::uint64_t i) { return (std::uint64_t{1} << 63) + scattered(i) % 100'000'000; }, 0, 0);
  std::vector<std::uint64_t> scales;
  for (std::uint64_t i = 0; i < 1'000'000; ++i) scales.push_back(scattered(i) >> scattered(i + 1'000'000'000) % 60);
  contestOver(
      "1,000,000 ranges at every scale from 2^4 to 2^64", lineOf(scales),
      [](std::uint64_t i) { return scattered(i) >> (i & 63) % 60; }, 0, 0);
}

void textRanges() {
  const auto key = [](std::uint64_t i) {
    return fmt::format("tenant:{:08x}:orders", static_cast<std::uint32_t>(scattered(i)));
  };
  std::vector<std::string> bounds;
  for (std::uint64_t i = 0; i < 1'000'000; ++i) bounds.push_back(key(i));
  std::ranges::sort(bounds);
  bounds.erase(std::ranges::unique(bounds).begin(), bounds.end());
  MapBuilder builder(KeyspaceName("bench"),
                     *ShardingStrategy::make({StrategyKind::Range, KeyType::Text, "", std::nullopt}));
  std::vector<std::uint32_t> owners = {0};
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    if (!builder.append(Token{bounds[i]}, shardOf(i))) std::abort();
    owners.push_back(static_cast<std::uint32_t>(scattered(i) % 32));
  }
  const RoutingTable table = RoutingTable::build(*builder.build());
  std::vector<Key> keys;
  for (std::uint64_t i = 0; i < 1 << 16; ++i) keys.push_back(*Key::ofText(key(i * 7'919)));
  const auto question = [&](std::uint64_t i) -> const Key& { return keys[i % keys.size()]; };
  Contest("1,000,000 ranges of text, independent lookups")
      .add("RoutingTable", independent(question, [&](const Key& asked) { return table.shardOf(asked); }))
      .add("std::upper_bound", independent(question,
                                           [&](const Key& asked) {
                                             const auto after =
                                                 std::upper_bound(bounds.begin(), bounds.end(), asked.asText());
                                             return owners[static_cast<std::size_t>(after - bounds.begin())];
                                           }))
      .hold();
}

// 1,000,000 pinned keys: asked for those, then for others, which are in the line's one range.
void pins() {
  constexpr std::uint64_t count = 1'000'000;
  const auto even = [](std::uint64_t i) { return static_cast<std::int64_t>(scattered(i) & ~std::uint64_t{1}); };
  const auto pinned = [even](std::uint64_t i) { return even(scattered(i) % count); };
  const auto stranger = [](std::uint64_t i) { return static_cast<std::int64_t>(scattered(i) | 1); };
  MapBuilder builder(KeyspaceName("bench"),
                     *ShardingStrategy::make({StrategyKind::Range, KeyType::Int, "", std::nullopt}));
  if (!builder.append(Token::beginning(), ShardId("line"))) std::abort();
  std::vector<std::pair<std::int64_t, std::uint32_t>> sorted;
  for (std::uint64_t i = 0; i < count; ++i) sorted.emplace_back(even(i), static_cast<std::uint32_t>(scattered(i) % 32));
  std::ranges::sort(sorted);
  for (const auto& [key, owner] : sorted)
    if (!builder.pin(Key::ofInt(key), ShardId(fmt::format("shard-{:02}", owner)))) std::abort();
  const RoutingTable table = RoutingTable::build(*builder.build());
  const absl::flat_hash_map<std::int64_t, std::uint32_t> hashTable(sorted.begin(), sorted.end());
  const absl::btree_map<std::int64_t, std::uint32_t> btree(sorted.begin(), sorted.end());
  const std::map<std::int64_t, std::uint32_t> tree(sorted.begin(), sorted.end());
  const auto ours = [&](std::int64_t key) { return table.shardOf(Key::ofInt(key)); };
  const auto in = [](const auto& container) {
    return [&container](std::int64_t key) {
      const auto found = container.find(key);
      return found == container.end() ? 99u : found->second;
    };
  };
  const auto inArray = [&](std::int64_t key) {
    const auto after = std::upper_bound(sorted.begin(), sorted.end(), std::pair(key, UINT32_MAX));
    return after != sorted.begin() && std::prev(after)->first == key ? std::prev(after)->second : 99u;
  };
  const auto hold = [&](const std::string& title, auto question, auto asked) {
    Contest contest(title);
    contest.add("RoutingTable", asked(question, ours)).add("absl::flat_hash_map", asked(question, in(hashTable)));
    contest.add("std::upper_bound", asked(question, inArray)).add("absl::btree_map", asked(question, in(btree)));
    contest.add("std::map", asked(question, in(tree)));
    contest.hold();
  };
  const auto side = [](auto q, auto l) { return independent(q, l); };
  const auto chain = [](auto q, auto l) { return dependent(q, l); };
  hold("1,000,000 pins, pinned keys, independent lookups", pinned, side);
  hold("1,000,000 pins, pinned keys, dependent lookups", pinned, chain);
  hold("1,000,000 pins, other keys, independent lookups", stranger, side);
  hold("1,000,000 pins, other keys, dependent lookups", stranger, chain);
}

}  // namespace

void runRouting() {
  slotTable();
  randomRanges();
  skewedRanges();
  textRanges();
  pins();
}

}  // namespace shardwright::bench
