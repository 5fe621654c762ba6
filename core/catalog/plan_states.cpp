// The life of a plan, as data.
#include <fmt/format.h>

#include <array>
#include <initializer_list>

#include "core/base/text.h"
#include "core/catalog/catalog.h"

namespace shardwright {

namespace {

using enum PlanState;

constexpr std::uint32_t setOf(std::initializer_list<PlanState> states) {
  std::uint32_t bits = 0;
  for (const PlanState state : states) bits |= 1u << static_cast<unsigned>(state);
  return bits;
}

struct StateEntry {
  PlanState state;
  std::string_view name;
  std::uint32_t next;
};

constexpr std::array<StateEntry, 10> table = {{
    {Draft, "draft", setOf({Rejected, Withdrawn})},
    {Approved, "approved", setOf({Running, Rejected, Withdrawn})},
    {Running, "running", setOf({Watching, PlanState::Done, RolledBack, Cancelled, Failed})},
    // Clean-up and roll back run again.
    {Watching, "watching", setOf({Running, PlanState::Done, RolledBack, Failed})},
    {PlanState::Done, "done", 0},
    {RolledBack, "rolledback", 0},
    {Cancelled, "cancelled", 0},
    // What failed keeps its state and can be gone on with.
    {Failed, "failed", setOf({Running, Watching, PlanState::Done, RolledBack, Cancelled})},
    {Rejected, "rejected", 0},
    {Withdrawn, "withdrawn", 0},
}};

constexpr bool inOrder() {
  for (std::size_t i = 0; i < table.size(); ++i)
    if (static_cast<std::size_t>(table[i].state) != i) return false;
  return true;
}
static_assert(inOrder(), "the table stands in the order of PlanState");

const StateEntry& entry(PlanState state) { return table[static_cast<std::size_t>(state)]; }

}  // namespace

std::string_view planStateName(PlanState state) { return entry(state).name; }

Result<PlanState> parsePlanState(std::string_view name) {
  for (const StateEntry& row : table)
    if (row.name == name) return row.state;
  return invalidInput(fmt::format("\"{}\" is no state of a plan", printable(name, 80)));
}

bool isFinal(PlanState state) { return entry(state).next == 0; }
bool mayFollow(PlanState from, PlanState to) { return (entry(from).next & setOf({to})) != 0; }

}  // namespace shardwright
