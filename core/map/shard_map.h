// ShardMap: which shard owns which part of a keyspace's line; immutable and versioned.
//
// Invariants, each a named check with a sentence for the operator (check_map in map_rules.h):
//   covers   the ranges cover the line from its beginning to its end; neighbours touch, so there is no gap or overlap
//   order    bounds ascend and are tokens of the keyspace's strategy (width, UTF-8)
//   owners   every owner is a known shard that is not removed; a range (never a pin) may belong to nobody
//   pins     one pin a key, keys of the keyspace's type
//   version  parent + 1
//   checksum SHA-256 of the canonical JSON without "checksum"
//
// Size: 1,000,000 ranges of 8-byte tokens take at most 120 bytes each. Threads: immutable; share by shared_ptr<const>.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/domain/ids.h"
#include "core/domain/placed_part.h"
#include "core/domain/token.h"
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

  std::size_t rangeCount() const { return m_owners.size(); }
  MapRange range(std::size_t index) const;
  TokenRange tokens(std::size_t index) const;
  std::optional<ShardId> owner(std::size_t index) const;  // none: nobody
  std::size_t indexOf(const Token& token) const;          // the range that contains it; always one
  std::optional<std::size_t> indexOf(const TokenRange& range) const;  // the range with exactly these bounds

  std::span<const Pin> pins() const { return m_pins; }  // sorted by key
  const Pin* pinOf(const Key& key) const;
  std::vector<Key> pinsIn(const TokenRange& range) const;  // keys pinned whose token lies there; sorted

  Result<Placement> placementOf(const Key& key) const;

  // What moving `range` carries: its rows without the keys that are pinned.
  PlacedPart partOf(const TokenRange& range) const;

  std::vector<ShardId> shards() const;  // every shard that owns something, sorted

  // SHA-256 over the canonical JSON; computed when first asked for by the builder or reader.
  const std::string& checksum() const { return m_checksum; }

  friend bool operator==(const ShardMap& a, const ShardMap& b);  // content and version

 private:
  friend class MapBuilder;
  explicit ShardMap(ShardingStrategy strategy) : m_strategy(std::move(strategy)) {}

  static constexpr std::uint32_t nobody = 0xffffffff;

  KeyspaceName m_keyspace;
  MapVersion m_version = 0;
  ShardingStrategy m_strategy;
  std::vector<ShardId> m_shardNames;     // sorted; owners point into it
  std::vector<Token> m_froms;            // m_froms[0] is the beginning
  std::vector<std::uint32_t> m_owners;   // beside m_froms
  std::vector<Pin> m_pins;
  std::string m_checksum;
};

// Makes maps: a first one from ranges, or the next version of an existing one by edits.
class MapBuilder {
 public:
  MapBuilder(KeyspaceName keyspace, ShardingStrategy strategy);  // an empty line that belongs to nobody, version 0
  explicit MapBuilder(const ShardMap& base);                     // edits of `base`; build() gives base.version() + 1

  // Owner of exactly `range`; bounds are added to the line where they are not yet. Ranges inside lose their bounds.
  MapBuilder& assign(const TokenRange& range, std::optional<ShardId> shard);
  // Adds a bound; both sides keep the owner. A no-op where a bound stands.
  MapBuilder& split(const Token& at);
  // Removes a bound between two ranges of one owner.
  Done merge(const Token& at);
  Done pin(const Key& key, const ShardId& shard);  // replaces an earlier pin of the key
  Done unpin(const Key& key);                      // NotFound

  // Ranges in order, as a reader meets them: adds at the end of the line in O(1). Used for a whole new map.
  Done append(const Token& from, std::optional<ShardId> shard);

  // Checks the invariants that need no registry, sets version and checksum.
  Result<ShardMap> build() const;
  Result<ShardMap> build(MapVersion version) const;

 private:
  KeyspaceName m_keyspace;
  MapVersion m_version = 0;
  ShardingStrategy m_strategy;
  std::vector<Token> m_froms;
  std::vector<std::optional<ShardId>> m_owners;
  std::vector<Pin> m_pins;
};

// N shards side by side with equal parts of the line (hash: equal shares; int, timestamp and uuid: equal stretches of
// the whole type; text: everything on the first shard).
Result<ShardMap> evenMap(const KeyspaceName& keyspace, const ShardingStrategy& strategy, std::span<const ShardId> shards);

}  // namespace shardwright
