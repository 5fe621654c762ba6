#include "core/manager/key_sample.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <random>

namespace shardwright {

namespace {

constexpr double stretchesChosen = 32;  // fewer leave much to chance, more cost seeks
constexpr double fewestBounds = 256, mostBounds = 16'384;

}  // namespace

std::int64_t boundsWanted(double share) {
  return std::llround(std::clamp(stretchesChosen / std::max(share, 1e-9), fewestBounds, mostBounds));
}

KeySample chooseStretches(std::vector<Key> bounds, double share, std::uint64_t seed) {
  std::ranges::sort(bounds);
  const auto repeated = std::ranges::unique(bounds);
  bounds.erase(repeated.begin(), repeated.end());

  std::vector<KeySpan> all(bounds.size() + 1);
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    all[i].until = bounds[i];
    all[i + 1].from = bounds[i];
  }
  const auto wanted = std::max<std::int64_t>(1, std::llround(share * static_cast<double>(all.size())));
  KeySample sample;
  sample.stretches = std::ssize(all);
  std::mt19937_64 random(seed);
  std::ranges::sample(all, std::back_inserter(sample.chosen), wanted, random);
  return sample;
}

}  // namespace shardwright
