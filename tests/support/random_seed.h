// The seed of a randomised test: SHARDWRIGHT_SEED where it is set, so that a failure can be had again; else a new one.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

namespace shardwright::test {

inline std::uint64_t randomSeed() {
  static const std::uint64_t seed = [] {
    const char* given = std::getenv("SHARDWRIGHT_SEED");
    const std::uint64_t value = given != nullptr ? std::stoull(given) : std::random_device()();
    std::printf("SHARDWRIGHT_SEED=%llu\n", static_cast<unsigned long long>(value));
    return value;
  }();
  return seed;
}

}  // namespace shardwright::test
