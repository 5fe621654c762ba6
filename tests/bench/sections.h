// What can be measured: `bench` runs all sections, `bench NAME...` those named.
#pragma once

#include <span>
#include <string_view>

namespace shardwright::bench {

struct Section {
  std::string_view name;
  std::string_view about;
  void (*run)();
};

std::span<const Section> sections();

void runRouting();
void runMap();
void runMove();
void runWindow();

}  // namespace shardwright::bench
