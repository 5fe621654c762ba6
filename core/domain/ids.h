// Names of things. Each is a type of its own, so that a shard is never passed where a keyspace is meant.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "core/base/result.h"

namespace shardwright {

template <class Tag>
class Name {
 public:
  Name() = default;
  explicit Name(std::string text) : m_text(std::move(text)) {}
  const std::string& text() const { return m_text; }
  bool empty() const { return m_text.empty(); }
  friend bool operator==(const Name&, const Name&) = default;
  friend auto operator<=>(const Name&, const Name&) = default;

 private:
  std::string m_text;
};

using ShardId = Name<struct ShardTag>;
using KeyspaceName = Name<struct KeyspaceTag>;
using PlanId = Name<struct PlanTag>;  // calm-otter-17
using MoveId = Name<struct MoveTag>;  // m1, m2, ... inside a plan

// Names an operator may give: 1 to 63 bytes of valid UTF-8, no control or bidirectional characters, no blank at an end.
// `what` stands in the sentence ("shard", "keyspace").
Done checkName(std::string_view what, std::string_view name);

using MapVersion = std::int64_t;  // 1, 2, 3 ... per keyspace; 0 = none yet

// Counter of a catalog lease. Whoever holds the greatest token seen by a database is its one executor.
struct FencingToken {
  std::int64_t value = 0;
  friend auto operator<=>(const FencingToken&, const FencingToken&) = default;
};

}  // namespace shardwright

template <class Tag>
struct std::hash<shardwright::Name<Tag>> {
  std::size_t operator()(const shardwright::Name<Tag>& name) const { return std::hash<std::string>()(name.text()); }
};
