// Activity: what the window has had done - running, finished, failed, stopped - with honest progress: a share only where
// the total is known. The window's thread.
#pragma once

#include <QObject>
#include <QString>
#include <QTimer>
#include <memory>
#include <optional>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "ui/bridge/job.h"

namespace shardwright::ui {

struct ActivityEntry {
  enum class State { Running, Finished, Failed, Stopped };
  int id = 0;
  QString title;
  State state = State::Running;
  Progress progress;
  QString message;  // why it failed
  UnixSeconds began = 0, ended = 0;
  friend bool operator==(const ActivityEntry&, const ActivityEntry&) = default;
};
QString activityStateName(ActivityEntry::State state);  // for people

class Activity : public QObject {
  Q_OBJECT

 public:
  Activity();

  int begin(const QString& title, std::shared_ptr<Job> job);
  void end(int id, const std::optional<Error>& error);  // Cancelled: it was stopped
  void stop(int id);

  const std::vector<ActivityEntry>& entries() const { return m_entries; }  // the newest first; old ended ones are let go
  int running() const { return static_cast<int>(m_jobs.size()); }
  const ActivityEntry* latestFailure() const;

 Q_SIGNALS:
  void changed();  // about ten times a second at most while something reports

 private:
  void look();
  ActivityEntry* find(int id);

  struct Watched {
    int id;
    std::shared_ptr<Job> job;
  };
  std::vector<ActivityEntry> m_entries;
  std::vector<Watched> m_jobs;
  QTimer m_timer;
  int m_last = 0;
};

}  // namespace shardwright::ui
