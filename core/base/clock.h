// Time. Wall time is for people and expiry, never for order; durations come from the steady clock.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace shardwright {

// Seconds since 1970-01-01 UTC.
using UnixSeconds = std::int64_t;

// The clock a service reads; tests hand in their own.
using WallClock = std::function<UnixSeconds()>;
UnixSeconds systemSeconds();

std::string formatUtc(UnixSeconds when);                            // 2026-11-24T23:05:00Z
std::optional<UnixSeconds> parseUtc(std::string_view text);         // RFC 3339 with Z or offset, or whole epoch seconds

class Stopwatch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - m_start).count();
  }

 private:
  std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
};

}  // namespace shardwright
