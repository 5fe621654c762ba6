#include "tests/rebalance/scene.h"

namespace shardwright::test {

namespace {

const std::string& filled(const ScratchFolder& folder, Moved moved) {
  MoveCluster::create(folder.path(), moved);
  return folder.path();
}

}  // namespace

Scene::Scene(Moved moved)
    : m_cluster(filled(m_folder, moved), moved, {{}, script, script}),
      m_session(m_cluster.writer(1).session, {}),
      m_ledger(need(Ledger::append(m_cluster.ledger()))) {}

bool Scene::update(const ShardId& shard, std::int64_t key) {
  const KnownKey row{Key::ofInt(key), version(key)};
  return send({{WriteKind::Update, row.version + 1, std::to_string(key)}},
              [&](const std::string& op) { return m_session.update(shard, row, op); });
}

bool Scene::replace(const ShardId& shard, std::int64_t key, std::int64_t loser) {
  const KnownKey row{Key::ofInt(key), version(key)}, gone{Key::ofInt(loser), version(loser)};
  return send({{WriteKind::Replace, row.version + 1, std::to_string(key)}, {WriteKind::Delete, gone.version + 1, std::to_string(loser)}},
              [&](const std::string& op) { return m_session.replace(shard, row, gone, op); });
}

bool Scene::send(const std::vector<Effect>& effects, const std::function<Answer(const std::string& op)>& statement) {
  const OpId op{1, ++m_number};
  need(m_ledger.invoke(op, effects));
  const Answer answer = statement(op.text());
  if (answer.kind != Answer::Kind::Changed || answer.rows == 0) {
    need(m_ledger.fail(op));
    return false;
  }
  need(m_ledger.ok(op, answer.rows));
  for (const Effect& effect : effects) version(std::stoll(effect.key)) = effect.version;
  return true;
}

}  // namespace shardwright::test
