// Estimate: how long the rest will take, from the pace of the last seconds and of the whole: the truth is mostly between
// them. Works on amounts of any kind; told as rows where rows are what is counted.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>

namespace shardwright::cli {

class Estimate {
 public:
  using Clock = std::chrono::steady_clock;
  using Range = std::pair<double, double>;  // seconds, the shorter first

  // An amount that is less than the one before begins anew.
  void add(Clock::time_point now, std::int64_t amount);
  // A second, over the last ten seconds or, before there are twenty, over the latter half; none: nothing to go by yet.
  std::optional<double> rate() const;
  std::optional<Range> remaining(std::int64_t amount) const;

 private:
  struct Point {
    Clock::time_point at;
    std::int64_t amount;
  };
  std::optional<Point> m_first;
  std::deque<Point> m_recent;
};

std::string formatEta(const std::optional<Estimate::Range>& eta);  // "12 s to 40 s"; empty: unknown

}  // namespace shardwright::cli
