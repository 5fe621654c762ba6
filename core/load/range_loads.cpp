#include "core/load/range_loads.h"

#include <algorithm>
#include <map>

namespace shardwright {

namespace {

using Amount = std::optional<std::int64_t> RangeLoad::*;

// Ranges of the map that a range of a sample covers: first and number.
struct Cover {
  std::size_t first = 0;
  std::size_t count = 1;
};

Cover coverOf(const ShardMap& map, const TokenRange& tokens) {
  Cover cover{map.indexOf(tokens.from), 1};
  while (cover.first + cover.count < map.rangeCount()) {
    const Token& next = map.tokens(cover.first + cover.count).from;
    if (tokens.until && next >= *tokens.until) break;
    ++cover.count;
  }
  return cover;
}

// The part of `amount` that goes to the k-th of `count`, such that all parts add up to it.
std::int64_t part(std::int64_t amount, std::size_t k, std::size_t count) {
  const auto n = static_cast<std::int64_t>(count), i = static_cast<std::int64_t>(k);
  return amount / n + (i < amount % n ? 1 : 0);
}

void add(RangeLoads& out, const Cover& cover, const RangeLoad& from, Amount amount) {
  if (!(from.*amount)) return;
  for (std::size_t k = 0; k < cover.count; ++k) {
    auto& to = out.ranges[cover.first + k].*amount;
    to = to.value_or(0) + part(*(from.*amount), k, cover.count);
  }
}

// One sample's rows or bytes replace what an older one said, range by range of the map.
void replace(RangeLoads& out, const std::vector<Cover>& covers, const LoadSample& sample, Amount amount) {
  std::vector<char> fresh(out.ranges.size(), 0);
  for (std::size_t r = 0; r < covers.size(); ++r) {
    if (!(sample.ranges[r].*amount)) continue;
    for (std::size_t k = 0; k < covers[r].count; ++k) {
      auto& to = out.ranges[covers[r].first + k].*amount;
      if (!fresh[covers[r].first + k]) to = 0;
      fresh[covers[r].first + k] = 1;
      *to += part(*(sample.ranges[r].*amount), k, covers[r].count);
    }
  }
}

// What is certain of a pinned key's accesses goes from the range around it to the pin, reads and writes in the range's proportion.
void moveAccesses(const KeyLoad& key, RangeLoad& range, PinLoad& pin) {
  const double all = static_cast<double>(range.reads.value_or(0)) + static_cast<double>(range.writes.value_or(0));
  const double share = all > 0 ? std::clamp(static_cast<double>(key.count - key.error) / all, 0.0, 1.0) : 0.0;
  const auto move = [share](std::optional<std::int64_t>& from, std::optional<std::int64_t>& to) {
    if (!from) return;
    to = static_cast<std::int64_t>(static_cast<double>(*from) * share);
    *from -= *to;
  };
  move(range.reads, pin.reads);
  move(range.writes, pin.writes);
}

void addPins(const ShardMap& map, std::span<const LoadSample> samples, RangeLoads& out) {
  std::map<Key, const PinLoad*> latest;
  for (const LoadSample& sample : samples)
    for (const PinLoad& pin : sample.pins)
      if (pin.rows || pin.bytes) latest[pin.key] = &pin;
  out.pins.reserve(map.pins().size());
  for (const Pin& pin : map.pins()) {
    PinLoad& load = out.pins.emplace_back(PinLoad{pin.key, pin.shard, {}, {}, {}, {}});
    if (const auto known = latest.find(pin.key); known != latest.end()) {
      load.rows = known->second->rows;
      load.bytes = known->second->bytes;
    }
  }
  for (const KeyLoad& key : out.keys) {
    const Pin* pin = map.pinOf(key.key);
    const auto token = map.strategy().tokenOf(key.key);
    if (pin != nullptr && token) moveAccesses(key, out.ranges[map.indexOf(*token)], out.pins[static_cast<std::size_t>(pin - map.pins().data())]);
  }
}

}  // namespace

RangeLoads loadsUnder(const ShardMap& map, std::span<const LoadSample> samples) {
  RangeLoads out;
  out.ranges.reserve(map.rangeCount());
  for (std::size_t i = 0; i < map.rangeCount(); ++i) {
    RangeLoad& range = out.ranges.emplace_back();
    range.tokens = map.tokens(i);
    range.shard = map.owner(i);
  }
  std::map<Key, KeyLoad> keys;
  for (const LoadSample& sample : samples) {
    out.at = std::max(out.at, sample.at);
    out.generated = out.generated || sample.generated;
    std::vector<Cover> covers;
    covers.reserve(sample.ranges.size());
    bool counted = false;
    for (const RangeLoad& range : sample.ranges) {
      covers.push_back(coverOf(map, range.tokens));
      counted = counted || range.reads || range.writes;
      add(out, covers.back(), range, &RangeLoad::reads);
      add(out, covers.back(), range, &RangeLoad::writes);
    }
    replace(out, covers, sample, &RangeLoad::rows);
    replace(out, covers, sample, &RangeLoad::bytes);
    if (counted) out.seconds += sample.seconds;
    for (const KeyLoad& key : sample.hotKeys) {
      KeyLoad& sum = keys.try_emplace(key.key, KeyLoad{key.key, 0, 0}).first->second;
      sum.count += key.count;
      sum.error += key.error;
    }
  }
  for (auto& [key, load] : keys) out.keys.push_back(std::move(load));
  std::stable_sort(out.keys.begin(), out.keys.end(), [](const KeyLoad& a, const KeyLoad& b) { return a.count - a.error > b.count - b.error; });
  addPins(map, samples, out);
  return out;
}

}  // namespace shardwright
