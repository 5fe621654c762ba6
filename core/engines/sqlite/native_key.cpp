#include "core/engines/sqlite/native_key.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "core/engines/sqlite/database.h"

namespace shardwright::sqlite {

namespace {

constexpr std::size_t isoLength = 27;
constexpr std::int64_t microsOfYear0 = -63'113'904'000'000'000;      // 0000-01-01T00:00:00Z
constexpr std::int64_t microsOfYear10000 = 252'455'616'000'000'000;  // 10000-01-01T00:00:00Z

Error wrongClass(const Value& value, std::string_view expected) {
  return invalidInput(fmt::format("{} is no {} key", describe(value), expected));
}

Result<Key> keyOfText(const std::string& text, KeyType type, KeyForm form) {
  if (type == KeyType::Text) return Key::ofText(text);
  Key key = TRY(Key::parse(type, text));
  // Another spelling of the same key would sort and hash elsewhere.
  if (form == KeyForm::IsoText && (text.size() != isoLength || text.front() == '-')) return invalidInput(fmt::format("\"{}\" is not in the one form of a time here", text));
  if (key.toText() != text) return invalidInput(fmt::format("\"{}\" is not canonical; \"{}\" is", text, key.toText()));
  return key;
}

}  // namespace

Value nativeValue(const Key& key, KeyForm form) {
  switch (key.type()) {
    case KeyType::Int: return key.asInt();
    case KeyType::Text: return key.asText();
    case KeyType::Uuid:
      if (form == KeyForm::UuidBlob) return Blob{std::string(key.asUuid().begin(), key.asUuid().end())};
      return key.toText();
    case KeyType::Timestamp:
      if (form == KeyForm::IsoText) return key.toText();
      return key.asTimestamp().micros;
  }
  return Null{};
}

std::string_view storageClass(KeyType type, KeyForm form) {
  if (type == KeyType::Int || (type == KeyType::Timestamp && form != KeyForm::IsoText)) return "integer";
  return form == KeyForm::UuidBlob ? "blob" : "text";
}

Value keyBound(const Key& key, KeyForm form) {
  if (key.type() == KeyType::Timestamp && form == KeyForm::IsoText) {
    if (key.asTimestamp().micros < microsOfYear0) return std::string();
    if (key.asTimestamp().micros >= microsOfYear10000) return std::string(":");  // the character behind 9
  }
  return nativeValue(key, form);
}

Result<Key> keyOfValue(const Value& value, KeyType type, KeyForm form) {
  const std::string_view expected = storageClass(type, form);
  if (const auto* integer = std::get_if<std::int64_t>(&value); integer && expected == "integer")
    return type == KeyType::Int ? Key::ofInt(*integer) : Key::ofTimestamp(Timestamp{*integer});
  if (const auto* text = std::get_if<std::string>(&value); text && expected == "text") return keyOfText(*text, type, form);
  if (const auto* blob = std::get_if<Blob>(&value); blob && expected == "blob" && blob->bytes.size() == 16) {
    Uuid uuid;
    std::copy(blob->bytes.begin(), blob->bytes.end(), uuid.begin());
    return Key::ofUuid(uuid);
  }
  return wrongClass(value, expected);
}

std::string keyExpression(const TableRef& table, std::string_view prefix) {
  return fmt::format("{}{}{} COLLATE BINARY", prefix, prefix.empty() ? "" : ".", quoteName(table.keyColumn));
}

std::string tokenExpression(const Keyspace& keyspace, const TableRef& table, std::string_view prefix) {
  if (keyspace.strategy.kind != StrategyKind::Hash) return keyExpression(table, prefix);
  const std::string_view dot = prefix.empty() ? "" : ".";
  if (table.tokenColumn) return fmt::format("{}{}{}", prefix, dot, quoteName(*table.tokenColumn));
  return fmt::format("shardwright_token({}, '{}', '{}', {}{}{})", literal(keyspace.strategy.dialect),
                     keyTypeName(keyspace.strategy.keyType), keyFormName(keyspace.keyForm), prefix, dot,
                     quoteName(table.keyColumn));
}

Result<Value> boundValue(const Keyspace& keyspace, const ShardingStrategy& strategy, const Token& token) {
  if (!strategy.keepsOrder()) return Value(Blob{token.bytes});
  if (!token.isBeginning() || strategy.keyType() == KeyType::Text) return keyBound(TRY(strategy.keyOf(token)), keyspace.keyForm);
  const std::string_view held = storageClass(strategy.keyType(), keyspace.keyForm);
  if (held == "integer") return Value(std::numeric_limits<std::int64_t>::min());
  return held == "blob" ? Value(Blob{}) : Value(std::string());
}

std::string literal(const Value& value) {
  struct Writer {
    std::string operator()(Null) const { return "NULL"; }
    std::string operator()(std::int64_t v) const { return std::to_string(v); }
    std::string operator()(double v) const { return fmt::format("{:.17g}", v); }
    std::string operator()(const std::string& v) const {
      std::string out = "'";
      for (char c : v) {
        if (c == '\'') out += '\'';
        out += c;
      }
      return out + "'";
    }
    std::string operator()(const Blob& v) const { return "x'" + toHex(v.bytes) + "'"; }
  };
  return std::visit(Writer{}, value);
}

}  // namespace shardwright::sqlite
