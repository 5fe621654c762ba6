// Which samples are kept as they age: every one of the last hour, the last of each minute of the last day, the last of each
// hour beyond. Measured and generated ones are thinned apart by calling this for each.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/base/clock.h"

namespace shardwright {

// Indexes of those to drop, ascending. `times` ascend; what lies in the future is kept.
std::vector<std::size_t> samplesToDrop(std::span<const UnixSeconds> times, UnixSeconds now);

}  // namespace shardwright
