#include "core/plan/model.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <unordered_map>

#include "core/base/text.h"

namespace shardwright {

namespace {

std::int64_t belowCut(const SnapshotRange& range, std::uint32_t cut, std::size_t dimension) {
  if (cut == 0) return 0;
  if (cut > range.splitPoints.size()) return range.loads[dimension];
  return range.splitPoints[cut - 1].below[dimension];
}

std::string shown(std::string_view name) { return printable(name, 60); }

std::string notCounted(const ClusterSnapshot& snapshot, std::string_view metric) {
  const std::string keyspace = snapshot.keyspace.text().empty() ? "KEYSPACE" : snapshot.keyspace.text();
  return fmt::format("{} are not measured here, so they cannot be balanced. Take them from the application (load import {} TRACE.csv), "
                     "then plan again", metric == "ops" ? "operations" : metric, keyspace);
}

// What --metric takes: the snapshot's dimensions, and "ops" where there are reads or writes.
std::vector<std::string> metricNames(const ClusterSnapshot& snapshot) {
  std::vector<std::string> names = snapshot.dimensions;
  if (!dimensionNamed(snapshot, "ops") && (dimensionNamed(snapshot, "reads") || dimensionNamed(snapshot, "writes"))) names.push_back("ops");
  return names;
}

// The dimensions to balance by the names of metrics; "ops" stands for reads and writes where those are what there is.
Result<std::vector<std::size_t>> balancedDimensions(const ClusterSnapshot& snapshot, const std::vector<std::string>& metrics) {
  std::vector<std::size_t> out;
  const auto add = [&](std::string_view name) {
    const auto d = dimensionNamed(snapshot, name);
    if (d && std::find(out.begin(), out.end(), *d) == out.end()) out.push_back(*d);
    return d.has_value();
  };
  if (metrics.empty())
    for (const std::string& name : snapshot.dimensions) add(name);
  for (const std::string& metric : metrics) {
    bool found = add(metric);
    if (!found && metric == "ops") {
      found = add("reads");
      found = add("writes") || found;
    }
    if (found) continue;
    if (metric == "ops" || metric == "reads" || metric == "writes") return refused(notCounted(snapshot, metric));
    return notFound(fmt::format("there is no metric \"{}\" here; choose among {}", shown(metric), fmt::join(metricNames(snapshot), ", ")));
  }
  std::sort(out.begin(), out.end());
  return out;
}

class Builder {
 public:
  Builder(const ClusterSnapshot& snapshot, const PlanOptions& options) : m_snapshot(snapshot), m_options(options) {
    m_model.snapshot = &snapshot;
    for (ShardIndex s = 0; s < snapshot.shards.size(); ++s) m_shardOf.emplace(snapshot.shards[s].name, s);
  }

  Result<PlanModel> build(const std::vector<ShardId>& draining) {
    TRY(addDimensions());
    TRY(addShards(draining));
    TRY(addItems());
    addCapacities();
    return std::move(m_model);
  }

 private:
  Done addDimensions() {
    const std::vector<std::size_t> balanced = TRY(balancedDimensions(m_snapshot, m_options.metrics));
    const auto bytes = dimensionNamed(m_snapshot, "bytes");
    for (std::size_t d = 0; d < m_snapshot.dimensions.size(); ++d) {
      const bool counts = std::find(balanced.begin(), balanced.end(), d) != balanced.end();
      const bool capped = std::any_of(m_snapshot.shards.begin(), m_snapshot.shards.end(), [&](const SnapshotShard& shard) {
        return (!shard.cap.empty() && shard.cap[d]) || (bytes == d && shard.capacity[d]);
      });
      if (!counts && !capped) continue;
      m_model.dims.push_back({d, 0, false});
      m_model.problem.balanced.push_back(counts);
    }
    m_model.problem.dims = m_model.dims.size();
    m_model.problem.shards = m_snapshot.shards.size();
    return {};
  }

  Done addShards(const std::vector<ShardId>& draining) {
    m_drained.assign(m_snapshot.shards.size(), false);
    for (const ShardId& name : draining) {
      const auto found = m_shardOf.find(name);
      if (found == m_shardOf.end()) return notFound(fmt::format("there is no shard \"{}\" in the snapshot", shown(name.text())));
      m_drained[found->second] = true;
    }
    bool any = false;
    for (ShardIndex s = 0; s < m_snapshot.shards.size(); ++s) {
      const SnapshotShard& shard = m_snapshot.shards[s];
      const bool receives = shard.state == ShardState::Active && !m_drained[s] && !holdsNothing(shard);
      m_model.problem.receives.push_back(receives);
      any = any || receives;
      if (receives) continue;
      const std::string why = shard.state == ShardState::ReadOnly ? "it is read-only"
                              : m_drained[s] || shard.state == ShardState::Draining ? "it is draining"
                                                                                   : "its capacity is 0";
      m_model.refused.push_back({"shard " + shard.name.text(), "takes nothing: " + why});
    }
    if (!any) return refused("no shard of the cluster may take load: all are draining, read-only or without capacity; add a shard first");
    return {};
  }

  bool holdsNothing(const SnapshotShard& shard) const {
    if (shard.weight <= 0) return true;
    return std::any_of(m_model.dims.begin(), m_model.dims.end(), [&](const ModelDimension& d) { return shard.capacity[d.snapshot] == 0; });
  }

  bool mayHold(const SnapshotShard& shard, const std::string& tag) const {
    if (shard.allow) return tag.empty() ? true : std::find(shard.allow->begin(), shard.allow->end(), tag) != shard.allow->end();
    return tag.empty() || shard.zone == tag;
  }

  Result<std::uint32_t> classOf(const std::string& tag, const std::string& owner) {
    const auto [entry, fresh] = m_classes.try_emplace(tag, static_cast<std::uint32_t>(m_model.problem.classes.size()));
    if (!fresh) return entry->second;
    std::vector<char> members(m_snapshot.shards.size(), 0);
    for (ShardIndex s = 0; s < m_snapshot.shards.size(); ++s)
      members[s] = m_model.problem.receives[s] && mayHold(m_snapshot.shards[s], tag);
    if (std::none_of(members.begin(), members.end(), [](char m) { return m != 0; }))
      return refused(fmt::format("range {} must lie in zone \"{}\", but no shard there may take load; add one, or change the tag",
                                 shown(owner), shown(tag)));
    m_model.problem.classes.push_back(std::move(members));
    return entry->second;
  }

  // A range that nothing may move, or nothing; says why.
  std::optional<std::string> held(const SnapshotRange& range, ShardIndex home) const {
    if (m_snapshot.shards[home].state == ShardState::ReadOnly) return "its shard is read-only";
    if (range.pinned) return "it is held where it is";
    if (m_model.problem.receives[home] && m_options.now > 0 && range.cooldownUntil && *range.cooldownUntil > m_options.now)
      return fmt::format("it was moved lately and may not move again before {}", formatUtc(*range.cooldownUntil));
    return std::nullopt;
  }

  Done addItems() {
    std::unordered_map<std::string, std::vector<std::uint32_t>> groups;
    PlacementProblem& problem = m_model.problem;
    problem.load.reserve(m_snapshot.ranges.size() * problem.dims);
    for (std::uint32_t r = 0; r < m_snapshot.ranges.size(); ++r) {
      const SnapshotRange& range = m_snapshot.ranges[r];
      if (!range.shard) continue;
      if (range.group.empty()) {
        TRY(addItem({r}));
      } else {
        groups[range.group].push_back(r);
      }
    }
    std::vector<const std::vector<std::uint32_t>*> ordered;
    for (const auto& [name, members] : groups) ordered.push_back(&members);
    std::sort(ordered.begin(), ordered.end(), [](const auto* a, const auto* b) { return a->front() < b->front(); });
    for (const auto* members : ordered) TRY(addItem(*members));
    return {};
  }

  // What the members of an item have together.
  struct Together {
    std::map<ShardIndex, std::int64_t> bytesOn;
    std::vector<std::int64_t> load;
    std::string tag;
    bool fixed = false;
  };

  Result<Together> together(const std::vector<std::uint32_t>& members) {
    Together all;
    all.load.assign(m_model.problem.dims, 0);
    for (const std::uint32_t r : members) {
      const SnapshotRange& range = m_snapshot.ranges[r];
      const ShardIndex home = m_shardOf.at(*range.shard);
      all.bytesOn[home] += range.moveBytes;
      for (std::size_t d = 0; d < all.load.size(); ++d) all.load[d] += range.loads[m_model.dims[d].snapshot];
      if (!range.tag.empty() && !all.tag.empty() && all.tag != range.tag)
        return invalidInput(fmt::format("the group \"{}\" has ranges with the tags \"{}\" and \"{}\"; its members stay together, so they "
                                        "need one tag", shown(range.group), shown(all.tag), shown(range.tag)));
      if (!range.tag.empty()) all.tag = range.tag;
      const auto why = held(range, home);
      if (!why) continue;
      all.fixed = true;
      if (m_model.refused.size() < 100) m_model.refused.push_back({partName(range), *why});
    }
    return all;
  }

  // At home where most of it is. To move it costs what is there, less what lies on the next best place already.
  void addHome(const std::map<ShardIndex, std::int64_t>& bytesOn) {
    auto main = bytesOn.begin();
    std::int64_t second = 0;
    for (auto it = bytesOn.begin(); it != bytesOn.end(); ++it)
      if (it->second > main->second) main = it;
    for (const auto& [shard, bytes] : bytesOn)
      if (shard != main->first) second = std::max(second, bytes);
    m_model.problem.cost.push_back(main->second - second);
    m_model.problem.home.push_back(main->first);
  }

  Done addItem(const std::vector<std::uint32_t>& members) {
    const Together all = TRY(together(members));
    PlacementProblem& problem = m_model.problem;
    // A group that is held in one part cannot come together anywhere else; scattered and held, it is left alone.
    if (all.bytesOn.size() > 1 && !all.fixed) m_model.scattered = true;
    problem.load.insert(problem.load.end(), all.load.begin(), all.load.end());
    addHome(all.bytesOn);
    const std::uint32_t klass = TRY(classOf(all.tag, m_snapshot.ranges[members.front()].id));
    problem.klass.push_back(klass);
    problem.fixed.push_back(all.fixed);
    m_model.firstRange.push_back(members.front());
    m_model.groupOf.push_back(PlanModel::noGroup);
    if (members.size() > 1) {
      m_model.groupOf.back() = static_cast<std::uint32_t>(m_model.groups.size());
      m_model.groups.push_back(members);
    }
    return {};
  }

  // Declared capacities where every shard that counts has one; otherwise fair shares by weight.
  void addCapacities() {
    PlacementProblem& problem = m_model.problem;
    problem.capacity.assign(problem.shards * problem.dims, 0);
    problem.cap.assign(problem.shards * problem.dims, noLimit);
    problem.arrivalCap = problem.cap;
    for (std::size_t d = 0; d < problem.dims; ++d) {
      ModelDimension& dim = m_model.dims[d];
      Int128 weights = 0;
      for (ShardIndex s = 0; s < problem.shards; ++s) {
        if (!problem.receives[s]) continue;
        dim.byWeight = dim.byWeight || !m_snapshot.shards[s].capacity[dim.snapshot];
        weights += weightOf(s);
      }
      const std::int64_t total = scale(d);
      for (ShardIndex s = 0; s < problem.shards; ++s) {
        if (!problem.receives[s]) continue;
        std::int64_t& capacity = problem.capacity[s * problem.dims + d];
        if (dim.byWeight) {
          capacity = std::max<std::int64_t>(1, static_cast<std::int64_t>(static_cast<Int128>(total) * weightOf(s) / weights));
        } else {
          capacity = *m_snapshot.shards[s].capacity[dim.snapshot] << dim.shift;
        }
      }
      addCaps(d);
    }
  }

  // A shard that is above its cap already may only fall: what it holds now is its cap.
  void addCaps(std::size_t d) {
    PlacementProblem& problem = m_model.problem;
    const ModelDimension& dim = m_model.dims[d];
    std::vector<std::int64_t> held(problem.shards, 0);
    for (ItemIndex i = 0; i < problem.items(); ++i) held[problem.home[i]] += problem.loadOf(i)[d];
    const bool bytes = m_snapshot.dimensions[dim.snapshot] == "bytes";
    for (ShardIndex s = 0; s < problem.shards; ++s) {
      const SnapshotShard& shard = m_snapshot.shards[s];
      std::optional<std::int64_t> cap = shard.cap.empty() ? std::nullopt : shard.cap[dim.snapshot];
      if (!cap && bytes) cap = shard.capacity[dim.snapshot];
      if (!problem.receives[s] || !cap) continue;
      problem.arrivalCap[s * problem.dims + d] = *cap << dim.shift;
      problem.cap[s * problem.dims + d] = std::max(*cap << dim.shift, held[s]);
    }
  }

  std::int64_t weightOf(ShardIndex s) const { return std::max<std::int64_t>(1, std::llround(m_snapshot.shards[s].weight * 1e6)); }

  // Loads are shifted up so that rounding is far below one unit, and so that a unit twice as large changes nothing.
  std::int64_t scale(std::size_t d) {
    PlacementProblem& problem = m_model.problem;
    ModelDimension& dim = m_model.dims[d];
    std::int64_t total = 0, greatest = 1;
    for (ItemIndex i = 0; i < problem.items(); ++i)
      if (!problem.fixed[i] || problem.receives[problem.home[i]]) total += problem.loadOf(i)[d];
    for (const SnapshotShard& shard : m_snapshot.shards) {
      greatest = std::max(greatest, shard.capacity[dim.snapshot].value_or(0));
      if (!shard.cap.empty()) greatest = std::max(greatest, shard.cap[dim.snapshot].value_or(0));
    }
    greatest = std::max(greatest, total);
    dim.shift = std::max(0, 44 - static_cast<int>(std::bit_width(static_cast<std::uint64_t>(greatest))));
    for (ItemIndex i = 0; i < problem.items(); ++i) problem.load[i * problem.dims + d] <<= dim.shift;
    return total << dim.shift;
  }

  const ClusterSnapshot& m_snapshot;
  const PlanOptions& m_options;
  PlanModel m_model;
  std::unordered_map<ShardId, ShardIndex> m_shardOf;
  std::vector<bool> m_drained;
  std::map<std::string, std::uint32_t> m_classes;
};

}  // namespace

std::string partName(const SnapshotRange& range) { return range.pin ? "key " + printable(range.pin->toText(), 80) : "range " + printable(range.id, 80); }

std::optional<std::size_t> dimensionNamed(const ClusterSnapshot& snapshot, std::string_view name) {
  const auto found = std::find(snapshot.dimensions.begin(), snapshot.dimensions.end(), name);
  if (found == snapshot.dimensions.end()) return std::nullopt;
  return static_cast<std::size_t>(found - snapshot.dimensions.begin());
}

std::int64_t sliceAmount(const SnapshotRange& range, const Slice& slice, std::size_t dimension) {
  return belowCut(range, slice.until, dimension) - belowCut(range, slice.from, dimension);
}

std::int64_t shareOf(const SnapshotRange& range, const Slice& slice, std::size_t dimension, std::int64_t amount) {
  const std::int64_t whole = range.loads[dimension];
  const std::size_t cuts = range.splitPoints.size() + 1;
  const auto upTo = [&](std::uint32_t cut) {
    if (whole == 0) return static_cast<std::int64_t>(static_cast<Int128>(amount) * cut / static_cast<std::int64_t>(cuts));
    return static_cast<std::int64_t>(static_cast<Int128>(amount) * belowCut(range, cut, dimension) / whole);
  };
  return upTo(slice.until) - upTo(slice.from);
}

std::optional<TokenRange> sliceTokens(const SnapshotRange& range, const Slice& slice) {
  if (!range.tokens) return std::nullopt;
  TokenRange tokens = *range.tokens;
  if (slice.from > 0) tokens.from = range.splitPoints[slice.from - 1].at;
  if (slice.until <= range.splitPoints.size()) tokens.until = range.splitPoints[slice.until - 1].at;
  return tokens;
}

std::int64_t sliceBytes(const ClusterSnapshot& snapshot, const Slice& slice) {
  const SnapshotRange& range = snapshot.ranges[slice.range];
  return shareOf(range, slice, dimensionNamed(snapshot, "bytes").value_or(0), range.moveBytes);
}

std::int64_t sliceRows(const ClusterSnapshot& snapshot, const Slice& slice) {
  const auto rows = dimensionNamed(snapshot, "rows");
  return rows ? sliceAmount(snapshot.ranges[slice.range], slice, *rows) : 0;
}

std::int64_t PlanModel::sliceLoad(const Slice& slice, std::size_t d) const {
  return sliceAmount(snapshot->ranges[slice.range], slice, dims[d].snapshot) << dims[d].shift;
}

std::int64_t PlanModel::sliceCost(const Slice& slice) const { return sliceBytes(*snapshot, slice); }

Result<PlanModel> modelOf(const ClusterSnapshot& snapshot, const PlanOptions& options, const std::vector<ShardId>& draining) {
  return Builder(snapshot, options).build(draining);
}

std::vector<std::int64_t> smallestParts(const PlanModel& model, bool splits) {
  std::vector<std::int64_t> smallest = model.problem.load;
  for (ItemIndex i = 0; splits && i < model.problem.items(); ++i) {
    if (!model.divisible(i)) continue;
    const SnapshotRange& range = model.rangeOf(i);
    for (std::size_t d = 0; d < model.dims.size(); ++d) {
      std::int64_t heaviest = 0;
      for (std::uint32_t cut = 0; cut <= range.splitPoints.size(); ++cut)
        heaviest = std::max(heaviest, model.sliceLoad({model.firstRange[i], cut, cut + 1}, d));
      if (range.hotKey) heaviest = std::min(heaviest, range.hotKey->loads[model.dims[d].snapshot] << model.dims[d].shift);
      smallest[i * model.dims.size() + d] = heaviest;
    }
  }
  return smallest;
}

PlacementProblem finestProblem(const PlanModel& model) {
  const PlacementProblem& whole = model.problem;
  PlacementProblem fine = whole;
  fine.load.clear();
  fine.cost.clear();
  fine.home.clear();
  fine.klass.clear();
  fine.fixed.clear();
  for (ItemIndex i = 0; i < whole.items(); ++i) {
    const std::uint32_t pieces = model.divisible(i) ? static_cast<std::uint32_t>(model.rangeOf(i).splitPoints.size()) + 1 : 1;
    for (std::uint32_t cut = 0; cut < pieces; ++cut) {
      const Slice slice{model.firstRange[i], cut, cut + 1};
      for (std::size_t d = 0; d < whole.dims; ++d)
        fine.load.push_back(pieces == 1 ? whole.loadOf(i)[d] : model.sliceLoad(slice, d));
      fine.cost.push_back(pieces == 1 ? whole.cost[i] : model.sliceCost(slice));
      fine.home.push_back(whole.home[i]);
      fine.klass.push_back(whole.klass[i]);
      fine.fixed.push_back(whole.fixed[i]);
    }
  }
  return fine;
}

}  // namespace shardwright
