#include "ui/pages/connections_health.h"

#include <algorithm>
#include <deque>
#include <mutex>

#include "core/manager/shard_manager.h"
#include "ui/theme/format.h"

namespace shardwright::ui {

namespace {

constexpr int lookEvery = 60;  // milliseconds, while shards are looked at

}  // namespace

void ShardHealth::take(const ShardCheck& check, UnixSeconds now) {
  checkedAt = now;
  if (check.unreachable) {
    if (state != State::Unreachable) since = now;
    state = State::Unreachable;
    error = check.unreachable->message();
    findings.clear();
    return;
  }
  state = check.findings.empty() ? State::Answers : State::Findings;
  since = 0;
  answeredAt = now;
  bytes = check.bytes;
  error.clear();
  findings = check.findings;
}

QVariantMap ShardHealth::toMap() const {
  return {{QStringLiteral("state"), static_cast<int>(state)}, {QStringLiteral("checkedAt"), static_cast<qlonglong>(checkedAt)},
          {QStringLiteral("since"), static_cast<qlonglong>(since)}, {QStringLiteral("answeredAt"), static_cast<qlonglong>(answeredAt)},
          {QStringLiteral("bytes"), static_cast<qlonglong>(bytes)}, {QStringLiteral("error"), text(error)}};
}

// Findings are not kept: they are found again at the next look.
ShardHealth ShardHealth::fromMap(const QVariantMap& map) {
  ShardHealth health;
  health.state = static_cast<State>(std::clamp(map.value(QStringLiteral("state")).toInt(), 0, 3));
  if (health.state == State::Findings) health.state = State::Answers;
  health.checkedAt = map.value(QStringLiteral("checkedAt")).toLongLong();
  health.since = map.value(QStringLiteral("since")).toLongLong();
  health.answeredAt = map.value(QStringLiteral("answeredAt")).toLongLong();
  health.bytes = map.value(QStringLiteral("bytes")).toLongLong();
  health.error = map.value(QStringLiteral("error")).toString().toStdString();
  return health;
}

// What the workers of one round share. A worker takes the next shard when it has done with one.
struct ShardChecks::Round {
  std::mutex mutex;
  std::deque<ShardId> todo;
  std::map<ShardId, UnixSeconds> asked;
  std::vector<ShardCheck> done;

  std::optional<ShardId> next(UnixSeconds now) {
    const std::lock_guard lock(mutex);
    if (todo.empty()) return std::nullopt;
    ShardId shard = todo.front();
    todo.pop_front();
    asked[shard] = now;
    return shard;
  }

  void finish(const ShardId& shard, ShardCheck check) {
    const std::lock_guard lock(mutex);
    asked.erase(shard);
    done.push_back(std::move(check));
  }

  bool isOver() {
    const std::lock_guard lock(mutex);
    return todo.empty() && asked.empty() && done.empty();
  }
};

ShardChecks::ShardChecks(Session& session) : m_session(session) {
  m_poll.setInterval(lookEvery);
  connect(&m_poll, &QTimer::timeout, this, &ShardChecks::look);
}

ShardChecks::~ShardChecks() = default;

void ShardChecks::start(const std::vector<ShardId>& shards) {
  const auto round = std::make_shared<Round>();
  for (const Live& older : m_rounds) {
    const std::lock_guard lock(older.round->mutex);
    older.round->todo.clear();  // they are in the new round
  }
  for (const ShardId& shard : shards)
    if (!askedAt(shard)) round->todo.push_back(shard);
  if (round->todo.empty()) return;
  const auto workers = std::min<std::size_t>(lanes, round->todo.size());
  Live& live = m_rounds.emplace_back(round);
  const auto work = [round](ShardManager& manager, Job& job) -> Done {
    while (!job.isStopping()) {
      const auto shard = round->next(systemSeconds());
      if (!shard) break;
      auto checks = manager.shards().check({*shard});
      if (checks) {
        round->finish(*shard, std::move(checks->front()));
      } else {
        ShardCheck failed;
        failed.shard.id = *shard;
        failed.unreachable = checks.error();
        round->finish(*shard, std::move(failed));
      }
    }
    return {};
  };
  for (std::size_t at = 0; at < workers; ++at) {
    live.requests.push_back(std::make_unique<Request>(m_session));
    live.requests.back()->start(Lane::Own, {}, work, [round](const Done& outcome) {
      if (outcome) return;
      const std::lock_guard lock(round->mutex);  // the catalog cannot be opened: the facts say so
      round->todo.clear();
    });
  }
  m_poll.start();
  Q_EMIT changed();
}

void ShardChecks::stop() {
  m_poll.stop();
  m_rounds.clear();
  Q_EMIT changed();
}

bool ShardChecks::isRunning() const { return waiting() > 0; }

std::size_t ShardChecks::waiting() const {
  std::size_t count = 0;
  for (const auto& [round, requests] : m_rounds) {
    const std::lock_guard lock(round->mutex);
    count += round->todo.size() + round->asked.size() + round->done.size();
  }
  return count;
}

std::optional<UnixSeconds> ShardChecks::askedAt(const ShardId& shard) const {
  for (const auto& [round, requests] : m_rounds) {
    const std::lock_guard lock(round->mutex);
    const auto at = round->asked.find(shard);
    if (at != round->asked.end()) return at->second;
  }
  return std::nullopt;
}

const ShardHealth& ShardChecks::health(const ShardId& shard) const {
  static const ShardHealth unknown;
  const auto at = m_health.find(shard);
  return at == m_health.end() ? unknown : at->second;
}

void ShardChecks::look() {
  bool news = false;
  for (const auto& [round, requests] : m_rounds) {
    std::vector<ShardCheck> done;
    {
      const std::lock_guard lock(round->mutex);
      done.swap(round->done);
    }
    for (const ShardCheck& check : done) m_health[check.shard.id].take(check, m_session.now());
    news = news || !done.empty();
  }
  std::erase_if(m_rounds, [](const Live& live) { return live.round->isOver(); });
  if (news || m_rounds.empty()) m_checkedAt = m_session.now();
  if (m_rounds.empty()) m_poll.stop();
  // Once a second at least: how long a shard keeps others waiting is shown.
  if (!news && !m_rounds.empty() && m_session.now() == m_toldAt) return;
  m_toldAt = m_session.now();
  Q_EMIT changed();
}

QVariantMap ShardChecks::state() const {
  QVariantMap shards;
  for (const auto& [shard, health] : m_health) shards[text(shard.text())] = health.toMap();
  return shards;
}

void ShardChecks::restore(const QVariantMap& state) {
  for (auto at = state.begin(); at != state.end(); ++at) {
    ShardHealth& health = m_health[ShardId(at.key().toStdString())];
    if (health.checkedAt == 0) health = ShardHealth::fromMap(at.value().toMap());
  }
  Q_EMIT changed();
}

}  // namespace shardwright::ui
