#include "tests/plan/plan_checker.h"

#include <algorithm>

namespace shardwright::tests {

namespace {

__extension__ typedef __int128 Wide;

std::size_t bytesOf(const ClusterSnapshot& snapshot) {
  return static_cast<std::size_t>(std::find(snapshot.dimensions.begin(), snapshot.dimensions.end(), "bytes") - snapshot.dimensions.begin());
}

// Load of the range below `at`, which is its beginning, its end or one of its split points.
std::vector<std::int64_t> below(const SnapshotRange& range, const std::optional<Token>& at) {
  if (at == range.tokens->from) return std::vector<std::int64_t>(range.loads.size(), 0);
  for (const SplitPoint& point : range.splitPoints)
    if (point.at == at) return point.below;
  return range.loads;
}

std::vector<std::int64_t> minus(std::vector<std::int64_t> a, const std::vector<std::int64_t>& b) {
  for (std::size_t d = 0; d < a.size(); ++d) a[d] -= b[d];
  return a;
}

// The part of `range` between two places, as a range of its own.
SnapshotRange pieceOf(const SnapshotRange& range, const Token& from, const std::optional<Token>& until, std::size_t bytes) {
  SnapshotRange piece = range;
  const std::vector<std::int64_t> start = below(range, from);
  piece.tokens = TokenRange{from, until};
  piece.loads = minus(below(range, until), start);
  if (bytes < piece.loads.size()) piece.moveBytes = piece.loads[bytes];
  piece.splitPoints.clear();
  for (const SplitPoint& point : range.splitPoints)
    if (piece.tokens->from < point.at && piece.tokens->contains(point.at)) piece.splitPoints.push_back({point.at, minus(point.below, start)});
  return piece;
}

std::vector<SnapshotRange> piecesOf(const SnapshotRange& range, const std::vector<Token>& splits, std::size_t bytes) {
  std::vector<Token> starts;
  for (const Token& cut : splits)
    if (std::any_of(range.splitPoints.begin(), range.splitPoints.end(), [&](const SplitPoint& point) { return point.at == cut; })) starts.push_back(cut);
  if (starts.empty()) return {range};
  starts.insert(starts.begin(), range.tokens->from);
  std::vector<SnapshotRange> pieces;
  for (std::size_t k = 0; k < starts.size(); ++k) {
    pieces.push_back(pieceOf(range, starts[k], k + 1 < starts.size() ? std::optional<Token>(starts[k + 1]) : range.tokens->until, bytes));
    pieces.back().id += std::string(k, '+');
  }
  return pieces;
}

// The moves, wave by wave: what is held while they run, and at the end.
class Replay {
 public:
  Replay(const ClusterSnapshot& before, const std::set<ShardId>& drained) : m_before(before), m_drained(drained), m_held(loadsOf(before)), m_bytes(bytesOf(before)) {
    for (const SnapshotRange& range : before.ranges) m_byId[range.id] = &range;
  }

  std::string moves(const std::vector<ProposedMove>& moves) {
    for (const ProposedMove& move : moves) {
      if (move.wave < m_wave || move.wave > m_wave + 1) return "waves out of order";
      if (move.wave > m_wave) endWave();
      m_wave = move.wave;
      if (std::string broken = mayNot(move); !broken.empty()) return broken;
      if (std::string broken = carry(move); !broken.empty()) return broken;
    }
    endWave();
    return {};
  }

  const ShardLoads& held() const { return m_held; }

 private:
  void endWave() {
    for (const auto& [shard, load] : m_leaving) m_held[shard] = minus(m_held[shard], load);
    m_leaving.clear();
    m_in.clear();
    m_out.clear();
  }

  std::string mayNot(const ProposedMove& move) {
    if (!m_byId.contains(move.range)) return "a move of no range";
    const SnapshotRange& range = *m_byId[move.range];
    if (range.shard != move.source) return "a move from where the range is not";
    if (range.pinned) return "a pinned range moves";
    const SnapshotShard& target = shardOf(m_before, move.target);
    if (target.state != ShardState::Active || m_drained.contains(move.target)) return "a shard takes load that may not";
    if (!range.tag.empty() && target.zone != range.tag) return "a tag is broken";
    if (++m_in[move.target] > target.slotsIn || ++m_out[move.source] > shardOf(m_before, move.source).slotsOut) return "too many at a time";
    return {};
  }

  std::string carry(const ProposedMove& move) {
    const SnapshotRange& range = *m_byId[move.range];
    std::vector<std::int64_t> load = range.loads;
    if (move.tokens && move.tokens != range.tokens) load = minus(below(range, move.tokens->until), below(range, move.tokens->from));
    std::vector<std::int64_t>& arriving = m_held[move.target];
    for (std::size_t d = 0; d < load.size(); ++d) arriving[d] += load[d];
    if (m_bytes < load.size()) {
      const auto& capacity = shardOf(m_before, move.target).capacity[m_bytes];
      if (move.bytes != load[m_bytes]) return "bytes of a move are not what it carries";
      if (load[m_bytes] > 0 && capacity && arriving[m_bytes] > *capacity) return "a shard is over its capacity while a move runs";
    }
    m_leaving.emplace_back(move.source, std::move(load));
    return {};
  }

  const ClusterSnapshot& m_before;
  const std::set<ShardId>& m_drained;
  ShardLoads m_held;
  std::size_t m_bytes;
  std::map<std::string, const SnapshotRange*> m_byId;
  int m_wave = 1;
  std::map<ShardId, int> m_in, m_out;
  std::vector<std::pair<ShardId, std::vector<std::int64_t>>> m_leaving;
};

std::string tornGroup(const ClusterSnapshot& after) {
  std::map<std::string, std::set<ShardId>> groups;
  for (const SnapshotRange& range : after.ranges)
    if (!range.group.empty()) groups[range.group].insert(*range.shard);
  for (const auto& [group, shards] : groups)
    if (shards.size() != 1) return "a group is torn";
  return {};
}

std::string wrongSummary(const PlacementSummary& summary, const ShardLoads& held, const char* when) {
  for (const ShardLoad& shard : summary.perShard)
    if (shard.loads != held.at(shard.shard)) return std::string(when) + " does not say what the shards hold";
  return {};
}

std::string falseBound(const PlanProposal& proposal) {
  if (proposal.bounds.maxUtilisation && proposal.after.maxUtilisation && *proposal.bounds.maxUtilisation > *proposal.after.maxUtilisation)
    return "the bound on utilisation lies above the plan";
  if (proposal.bounds.movedBytes > proposal.movedBytes()) return "the bound on bytes lies above the plan";
  return {};
}

}  // namespace

const SnapshotShard& shardOf(const ClusterSnapshot& snapshot, const ShardId& name) {
  return *std::find_if(snapshot.shards.begin(), snapshot.shards.end(), [&](const SnapshotShard& s) { return s.name == name; });
}

ShardLoads loadsOf(const ClusterSnapshot& snapshot) {
  ShardLoads loads;
  for (const SnapshotShard& shard : snapshot.shards) loads[shard.name].assign(snapshot.dimensions.size(), 0);
  for (const SnapshotRange& range : snapshot.ranges)
    if (range.shard)
      for (std::size_t d = 0; d < range.loads.size(); ++d) loads[*range.shard][d] += range.loads[d];
  return loads;
}

ClusterSnapshot afterwards(const ClusterSnapshot& before, const PlanProposal& proposal) {
  std::multimap<std::string, const ProposedMove*> moves;
  for (const ProposedMove& move : proposal.moves) moves.emplace(move.range, &move);
  ClusterSnapshot after = before;
  after.ranges.clear();
  for (const SnapshotRange& range : before.ranges) {
    for (SnapshotRange& piece : piecesOf(range, proposal.splits, bytesOf(before))) {
      const auto [first, end] = moves.equal_range(range.id);
      for (auto move = first; move != end; ++move)
        if (!move->second->tokens || move->second->tokens->contains(*piece.tokens)) piece.shard = move->second->target;
      after.ranges.push_back(std::move(piece));
    }
  }
  return after;
}

std::int64_t highest(const ClusterSnapshot& snapshot, const std::set<ShardId>& drained) {
  std::int64_t most = 0;
  for (const auto& [name, loads] : loadsOf(snapshot)) {
    const SnapshotShard& shard = shardOf(snapshot, name);
    if (shard.state != ShardState::Active || drained.contains(name)) continue;
    for (std::size_t d = 0; d < loads.size(); ++d)
      most = std::max(most, static_cast<std::int64_t>((static_cast<Wide>(loads[d]) * 1'000'000'000'000 + *shard.capacity[d] - 1) / *shard.capacity[d]));
  }
  return most;
}

std::string violation(const ClusterSnapshot& before, const PlanProposal& proposal, const std::set<ShardId>& drained) {
  Replay replay(before, drained);
  if (std::string broken = replay.moves(proposal.moves); !broken.empty()) return broken;
  const ClusterSnapshot after = afterwards(before, proposal);
  if (loadsOf(after) != replay.held()) return "the moves do not add up to the placement";
  if (std::string broken = tornGroup(after); !broken.empty()) return broken;
  if (std::string broken = wrongSummary(proposal.after, replay.held(), "after"); !broken.empty()) return broken;
  if (std::string broken = wrongSummary(proposal.before, loadsOf(before), "before"); !broken.empty()) return broken;
  return falseBound(proposal);
}

}  // namespace shardwright::tests
