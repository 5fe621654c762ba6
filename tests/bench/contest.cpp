#include "tests/bench/contest.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>

namespace shardwright::bench {

namespace {

constexpr std::size_t rounds = 7;
constexpr double roundSeconds = 0.05;

double median(std::vector<double> values) {
  std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
  return values[values.size() / 2];
}

// So many that a round takes long enough to be measured.
std::size_t operationsFor(const Contest::Run& run) {
  for (std::size_t operations = 1;; operations *= 4) {
    const double seconds = run(operations);
    if (seconds * 4 >= roundSeconds)
      return std::max<std::size_t>(1,
                                   static_cast<std::size_t>(static_cast<double>(operations) * roundSeconds / seconds));
  }
}

const char* verdict(bool met) { return met ? "met" : "missed"; }

}  // namespace

Contest& Contest::add(std::string name, Run run) {
  m_parties.push_back({std::move(name), std::move(run), 1, {}, std::nullopt});
  return *this;
}

Contest& Contest::goalNanoseconds(double most) {
  m_goal = most;
  return *this;
}

Contest& Contest::goalRatio(const std::string& name, double atLeast) {
  for (Party& party : m_parties)
    if (party.name == name) party.goalRatio = atLeast;
  return *this;
}

void Contest::hold() {
  for (Party& party : m_parties) party.operations = operationsFor(party.run);
  for (std::size_t round = 0; round < rounds; ++round)
    for (Party& party : m_parties) {
      // The one before has emptied the caches.
      party.run(party.operations / 2 + 1);
      party.nanoseconds.push_back(party.run(party.operations) * 1e9 / static_cast<double>(party.operations));
    }
  fmt::print("{}\n", m_title);
  const double ours = median(m_parties.front().nanoseconds);
  for (const Party& party : m_parties) {
    const double theirs = median(party.nanoseconds);
    fmt::print("  {:<28}{:>12.1f} ns", party.name, theirs);
    if (&party != &m_parties.front()) fmt::print("{:>9.2f}x", theirs / ours);
    if (&party == &m_parties.front() && m_goal)
      fmt::print("   goal: at most {:g} ns, {}", *m_goal, verdict(ours <= *m_goal));
    if (party.goalRatio)
      fmt::print("   goal: at least {:g}x, {}", *party.goalRatio, verdict(theirs >= ours * *party.goalRatio));
    fmt::print("\n");
  }
  std::fflush(stdout);
}

void printFigure(const std::string& name, double value, const std::string& unit, std::optional<double> atMost) {
  fmt::print("  {:<44}{:>12.3f} {}", name, value, unit);
  if (atMost) fmt::print("   goal: at most {:g} {}, {}", *atMost, unit, verdict(value <= *atMost));
  fmt::print("\n");
  std::fflush(stdout);
}

void keep(std::uint64_t value) {
  [[maybe_unused]] static volatile std::uint64_t sink;
  sink = value;
}

}  // namespace shardwright::bench
