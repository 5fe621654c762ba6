// KeySample: a random part of a keyspace's keys, as stretches on the line of keys - the same on every shard, so that what
// lies twice or nowhere inside them is seen.
//
// Bounds are keys of rows picked at random on every shard. They cut the whole line; some of the stretches between them are
// chosen, each as likely as any other. So each row, wherever it lies, is looked at with the probability that was asked for.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/db/shard_query.h"

namespace shardwright {

struct KeySample {
  std::vector<KeySpan> chosen;   // in order of keys
  std::int64_t stretches = 0;    // that the line was cut into
};

// How many bounds a sample of `share` wants: enough that several stretches are chosen.
std::int64_t boundsWanted(double share);

// At least one stretch. `bounds` in any order; equal ones count once.
KeySample chooseStretches(std::vector<Key> bounds, double share, std::uint64_t seed);

}  // namespace shardwright
