// How the shards are, as far as this window has seen: looked after in rounds by a few workers, so that shards that hang
// hold up neither the window nor the others.
#pragma once

#include <QObject>
#include <QTimer>
#include <QVariantMap>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "core/manager/shard_verbs.h"
#include "ui/bridge/session.h"

namespace shardwright::ui {

struct ShardHealth {
  enum class State { Unknown, Answers, Findings, Unreachable };
  State state = State::Unknown;
  UnixSeconds checkedAt = 0;  // 0: never
  UnixSeconds since = 0;      // Unreachable: the first look that failed after the last good one
  UnixSeconds answeredAt = 0; // the last good look; 0: none
  std::int64_t bytes = 0;     // in use, at the last good look
  std::string error;          // Unreachable: why
  std::vector<Finding> findings;

  void take(const ShardCheck& check, UnixSeconds now);
  QVariantMap toMap() const;
  static ShardHealth fromMap(const QVariantMap& map);
  friend bool operator==(const ShardHealth&, const ShardHealth&) = default;
};

class ShardChecks : public QObject {
  Q_OBJECT

 public:
  explicit ShardChecks(Session& session);
  ~ShardChecks() override;

  // Looks at these; those that are being looked at already go on.
  void start(const std::vector<ShardId>& shards);
  void stop();
  bool isRunning() const;  // some shard has not been looked at yet
  std::size_t waiting() const;
  // Since when an answer of it is awaited; none: it is not being looked at.
  std::optional<UnixSeconds> askedAt(const ShardId& shard) const;

  const ShardHealth& health(const ShardId& shard) const;
  UnixSeconds checkedAt() const { return m_checkedAt; }  // when the last round ended; 0: none did

  QVariantMap state() const;
  void restore(const QVariantMap& state);

 Q_SIGNALS:
  void changed();

 private:
  struct Round;
  struct Live {
    std::shared_ptr<Round> round;  // shared with its workers
    std::vector<std::unique_ptr<Request>> requests;
  };
  void look();

  static constexpr int lanes = 4;
  Session& m_session;
  std::vector<Live> m_rounds;  // older ones only wait for shards that hang
  std::map<ShardId, ShardHealth> m_health;
  UnixSeconds m_checkedAt = 0, m_toldAt = 0;
  QTimer m_poll;
};

}  // namespace shardwright::ui
