#include "core/manager/open_moves.h"

#include <fmt/format.h>

#include <algorithm>

namespace shardwright {

bool carries(const PlacedPart& part, const Key& key, const Token& token) {
  if (part.pin) return *part.pin == key;
  return part.range.contains(token) && !std::ranges::binary_search(part.withoutPins, key);
}

Result<OpenMoves> OpenMoves::of(Catalog& catalog, const Keyspace& keyspace) {
  OpenMoves open;
  const auto records = TRY(catalog.plans());
  for (const PlanRecord& record : records) {
    if (record.keyspace != keyspace.name) continue;
    const auto rows = TRY(catalog.moves(record.id));
    if (std::ranges::all_of(rows, [](const MoveRow& row) { return isFinal(row.phase); })) continue;
    const auto plan = TRY(catalog.plan(record.id));
    const auto base = TRY(catalog.mapAt(keyspace.name, plan.baseVersion));
    for (const MoveRow& row : rows) {
      if (isFinal(row.phase)) continue;
      const auto planned = std::ranges::find(plan.moves, row.move, &PlannedMove::id);
      if (planned == plan.moves.end()) {
        return corrupt(fmt::format("the journal has a move {} that plan {} has not.", row.move.text(), record.id.text()));
      }
      open.m_moves.push_back({row, *planned, partOf(*base, *planned)});
      open.m_fingerprint += fmt::format("{}/{}/{};", record.id.text(), row.move.text(), phaseKey(row.phase));
    }
  }
  return open;
}

const OpenMove* OpenMoves::holding(const ShardId& shard, const Key& key, const Token& token) const {
  for (const OpenMove& open : m_moves) {
    const bool itsShard = open.move.source == shard || open.move.target == shard;
    if (itsShard && carries(open.part, key, token)) return &open;
  }
  return nullptr;
}

}  // namespace shardwright
