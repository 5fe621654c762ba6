// A scene: a cluster, an executor that a script surrounds, and an application that writes when it is told to and keeps
// its ledger. For what must happen at one instant and no other.
#pragma once

#include <map>
#include <memory>

#include "tests/rebalance/move_cluster.h"
#include "tests/rebalance/scratch_folder.h"
#include "tests/rebalance/script.h"

namespace shardwright::test {

inline const ShardId shardA("a"), shardB("b"), shardC("c");

class Scene {
 public:
  explicit Scene(Moved moved = Moved::Range);

  std::shared_ptr<Script> script = std::make_shared<Script>();
  MoveCluster& cluster() { return m_cluster; }              // the executor in the script
  MoveCluster another() const { return MoveCluster(m_folder.path(), m_cluster.moved()); }
  const std::string& folder() const { return m_folder.path(); }

  // Statements of the application, sent to this shard whatever the map says. False: refused.
  bool update(const ShardId& shard, std::int64_t key);
  bool replace(const ShardId& shard, std::int64_t key, std::int64_t loser);  // takes the loser's tag; the loser goes

 private:
  std::int64_t& version(std::int64_t key) { return m_versions.try_emplace(key, 1).first->second; }
  bool send(const std::vector<Effect>& effects, const std::function<Answer(const std::string& op)>& statement);

  ScratchFolder m_folder;
  MoveCluster m_cluster;
  WriteSession m_session;
  Ledger m_ledger;
  std::map<std::int64_t, std::int64_t> m_versions;  // of keys written to
  std::uint32_t m_number = 0;
};

}  // namespace shardwright::test
