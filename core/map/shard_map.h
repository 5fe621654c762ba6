// ShardMap: which shard owns which part of a keyspace's line; immutable and versioned.
//
// Invariants, each a named check with a sentence for the operator (check_map in map_rules.h):
//   covers   the ranges cover the line from its beginning to its end; neighbours touch, so there is no gap or overlap
//   order    bounds ascend and are tokens of the keyspace's strategy (width, UTF-8)
//   owners   every owner is a known shard that is not removed; a range (never a pin) may belong to nobody, except on a
//            hash line, where a hole would take keys at random
//   pins     one pin a key, keys of the keyspace's type
//   version  parent + 1
//   checksum SHA-256 of the canonical JSON without "checksum"
//
// Size: 1,000,000 ranges of 8-byte tokens take at most 120 bytes each. Threads: immutable; share by shared_ptr<const>.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/result.h"
#include "core/domain/ids.h"
#include "core/domain/placed_part.h"
#include "core/domain/token.h"
#include "core/map/map_line.h"
#include "core/strategy/sharding_strategy.h"

namespace shardwright {

// One range with its owner, as a value.
struct MapRange {
  TokenRange tokens;
  std::optional<ShardId> shard;  // none: belongs to nobody
  friend bool operator==(const MapRange&, const MapRange&) = default;
};

struct Pin {
  Key key;
  ShardId shard;
  friend bool operator==(const Pin&, const Pin&) = default;
};

// All pins of a map. Invariant: pins sorted by key, one a key; owners sorted, each once and each with a pin.
struct MapPins {
  struct AtToken {
    std::uint64_t token;  // as a big-endian number
    std::uint32_t pin;    // index into pins
  };
  std::vector<Pin> pins;
  std::vector<AtToken> byToken;  // hash lines only, where keys and tokens have different orders: sorted by token, pin
  std::vector<ShardId> owners;
};

// Where a key lives, and why.
struct Placement {
  enum class Reason { Range, Pin, Nobody };
  Token token;
  std::optional<ShardId> shard;
  Reason reason = Reason::Nobody;
};

class ShardMap {
 public:
  const KeyspaceName& keyspace() const { return m_keyspace; }
  MapVersion version() const { return m_version; }
  const ShardingStrategy& strategy() const { return m_strategy; }

  std::size_t rangeCount() const { return m_line->size(); }
  MapRange range(std::size_t index) const;
  TokenRange tokens(std::size_t index) const;
  std::optional<ShardId> owner(std::size_t index) const;              // none: nobody
  std::size_t indexOf(const Token& token) const;                      // the range that contains it; always one
  std::optional<std::size_t> indexOf(const TokenRange& range) const;  // the range with exactly these bounds

  std::span<const Pin> pins() const { return m_pins->pins; }  // sorted by key
  const Pin* pinOf(const Key& key) const;
  std::vector<Key> pinsIn(const TokenRange& range) const;  // keys pinned whose token lies there; sorted

  Result<Placement> placementOf(const Key& key) const;

  // What moving `range` carries: its rows without the keys that are pinned.
  PlacedPart partOf(const TokenRange& range) const;

  std::vector<ShardId> shards() const;  // every shard that owns something, sorted

  // SHA-256 over the canonical JSON, in hex.
  const std::string& checksum() const { return m_checksum; }

  // The packed insides, for what reads a whole map fast: writers, differences, routing tables.
  const MapLine& line() const { return *m_line; }
  std::size_t bytes() const;  // memory held by the ranges

  friend bool operator==(const ShardMap& a, const ShardMap& b);  // content and version

 private:
  friend class MapBuilder;
  explicit ShardMap(ShardingStrategy strategy) : m_strategy(std::move(strategy)) {}

  KeyspaceName m_keyspace;
  MapVersion m_version = 0;
  ShardingStrategy m_strategy;
  // Shared with the versions made from this one wherever they are alike.
  std::shared_ptr<const MapLine> m_line;
  std::shared_ptr<const MapPins> m_pins;
  std::string m_checksum;
};

// What is wrong with a line under a strategy, as a sentence; none where it is sound (rules covers, order, owners).
std::optional<std::string> lineProblem(const MapLine& line, const ShardingStrategy& strategy);

// Makes maps: a first one from ranges, or the next version of an existing one by edits.
//
// Cost: an edit takes O(log ranges) and the space of what it touches, whatever the size of the base; build() copies the
// line once if it was edited and digests it. Threads: none of its own; one builder, one thread.
class MapBuilder {
 public:
  MapBuilder(KeyspaceName keyspace, ShardingStrategy strategy);  // an empty line that belongs to nobody, version 0
  explicit MapBuilder(const ShardMap& base);                     // edits of `base`; build() gives base.version() + 1
  MapBuilder(MapBuilder&&) = default;
  MapBuilder& operator=(MapBuilder&&) = default;

  // Owner of exactly `range`; bounds are added to the line where they are not yet. Ranges inside lose their bounds.
  // A range that is empty or the wrong way round fails build().
  MapBuilder& assign(const TokenRange& range, std::optional<ShardId> shard);
  // Adds a bound; both sides keep the owner. A no-op where a bound stands.
  MapBuilder& split(const Token& at);
  // Removes a bound between two ranges of one owner. NotFound: no such bound; Refused: two owners.
  Done merge(const Token& at);
  Done pin(const Key& key, const ShardId& shard);  // replaces an earlier pin of the key; InvalidInput: another type
  Done unpin(const Key& key);                      // NotFound

  // Ranges in order, as a reader meets them: adds at the end of the line in O(1). Used for a whole new map.
  // InvalidInput: `from` does not lie after the last bound (of an empty line, the first may be its beginning).
  Done append(const Token& from, std::optional<ShardId> shard);

  // Checks the invariants that need no registry, sets checksum and version (the base's + 1, or the one given).
  // InvalidInput: one is broken.
  Result<ShardMap> build() const;
  Result<ShardMap> build(MapVersion version) const;

 private:
  // Edits: ranges of the base that are taken out (runs of indexes, first -> after the last, apart from each other), and
  // the bounds that stand in their place. Invariant: the first bound of a run always stands among the edited ones.
  using Runs = std::map<std::size_t, std::size_t>;
  using Bounds = std::map<Token, std::uint32_t>;

  std::uint32_t indexOfShard(const std::optional<ShardId>& shard);
  void lift(std::size_t index);
  bool isLifted(std::size_t index) const;
  void markLifted(std::size_t first, std::size_t last);
  MapLine& ownLine();
  std::shared_ptr<const MapLine> editedLine() const;
  Result<std::shared_ptr<const MapPins>> editedPins() const;

  KeyspaceName m_keyspace;
  MapVersion m_version = 0;
  ShardingStrategy m_strategy;
  std::shared_ptr<const MapLine> m_line;
  std::shared_ptr<MapLine> m_own;  // m_line again, where this builder made it and may change it
  bool m_begun = false;            // the beginning of an appended line has its owner
  std::vector<ShardId> m_shards;   // those of m_line first
  std::unordered_map<ShardId, std::uint32_t> m_shardIndex;
  Runs m_lifted;
  Bounds m_bounds;
  std::shared_ptr<const MapPins> m_pins;
  std::map<Key, std::optional<ShardId>> m_pinEdits;  // none: unpinned
  std::optional<std::string> m_problem;              // what an edit without a result did wrong
};

// N shards side by side with equal parts of the line (hash: equal shares; int, timestamp and uuid: equal stretches of
// the whole type; text: everything on the first shard).
Result<ShardMap> evenMap(const KeyspaceName& keyspace, const ShardingStrategy& strategy,
                         std::span<const ShardId> shards);

}  // namespace shardwright
