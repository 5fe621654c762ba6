#include "ui/bridge/workers.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

#include "core/manager/shard_manager.h"

namespace shardwright::ui {

namespace {

constexpr int shardThreads = 3;
constexpr std::chrono::seconds patience{3};
std::atomic<int> leftBehind = 0;

struct Task {
  std::shared_ptr<Job> job;
  Workers::Work work;
};

}  // namespace

// What outlives the window where a thread has to be left behind.
struct Workers::Crew {
  Open open;
  std::mutex mutex;
  std::condition_variable quiet;
  int alive = 0;
};

struct Workers::Queue {
  std::mutex mutex;
  std::condition_variable ready;
  std::deque<Task> tasks;
  std::vector<std::shared_ptr<Job>> running;
  bool closed = false;

  std::optional<Task> next() {
    std::unique_lock lock(mutex);
    ready.wait(lock, [&] { return closed || !tasks.empty(); });
    if (tasks.empty()) return std::nullopt;
    Task task = std::move(tasks.front());
    tasks.pop_front();
    running.push_back(task.job);
    return task;
  }

  void ended(const std::shared_ptr<Job>& job) {
    const std::lock_guard lock(mutex);
    std::erase(running, job);
  }

  void add(Task task) {
    const std::lock_guard lock(mutex);
    tasks.push_back(std::move(task));
    ready.notify_one();
  }

  void close(bool stopAll) {
    const std::lock_guard lock(mutex);
    closed = true;
    if (stopAll) {
      tasks.clear();
      for (const auto& job : running) job->stop();
    }
    ready.notify_all();
  }
};

Workers::Workers(Open open)
    : m_crew(std::make_shared<Crew>()), m_catalog(std::make_shared<Queue>()), m_shards(std::make_shared<Queue>()) {
  m_crew->open = std::move(open);
  startThread(m_catalog);
  for (int i = 0; i < shardThreads; ++i) startThread(m_shards);
}

Workers::~Workers() {
  m_catalog->close(true);
  m_shards->close(true);
  for (const auto& own : m_own)
    if (const auto queue = own.lock()) queue->close(true);
  std::unique_lock lock(m_crew->mutex);
  m_crew->quiet.wait_for(lock, patience, [&] { return m_crew->alive == 0; });
  leftBehind += m_crew->alive;
}

int Workers::abandoned() { return leftBehind; }

void Workers::submit(Lane lane, std::shared_ptr<Job> job, Work work) {
  Task task{std::move(job), std::move(work)};
  switch (lane) {
    case Lane::Catalog: m_catalog->add(std::move(task)); return;
    case Lane::Shards: m_shards->add(std::move(task)); return;
    case Lane::Own: break;
  }
  const auto queue = std::make_shared<Queue>();
  queue->add(std::move(task));
  queue->close(false);
  std::erase_if(m_own, [](const auto& own) { return own.expired(); });
  m_own.push_back(queue);
  startThread(queue);
}

void Workers::startThread(std::shared_ptr<Queue> queue) {
  {
    const std::lock_guard lock(m_crew->mutex);
    ++m_crew->alive;
  }
  std::thread([crew = m_crew, queue = std::move(queue)]() mutable { serve(std::move(crew), std::move(queue)); }).detach();
}

void Workers::serve(std::shared_ptr<Crew> crew, std::shared_ptr<Queue> queue) {
  {
    std::optional<ShardManager> manager;
    while (auto task = queue->next()) {
      std::optional<Error> problem;
      if (!manager) {
        auto opened = crew->open();
        if (opened) manager.emplace(*std::move(opened));
        else problem = opened.error();
      }
      task->work(problem ? Result<ShardManager*>(*problem) : Result<ShardManager*>(&*manager));
      queue->ended(task->job);
    }
  }
  const std::lock_guard lock(crew->mutex);
  --crew->alive;
  crew->quiet.notify_all();
}

}  // namespace shardwright::ui
