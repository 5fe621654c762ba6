// The rules of MoveRules by their names, for tests that take one away.
#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "core/db/move_engine.h"

namespace shardwright::test {

using Rule = bool MoveRules::*;

inline constexpr std::array<std::pair<std::string_view, Rule>, 12> ruleNames = {{
    {"drain", &MoveRules::drain},
    {"markerAfterFence", &MoveRules::markerAfterFence},
    {"positionWithData", &MoveRules::positionWithData},
    {"forgetByGeneration", &MoveRules::forgetByGeneration},
    {"tokenCheck", &MoveRules::tokenCheck},
    {"leaseCheck", &MoveRules::leaseCheck},
    {"keepClosedWhenUnknown", &MoveRules::keepClosedWhenUnknown},
    {"decisionBeforeOpening", &MoveRules::decisionBeforeOpening},
    {"ownershipAtCleanUp", &MoveRules::ownershipAtCleanUp},
    {"recordBeforeCreation", &MoveRules::recordBeforeCreation},
    {"replaceLosers", &MoveRules::replaceLosers},
    {"pinsExcluded", &MoveRules::pinsExcluded},
}};

// Every rule in force but this one; an empty name: every one.
inline Result<MoveRules> rulesWithout(std::string_view name) {
  MoveRules rules;
  if (name.empty()) return rules;
  for (const auto& [known, rule] : ruleNames)
    if (known == name) {
      rules.*rule = false;
      return rules;
    }
  return invalidInput("no rule is called " + std::string(name));
}

}  // namespace shardwright::test
