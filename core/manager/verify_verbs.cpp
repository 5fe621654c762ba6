#include "core/manager/verify_verbs.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/manager/verify_pass.h"

namespace shardwright {

namespace {

constexpr int mostLooks = 3;

Result<std::vector<Row>> rowsOf(ShardSession& session, const Keyspace& keyspace, const StrayKey& stray,
                                const std::stop_token& stop) {
  ShardQuery query;
  query.keyspace = keyspace;
  query.table = stray.table;
  query.key = stray.key;
  query.owned = [](const Key&) { return true; };
  auto answer = TRY(session.ask(query, stop));
  return std::move(answer.rows);
}

// Whether each of `rows` is among `there`, as often as it occurs.
bool holdsAll(std::vector<Row> there, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    const auto found = std::ranges::find(there, row);
    if (found == there.end()) return false;
    there.erase(found);
  }
  return true;
}

std::string leftBecause(const StrayKey& stray, const ShardId& shard, std::string_view why) {
  return fmt::format("table {}, key {} on shard {}: {}", formatTableRef(stray.table), printable(stray.key.toText(), 60),
                     shard.text(), why);
}

// Removes the rows of one key where its owner has exactly the same; else says in `kept` why not.
Result<std::int64_t> repairKey(const VerifyPass& pass, const ShardId& shard, const StrayKey& stray,
                               std::vector<std::string>& kept, const std::stop_token& stop) {
  ShardSession* here = pass.session(shard);
  ShardSession* owner = stray.owner ? pass.session(*stray.owner) : nullptr;
  if (owner == nullptr) {
    kept.push_back(leftBecause(stray, shard, stray.owner ? "its owner cannot be reached." : "it belongs to nobody."));
    return 0;
  }
  const auto rows = TRY(rowsOf(*here, pass.keyspace(), stray, stop));
  auto there = TRY(rowsOf(*owner, pass.keyspace(), stray, stop));
  if (!holdsAll(std::move(there), rows)) {
    kept.push_back(leftBecause(stray, shard, fmt::format("its owner {} has not exactly these rows; compare and place them "
                                                         "by hand.", stray.owner->text())));
    return 0;
  }
  return here->deleteMisplaced(pass.keyspace(), stray.table, std::span(&stray.key, 1));
}

}  // namespace

Result<Verification> VerifyVerbs::verify(const KeyspaceName& keyspace, const VerifyOptions& options, std::stop_token stop) {
  if (options.share && !(*options.share > 0 && *options.share < 1)) {
    return invalidInput("a sample is a share of the keys above 0 % and below 100 %; without one, every key is read.");
  }
  for (int look = 1;; ++look) {
    auto pass = TRY(VerifyPass::begin(m_workspace, keyspace, options));
    TRY(pass.run(stop));
    if (pass.found().sound() || look == mostLooks) return pass.found();
    const auto now = TRY(VerifyPass::momentNow(m_workspace, pass.keyspace()));
    if (now == pass.moment()) return pass.found();
  }
}

Result<Repair> VerifyVerbs::repair(const KeyspaceName& keyspace, std::stop_token stop) {
  TRY(m_workspace.refuseWhilePlansRun(keyspace));
  auto pass = TRY(VerifyPass::begin(m_workspace, keyspace, {}));
  TRY(pass.run(stop));
  Repair repair;
  for (const auto& [shard, stray] : pass.strays()) {
    const auto removed = TRY(repairKey(pass, shard, stray, repair.kept, stop));
    repair.removed += removed;
  }
  const Json detail{{"removed", repair.removed}, {"kept", repair.kept.size()}};
  TRY(m_workspace.catalog().audit("verify.repaired", keyspace.text(), detail));
  return repair;
}

}  // namespace shardwright
