// Keys as they stand in SQLite columns, and tokens as SQL expressions over them.
//
// Two spaces: the key's own value (order-keeping strategies compare it directly, so an index on the column serves) and
// the 8-byte token of a hash, computed by shardwright_token() or kept by the application in a token column.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/domain/keyspace.h"
#include "core/domain/token.h"
#include "core/domain/value.h"
#include "core/strategy/sharding_strategy.h"

namespace shardwright::sqlite {

Value nativeValue(const Key& key, KeyForm form);
// The key as a bound of a stretch. Times beyond the years 0 to 9999, whose text would not sort as they do, become bounds
// beyond every text of the form.
Value keyBound(const Key& key, KeyForm form);
// InvalidInput: NULL, another storage class, not canonical, invalid UTF-8.
Result<Key> keyOfValue(const Value& value, KeyType type, KeyForm form);

std::string_view storageClass(KeyType type, KeyForm form);  // what typeof() must say: integer, text, blob

// The key of a row: PREFIX."column" with binary collation. `prefix` is empty, NEW, OLD or a table's alias.
std::string keyExpression(const TableRef& table, std::string_view prefix = {});
// What placement compares: the key itself, or its hash token.
std::string tokenExpression(const Keyspace& keyspace, const TableRef& table, std::string_view prefix = {});

// A token as the value tokenExpression() is compared with. The beginning becomes the least value of that space.
Result<Value> boundValue(const Keyspace& keyspace, const ShardingStrategy& strategy, const Token& token);

std::string literal(const Value& value);  // as SQL text, for triggers, where nothing can be bound

}  // namespace shardwright::sqlite
