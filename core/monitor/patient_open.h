// Opening shards without waiting for one that hangs. A call into a dead disk or file server cannot be taken back: the thread
// that makes it is left behind, and until it comes back nobody else in this process is sent after the same database.
#pragma once

#include <chrono>

#include "core/monitor/load_monitor.h"

namespace shardwright {

// `open`, on a thread of its own; Unavailable if it has not answered after `patience`, and at once while an earlier call
// for the same URL still hangs. `open` must own what it uses: it may outlive the caller. Any thread.
LoadMonitor::Open patientOpen(LoadMonitor::Open open, std::chrono::milliseconds patience);

}  // namespace shardwright
