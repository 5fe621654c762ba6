// Contest: several ways to do one thing, measured by turns in one process, so that a disturbance of the machine meets
// all of them. Prints the median of each and its ratio to the first, which is ours; goals stand beside the figures and
// decide nothing: a busy machine must not fail a build.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace shardwright::bench {

class Contest {
 public:
  // A run does `operations` operations and gives the seconds they took.
  using Run = std::function<double(std::size_t operations)>;

  explicit Contest(std::string title) : m_title(std::move(title)) {}

  Contest& add(std::string name, Run run);
  Contest& goalNanoseconds(double most);                        // of ours, an operation
  Contest& goalRatio(const std::string& name, double atLeast);  // how many times faster ours has to be

  void hold();  // measures and prints

 private:
  struct Party {
    std::string name;
    Run run;
    std::size_t operations = 1;
    std::vector<double> nanoseconds;  // an operation, by round
    std::optional<double> goalRatio;
  };

  std::string m_title;
  std::vector<Party> m_parties;
  std::optional<double> m_goal;
};

// One line "name: value unit (goal ...)" for what is measured once or has no rival.
void printFigure(const std::string& name, double value, const std::string& unit,
                 std::optional<double> atMost = std::nullopt);

// Keeps a result from being optimised away.
void keep(std::uint64_t value);

}  // namespace shardwright::bench
