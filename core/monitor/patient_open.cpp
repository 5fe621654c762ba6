#include "core/monitor/patient_open.h"

#include <fmt/format.h>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <set>
#include <system_error>
#include <thread>

#include "core/base/text.h"

namespace shardwright {

namespace {

using Opened = Result<std::unique_ptr<ShardSession>>;

// Databases that a thread left behind still hangs in.
struct Hanging {
  std::mutex mutex;
  std::set<std::string> urls;
};

// Lives as long as the process: threads that were left behind come back when they like.
Hanging& hanging() {
  static auto* const all = new Hanging;
  return *all;
}

// One opening, shared by who waits and the thread that opens.
struct Call {
  std::mutex mutex;
  std::condition_variable changed;
  std::optional<Opened> answer;
  bool late = false;  // nobody waits any more
};

void openInto(const std::shared_ptr<Call>& call, const LoadMonitor::Open& open, const Shard& shard) {
  Opened answer = open(shard);
  const std::lock_guard lock(call->mutex);
  if (call->late) {
    const std::lock_guard guard(hanging().mutex);
    hanging().urls.erase(shard.url);
    return;
  }
  call->answer = std::move(answer);
  call->changed.notify_all();
}

Error stillHangs(const Shard& shard) { return unavailable(fmt::format("shard {}: {} hung before and has not come back yet", shard.id.text(), shard.url)); }

Error tooLate(const Shard& shard, std::chrono::milliseconds patience) {
  return unavailable(fmt::format("shard {}: {} did not answer within {}", shard.id.text(), shard.url, formatDuration(std::chrono::duration<double>(patience).count())));
}

Opened openPatiently(const LoadMonitor::Open& open, const Shard& shard, std::chrono::milliseconds patience) {
  {
    const std::lock_guard guard(hanging().mutex);
    if (hanging().urls.contains(shard.url)) return stillHangs(shard);
  }
  const auto call = std::make_shared<Call>();
  try {
    std::thread([call, open, shard] { openInto(call, open, shard); }).detach();
  } catch (const std::system_error& error) {
    return unavailable(fmt::format("shard {}: no thread to open it with: {}", shard.id.text(), error.what()));
  }
  std::unique_lock lock(call->mutex);
  if (call->changed.wait_for(lock, patience, [&] { return call->answer.has_value(); })) return std::move(*call->answer);
  call->late = true;
  const std::lock_guard guard(hanging().mutex);
  hanging().urls.insert(shard.url);
  return tooLate(shard, patience);
}

}  // namespace

LoadMonitor::Open patientOpen(LoadMonitor::Open open, std::chrono::milliseconds patience) {
  return [open = std::move(open), patience](const Shard& shard) { return openPatiently(open, shard, patience); };
}

}  // namespace shardwright
