#include "core/load/thinning.h"

namespace shardwright {

std::vector<std::size_t> samplesToDrop(std::span<const UnixSeconds> times, UnixSeconds now) {
  constexpr UnixSeconds minute = 60, hour = 3600, day = 24 * hour;
  // The bucket a sample shares with those it stands for; 1: alone.
  const auto grain = [&](UnixSeconds at) { return at >= now - hour ? UnixSeconds{1} : at >= now - day ? minute : hour; };
  std::vector<std::size_t> drop;
  for (std::size_t i = 0; i + 1 < times.size(); ++i) {
    const UnixSeconds size = grain(times[i]);
    if (size > 1 && grain(times[i + 1]) == size && times[i] / size == times[i + 1] / size) drop.push_back(i);
  }
  return drop;
}

}  // namespace shardwright
