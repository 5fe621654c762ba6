// PlacedPart: what one move carries, and what every predicate is made from: the rows of a token range without the keys
// that are pinned elsewhere, or exactly one pinned key. Capture, copy, fence, verification, clean-up and ownership
// filters all build their condition from one of these.
#pragma once

#include <optional>
#include <vector>

#include "core/domain/key.h"
#include "core/domain/token.h"

namespace shardwright {

struct PlacedPart {
  TokenRange range;                // of a pin: the whole line, unused
  std::vector<Key> withoutPins;    // pinned keys whose token lies in `range`; sorted; they stay where they are
  std::optional<Key> pin;          // set: this key alone

  static PlacedPart ofPin(Key key) { return {{}, {}, std::move(key)}; }
  friend bool operator==(const PlacedPart&, const PlacedPart&) = default;
};

}  // namespace shardwright
