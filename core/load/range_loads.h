// RangeLoads: what samples say about the ranges of the map in force. Samples may be of older versions of the map: what they
// say of a range that has been cut since is divided evenly over its parts, of ranges that were merged it is added up.
#pragma once

#include <span>
#include <vector>

#include "core/load/load_sample.h"

namespace shardwright {

struct RangeLoads {
  std::vector<RangeLoad> ranges;  // one a range of the map, in order. rows and bytes: the latest measured; reads and
                                  // writes: the sum over all samples that measured them
  std::vector<PinLoad> pins;      // one a pin of the map, in order. rows and bytes as above; reads and writes: what is certain
                                  // of the key, taken out of the range around it
  std::vector<KeyLoad> keys;      // the most frequent first; counts and errors are sums
  double seconds = 0;             // that reads and writes were counted over
  UnixSeconds at = 0;             // of the latest sample
  bool generated = false;         // some of it is made up
};

RangeLoads loadsUnder(const ShardMap& map, std::span<const LoadSample> samples);  // samples in order of time

}  // namespace shardwright
