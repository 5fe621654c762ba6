#include "core/manager/verify_pass.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "core/base/text.h"
#include "core/manager/key_sample.h"
#include "core/manager/move_task.h"

namespace shardwright {

namespace {

constexpr std::size_t mostExamples = 10;

bool isCutOver(const OpenMove& open) { return open.row.phase == Phase::Decided || open.row.phase == Phase::Watching; }

std::string rowsText(std::int64_t rows) { return fmt::format("{} {}", formatCount(rows), rows == 1 ? "row" : "rows"); }

std::string momentOf(MapVersion version, const OpenMoves& open) {
  return fmt::format("{}:{}", version, open.fingerprint());
}

}  // namespace

VerifyPass::VerifyPass(Workspace& workspace, Keyspace keyspace, std::shared_ptr<const ShardMap> map, OpenMoves open,
                       const VerifyOptions& options)
    : m_workspace(workspace),
      m_keyspace(std::move(keyspace)),
      m_map(std::move(map)),
      m_routing(RoutingTable::build(*m_map)),
      m_open(std::move(open)),
      m_options(options),
      m_moment(momentOf(m_map->version(), m_open)) {}

Result<VerifyPass> VerifyPass::begin(Workspace& workspace, const KeyspaceName& name, const VerifyOptions& options) {
  auto keyspace = TRY(workspace.catalog().keyspace(name));
  auto map = TRY(workspace.catalog().currentMap(name));
  auto open = TRY(OpenMoves::of(workspace.catalog(), keyspace));
  return VerifyPass(workspace, std::move(keyspace), std::move(map), std::move(open), options);
}

Result<std::string> VerifyPass::momentNow(Workspace& workspace, const Keyspace& keyspace) {
  const auto version = TRY(workspace.catalog().currentVersion(keyspace.name));
  const auto open = TRY(OpenMoves::of(workspace.catalog(), keyspace));
  return momentOf(version, open);
}

ShardSession* VerifyPass::session(const ShardId& shard) const {
  const auto found = m_sessions.find(shard);
  return found == m_sessions.end() ? nullptr : found->second.get();
}

void VerifyPass::openShards(const std::vector<Shard>& shards) {
  for (const Shard& shard : shards) {
    auto session = m_workspace.open(shard);
    if (session) m_sessions.emplace(shard.id, *std::move(session));
    if (!session) m_found.unreachable.emplace_back(shard.id, session.error());
  }
}

Done VerifyPass::run(std::stop_token stop) {
  const auto shards = TRY(m_workspace.catalog().shards());
  openShards(shards);
  if (m_options.share) TRY(chooseSpans(stop));
  for (const auto& [shard, session] : m_sessions) {
    const Done scanned = scan(shard, *session, stop);
    if (!scanned && scanned.error().code() == ErrorCode::Cancelled) return scanned;
    if (!scanned) m_found.unreachable.emplace_back(shard, scanned.error());
    if (scanned) m_found.checked.push_back(shard);
  }
  TRY(judgeStrays(stop));
  return judgeDeficits();
}

// The same stretches for every shard and table. A shard that fails here fails again in its scan, where it is told.
Done VerifyPass::chooseSpans(const std::stop_token& stop) {
  const auto parts = std::max<std::int64_t>(1, std::ssize(m_sessions) * std::ssize(m_keyspace.tables));
  const std::int64_t each = (boundsWanted(*m_options.share) + parts - 1) / parts;
  std::vector<Key> bounds;
  for (const auto& [shard, session] : m_sessions) {
    const auto tables = tablesOn(shard, *session);
    if (!tables) continue;
    for (const TableRef& table : *tables) {
      auto keys = session->randomKeys(m_keyspace, table, each, m_options.seed, stop);
      if (!keys && keys.error().code() == ErrorCode::Cancelled) return keys.error();
      if (keys) std::ranges::move(*keys, std::back_inserter(bounds));
    }
  }
  KeySample sample = chooseStretches(std::move(bounds), *m_options.share, m_options.seed);
  m_found.sampled = SampledPart{*m_options.share, std::ssize(sample.chosen), sample.stretches};
  m_spans = std::move(sample.chosen);
  return {};
}

// A shard that owns nothing need not have the tables.
Result<std::vector<TableRef>> VerifyPass::tablesOn(const ShardId& shard, ShardSession& session) const {
  const auto owners = m_map->shards();
  const bool owns = std::ranges::find(owners, shard) != owners.end();
  std::vector<TableRef> tables;
  for (const TableRef& table : m_keyspace.tables) {
    const auto schema = session.tableSchema(table);
    const bool absent = !schema && schema.error().code() == ErrorCode::NotFound;
    if (absent && !owns) continue;
    if (!schema) return schema.error();
    tables.push_back(table);
  }
  return tables;
}

Done VerifyPass::scan(const ShardId& shard, ShardSession& session, const std::stop_token& stop) {
  const auto tables = TRY(tablesOn(shard, session));
  for (const TableRef& table : tables) {
    const auto each = [&](const Key& key, std::int64_t rows) {
      see(shard, table, key, rows);
      return true;
    };
    for (const KeySpan& span : m_spans) TRY(session.scanKeys(m_keyspace, table, span, each, stop));
  }
  return {};
}

void VerifyPass::see(const ShardId& shard, const TableRef& table, const Key& key, std::int64_t rows) {
  const std::uint32_t index = m_routing.shardOf(key);
  const auto owner = index == RoutingTable::nobody ? std::nullopt : std::optional(m_routing.shards()[index]);
  const bool owned = owner == shard;
  if (owned) m_found.rows += rows;
  if (owned && m_open.moves().empty()) return;
  const auto token = m_map->strategy().tokenOf(key);
  if (!token) return;  // cannot be: the session gives keys of the keyspace's type
  weigh(shard, table, key, *token, rows);
  if (owned) return;
  if (m_open.holding(shard, key, *token) != nullptr) {
    m_found.retained += rows;
  } else {
    m_strays.push_back({shard, {table, key, rows, owner}});
  }
}

void VerifyPass::weigh(const ShardId& shard, const TableRef& table, const Key& key, const Token& token, std::int64_t rows) {
  for (const OpenMove& open : m_open.moves()) {
    const bool source = open.move.source == shard;
    if (!isCutOver(open) || (!source && open.move.target != shard) || !carries(open.part, key, token)) continue;
    m_deficits[&open][{table.name, key}] += source ? rows : -rows;
  }
}

void VerifyPass::addExample(std::string sentence) {
  if (m_found.examples.size() < mostExamples) m_found.examples.push_back(std::move(sentence));
}

Done VerifyPass::judgeStrays(const std::stop_token& stop) {
  for (const auto& [shard, stray] : m_strays) {
    Keyspace alone = m_keyspace;
    alone.tables = {stray.table};
    ShardSession* ownersSession = stray.owner ? session(*stray.owner) : nullptr;
    std::int64_t there = 0;
    if (ownersSession != nullptr) {
      const auto count = TRY(ownersSession->countKey(alone, stray.key, stop));
      there = count.rows;
    }
    (there > 0 ? m_found.duplicated : m_found.misplaced) += stray.rows;
    addExample(fmt::format("table {}, key {}: {} on shard {}, which does not own it; {}", formatTableRef(stray.table),
                           printable(stray.key.toText(), 60), rowsText(stray.rows), shard.text(),
                           stray.owner ? fmt::format("its owner {} has {}.", stray.owner->text(), rowsText(there))
                                       : "it belongs to nobody."));
  }
  return {};
}

Result<std::int64_t> VerifyPass::changedSinceCutOver(const OpenMove& open) {
  auto move = TRY(openMoveOf(m_workspace, m_keyspace, open.row.plan, open.move, open.part));
  return move->backlog(Side::Target);
}

Done VerifyPass::judgeDeficits() {
  for (const auto& [open, keys] : m_deficits) {
    if (session(open->move.source) == nullptr || session(open->move.target) == nullptr) continue;
    std::int64_t absent = 0;
    for (const auto& [key, rows] : keys) absent += std::max<std::int64_t>(0, rows);
    if (absent == 0) continue;
    const auto changed = TRY(changedSinceCutOver(*open));
    const std::int64_t lost = std::max<std::int64_t>(0, absent - changed);
    m_found.missing += lost;
    if (lost == 0) continue;
    addExample(fmt::format("move {} of plan {}: shard {} still holds {} that shard {} has not, and only {} were changed there since.",
                           open->row.move.text(), open->row.plan.text(), open->move.source.text(), rowsText(absent),
                           open->move.target.text(), rowsText(changed)));
  }
  return {};
}

}  // namespace shardwright
