// Keyspace: tables that are sharded alike by one key, with one strategy and one map.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json_fwd.h"
#include "core/base/result.h"
#include "core/domain/ids.h"
#include "core/domain/key.h"

namespace shardwright {

enum class StrategyKind { Range, Hash, Directory };

std::string_view strategyName(StrategyKind kind);  // range, hash, directory
Result<StrategyKind> parseStrategyKind(std::string_view name);

// What a strategy is made of; core/strategy makes it work.
struct StrategySpec {
  StrategyKind kind = StrategyKind::Range;
  KeyType keyType = KeyType::Int;
  std::string dialect;                // hash only: md5-64, pg64, ...
  std::optional<std::int64_t> slotCount;  // dialects with slots only; not called slots, which Qt makes a macro of
  friend bool operator==(const StrategySpec&, const StrategySpec&) = default;
};

// One table of a keyspace, named as in SQL: [SCHEMA.]TABLE:KEYCOLUMN.
struct TableRef {
  std::string schema;  // empty: the engine's default
  std::string name;
  std::string keyColumn;
  std::optional<std::string> tokenColumn;  // kept by the application: the key's token, 8 bytes
  friend bool operator==(const TableRef&, const TableRef&) = default;
};

Result<TableRef> parseTableRef(std::string_view text);  // double quotes around odd names, doubled inside
std::string formatTableRef(const TableRef& table);

// How the key stands in the columns of a database that has no type of its own for it (SQLite).
enum class KeyForm {
  Native,         // int and text; uuid and timestamp where the engine has them
  UuidText,       // lower-case canonical text
  UuidBlob,       // 16 bytes
  MicrosInteger,  // microseconds since 2000-01-01 UTC
  IsoText,        // 2026-11-24T10:00:00.000000Z, always these 27 characters
};

std::string_view keyFormName(KeyForm form);  // native, uuid-text, uuid-blob, micros, iso-text
Result<KeyForm> parseKeyForm(std::string_view name);
KeyForm defaultKeyForm(KeyType type);        // native, native, uuid-text, micros

struct Keyspace {
  KeyspaceName name;
  StrategySpec strategy;
  KeyForm keyForm = KeyForm::Native;
  std::vector<TableRef> tables;  // colocated: moved together, in this order
  friend bool operator==(const Keyspace&, const Keyspace&) = default;
};

Json toJson(const Keyspace& keyspace);
Result<Keyspace> keyspaceFromJson(const Json& json);

}  // namespace shardwright
