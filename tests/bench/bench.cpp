// bench [SECTION...]: measures and prints; exits 0 whatever the figures say, 2 for a section that is not there.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <string_view>
#include <vector>

#include "tests/bench/sections.h"

using namespace shardwright::bench;

int main(int argc, char** argv) {
  const std::vector<std::string_view> wanted(argv + 1, argv + argc);
  for (const std::string_view name : wanted) {
    if (std::ranges::find(sections(), name, &Section::name) != sections().end()) continue;
    fmt::print(stderr, "bench: there is no section \"{}\". There are:\n", name);
    for (const Section& section : sections()) fmt::print(stderr, "  {:<10}{}\n", section.name, section.about);
    return 2;
  }
#ifndef NDEBUG
  fmt::print("This is no release build; the figures say nothing about the goals.\n\n");
#endif
  for (const Section& section : sections()) {
    if (!wanted.empty() && std::ranges::find(wanted, section.name) == wanted.end()) continue;
    fmt::print("== {}: {}\n", section.name, section.about);
    section.run();
    fmt::print("\n");
  }
}
