// VerifyPass: one look at every row of a keyspace on every shard - or at those of some stretches of keys - by the map and
// the open moves of one moment.
#pragma once

#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/manager/open_moves.h"
#include "core/manager/placement_scan.h"
#include "core/manager/verify_verbs.h"
#include "core/map/routing_table.h"

namespace shardwright {

class VerifyPass {
 public:
  static Result<VerifyPass> begin(Workspace& workspace, const KeyspaceName& keyspace, const VerifyOptions& options);

  Done run(std::stop_token stop);

  const Verification& found() const { return m_found; }
  const std::vector<std::pair<ShardId, StrayKey>>& strays() const { return m_strays; }
  const Keyspace& keyspace() const { return m_keyspace; }
  ShardSession* session(const ShardId& shard) const;  // null: unreachable

  // What the pass was made by; another value now means that something moved meanwhile.
  const std::string& moment() const { return m_moment; }
  static Result<std::string> momentNow(Workspace& workspace, const Keyspace& keyspace);

 private:
  using KeyOfTable = std::pair<std::string, Key>;

  VerifyPass(Workspace& workspace, Keyspace keyspace, std::shared_ptr<const ShardMap> map, OpenMoves open, const VerifyOptions& options);
  void openShards(const std::vector<Shard>& shards);
  Done chooseSpans(const std::stop_token& stop);
  Result<std::vector<TableRef>> tablesOn(const ShardId& shard, ShardSession& session) const;
  Done scan(const ShardId& shard, ShardSession& session, const std::stop_token& stop);
  void see(const ShardId& shard, const TableRef& table, const Key& key, std::int64_t rows);
  void weigh(const ShardId& shard, const TableRef& table, const Key& key, const Token& token, std::int64_t rows);
  Done judgeStrays(const std::stop_token& stop);
  Done judgeDeficits();
  Result<std::int64_t> changedSinceCutOver(const OpenMove& open);
  void addExample(std::string sentence);

  Workspace& m_workspace;
  Keyspace m_keyspace;
  std::shared_ptr<const ShardMap> m_map;
  RoutingTable m_routing;
  OpenMoves m_open;
  VerifyOptions m_options;
  std::vector<KeySpan> m_spans{KeySpan{}};  // that are looked at; the open one is everything
  std::string m_moment;
  std::map<ShardId, std::unique_ptr<ShardSession>> m_sessions;
  // Of each cut-over move, rows by key that its source holds less those that its target has.
  std::map<const OpenMove*, std::map<KeyOfTable, std::int64_t>> m_deficits;
  std::vector<std::pair<ShardId, StrayKey>> m_strays;
  Verification m_found;
};

}  // namespace shardwright
