// Names of plans: two words and a number, easy to say over a telephone and to type.
#include <fmt/format.h>

#include <array>
#include <random>

#include "core/catalog/state.h"

namespace shardwright {

namespace {

constexpr std::array<std::string_view, 48> moods = {
    "calm",   "brave", "bright", "clear",  "clever", "cosy",   "crisp",  "early", "easy",  "fair",  "fine",   "fond",
    "fresh",  "gentle", "glad",  "golden", "grand",  "green",  "handy",  "happy", "high",  "honest", "keen",  "kind",
    "light",  "lively", "lucky", "merry",  "mild",   "neat",   "noble",  "patient", "plain", "proud", "quick", "quiet",
    "ready",  "round", "silver", "smooth", "snowy",  "steady", "sunny",  "swift", "tidy",  "warm",  "wide",   "wise"};

constexpr std::array<std::string_view, 48> animals = {
    "otter",  "badger", "beaver", "bison",  "camel",   "crane",  "curlew", "deer",  "dolphin", "dove",   "eagle",  "egret",
    "falcon", "finch",  "fox",    "gecko",  "gull",    "hare",   "hawk",   "heron", "horse",   "ibex",   "ibis",   "jay",
    "kestrel", "koala", "lark",   "lemur",  "lion",    "llama",  "lynx",   "marten", "moose",  "newt",   "oriole", "osprey",
    "owl",    "panda",  "plover", "puffin", "rabbit",  "raven",  "robin",  "salmon", "seal",   "stork",  "swan",   "wren"};

}  // namespace

Result<PlanId> Catalog::freshPlanId() {
  std::random_device source;
  const auto below = [&](std::size_t limit) { return std::uniform_int_distribution<std::size_t>(0, limit - 1)(source); };
  // 207,360 names of two digits; a catalog that has used up many of them gets longer numbers.
  std::size_t numbers = 90;
  for (int attempt = 1;; ++attempt) {
    PlanId id(fmt::format("{}-{}-{}", moods[below(moods.size())], animals[below(animals.size())], 10 + below(numbers)));
    const auto used = TRY(m_state->file.integer("SELECT count(*) FROM plans WHERE id = ?", id.text()));
    if (*used == 0) return id;
    if (attempt % 16 == 0) numbers *= 10;
  }
}

}  // namespace shardwright
