#include "ui/bridge/activity.h"

#include <algorithm>

#include "ui/theme/format.h"

namespace shardwright::ui {

namespace {

constexpr int lookEvery = 100;  // milliseconds
constexpr std::size_t keptEntries = 200;

}  // namespace

QString activityStateName(ActivityEntry::State state) {
  switch (state) {
    case ActivityEntry::State::Running: return Activity::tr("Running");
    case ActivityEntry::State::Finished: return Activity::tr("Finished");
    case ActivityEntry::State::Failed: return Activity::tr("Failed");
    case ActivityEntry::State::Stopped: return Activity::tr("Stopped");
  }
  return {};
}

Activity::Activity() {
  m_timer.setInterval(lookEvery);
  connect(&m_timer, &QTimer::timeout, this, &Activity::look);
}

int Activity::begin(const QString& title, std::shared_ptr<Job> job) {
  ActivityEntry entry;
  entry.id = ++m_last;
  entry.title = title;
  entry.began = systemSeconds();
  m_entries.insert(m_entries.begin(), std::move(entry));
  if (m_entries.size() > keptEntries && m_entries.back().state != ActivityEntry::State::Running) m_entries.pop_back();
  m_jobs.push_back({m_last, std::move(job)});
  m_timer.start();
  Q_EMIT changed();
  return m_last;
}

void Activity::end(int id, const std::optional<Error>& error) {
  std::erase_if(m_jobs, [&](const Watched& watched) { return watched.id == id; });
  if (m_jobs.empty()) m_timer.stop();
  ActivityEntry* const entry = find(id);
  if (entry == nullptr) return;
  entry->ended = systemSeconds();
  entry->state = !error ? ActivityEntry::State::Finished
                 : error->code() == ErrorCode::Cancelled ? ActivityEntry::State::Stopped
                                                         : ActivityEntry::State::Failed;
  if (error) entry->message = asSentence(error->message());
  Q_EMIT changed();
}

void Activity::stop(int id) {
  for (const Watched& watched : m_jobs)
    if (watched.id == id) watched.job->stop();
}

const ActivityEntry* Activity::latestFailure() const {
  const auto at = std::ranges::find(m_entries, ActivityEntry::State::Failed, &ActivityEntry::state);
  return at == m_entries.end() ? nullptr : &*at;
}

void Activity::look() {
  bool news = false;
  for (const Watched& watched : m_jobs) {
    auto progress = watched.job->takeNews();
    ActivityEntry* const entry = find(watched.id);
    if (!progress || entry == nullptr) continue;
    entry->progress = *std::move(progress);
    news = true;
  }
  if (news) Q_EMIT changed();
}

ActivityEntry* Activity::find(int id) {
  const auto at = std::ranges::find(m_entries, id, &ActivityEntry::id);
  return at == m_entries.end() ? nullptr : &*at;
}

}  // namespace shardwright::ui
