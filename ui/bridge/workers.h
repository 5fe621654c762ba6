// Workers: the threads on which core works, so that the window's thread never opens, waits or locks around I/O.
//
// Three kinds of lane keep what is slow from holding up what is fast: a shard that hangs must not delay a look into the
// catalog. Each thread has a ShardManager of its own, opened when it is first needed.
// submit() belongs to the window's thread and never blocks.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "core/base/result.h"
#include "ui/bridge/job.h"

namespace shardwright {
class ShardManager;
}

namespace shardwright::ui {

enum class Lane {
  Catalog,  // reads and writes the catalog alone; one thread, so changes stay in order
  Shards,   // opens shards, which may hang; a few threads
  Own,      // long: a thread of its own until it ends
};

class Workers {
 public:
  using Open = std::function<Result<ShardManager>()>;
  using Work = std::function<void(Result<ShardManager*>)>;  // the error: the catalog could not be opened

  explicit Workers(Open open);
  // Asks everything to stop and waits a while; threads that hang in a system call are left behind, see abandoned().
  ~Workers();
  Workers(const Workers&) = delete;

  void submit(Lane lane, std::shared_ptr<Job> job, Work work);

  // Threads of this process that ended neither by themselves nor when asked. While there are any, the process must be
  // left without destroying its static objects.
  static int abandoned();

 private:
  struct Crew;
  struct Queue;
  static void serve(std::shared_ptr<Crew> crew, std::shared_ptr<Queue> queue);
  void startThread(std::shared_ptr<Queue> queue);

  std::shared_ptr<Crew> m_crew;
  std::shared_ptr<Queue> m_catalog, m_shards;
  std::vector<std::weak_ptr<Queue>> m_own;
};

}  // namespace shardwright::ui
