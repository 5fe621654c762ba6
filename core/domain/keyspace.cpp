#include "core/domain/keyspace.h"

#include <fmt/format.h>

#include "core/base/json.h"
#include "core/base/text.h"

namespace shardwright {

std::string_view strategyName(StrategyKind kind) {
  switch (kind) {
    case StrategyKind::Range: return "range";
    case StrategyKind::Hash: return "hash";
    case StrategyKind::Directory: return "directory";
  }
  return "";
}

Result<StrategyKind> parseStrategyKind(std::string_view name) {
  for (const StrategyKind kind : {StrategyKind::Range, StrategyKind::Hash, StrategyKind::Directory})
    if (strategyName(kind) == name) return kind;
  return invalidInput(fmt::format("\"{}\" is no strategy; choose range, hash or directory", printable(name, 40)));
}

std::string_view keyFormName(KeyForm form) {
  switch (form) {
    case KeyForm::Native: return "native";
    case KeyForm::UuidText: return "uuid-text";
    case KeyForm::UuidBlob: return "uuid-blob";
    case KeyForm::MicrosInteger: return "micros";
    case KeyForm::IsoText: return "iso-text";
  }
  return "";
}

Result<KeyForm> parseKeyForm(std::string_view name) {
  for (const KeyForm form :
       {KeyForm::Native, KeyForm::UuidText, KeyForm::UuidBlob, KeyForm::MicrosInteger, KeyForm::IsoText})
    if (keyFormName(form) == name) return form;
  return invalidInput(
      fmt::format("\"{}\" is no key form; choose native, uuid-text, uuid-blob, micros or iso-text", printable(name, 40)));
}

KeyForm defaultKeyForm(KeyType type) {
  if (type == KeyType::Uuid) return KeyForm::UuidText;
  if (type == KeyType::Timestamp) return KeyForm::MicrosInteger;
  return KeyForm::Native;
}

namespace {

// One SQL name from the front of `text`: bare up to . or :, or in double quotes with quotes doubled.
std::optional<std::string> takeName(std::string_view& text) {
  std::string name;
  if (!text.empty() && text.front() == '"') {
    text.remove_prefix(1);
    for (;;) {
      if (text.empty()) return std::nullopt;
      const char c = text.front();
      text.remove_prefix(1);
      if (c != '"') {
        name += c;
      } else if (!text.empty() && text.front() == '"') {
        name += '"';
        text.remove_prefix(1);
      } else {
        break;
      }
    }
  } else {
    while (!text.empty() && text.front() != '.' && text.front() != ':' && text.front() != '"') {
      name += text.front();
      text.remove_prefix(1);
    }
  }
  if (name.empty() || !isUtf8(name) || name.find('\0') != std::string::npos) return std::nullopt;
  return name;
}

std::string quoteIfOdd(const std::string& name) {
  if (name.find_first_of(".:\" ") == std::string::npos) return name;
  std::string out = "\"";
  for (char c : name) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

}  // namespace

Result<TableRef> parseTableRef(std::string_view text) {
  const auto wrong = [whole = text] {
    return invalidInput(fmt::format("\"{}\" names no table and key column; write [SCHEMA.]TABLE:KEYCOLUMN, with double quotes "
                                    "around names with odd characters",
                                    printable(whole, 80)));
  };
  TableRef table;
  auto name = takeName(text);
  if (!name) return wrong();
  if (!text.empty() && text.front() == '.') {
    table.schema = *name;
    text.remove_prefix(1);
    name = takeName(text);
    if (!name) return wrong();
  }
  table.name = *name;
  if (text.empty() || text.front() != ':') return wrong();
  text.remove_prefix(1);
  name = takeName(text);
  if (!name || !text.empty()) return wrong();
  table.keyColumn = *name;
  return table;
}

std::string formatTableRef(const TableRef& table) {
  std::string out;
  if (!table.schema.empty()) out = quoteIfOdd(table.schema) + ".";
  return out + quoteIfOdd(table.name) + ":" + quoteIfOdd(table.keyColumn);
}

Json toJson(const Keyspace& keyspace) {
  Json tables = Json::array();
  for (const TableRef& table : keyspace.tables)
    tables.push_back({{"table", formatTableRef(table)},
                      {"tokenColumn", table.tokenColumn ? Json(*table.tokenColumn) : Json()}});
  return {{"name", keyspace.name.text()},
          {"strategy", strategyName(keyspace.strategy.kind)},
          {"keyType", keyTypeName(keyspace.strategy.keyType)},
          {"dialect", keyspace.strategy.dialect},
          {"slots", keyspace.strategy.slotCount ? Json(*keyspace.strategy.slotCount) : Json()},
          {"keyForm", keyFormName(keyspace.keyForm)},
          {"tables", std::move(tables)}};
}

Result<Keyspace> keyspaceFromJson(const Json& json) {
  try {
    Keyspace keyspace;
    keyspace.name = KeyspaceName(json.at("name").get<std::string>());
    keyspace.strategy.kind = TRY(parseStrategyKind(json.at("strategy").get<std::string>()));
    keyspace.strategy.keyType = TRY(parseKeyType(json.at("keyType").get<std::string>()));
    keyspace.strategy.dialect = json.at("dialect").get<std::string>();
    if (!json.at("slots").is_null()) keyspace.strategy.slotCount = json.at("slots").get<std::int64_t>();
    keyspace.keyForm = TRY(parseKeyForm(json.at("keyForm").get<std::string>()));
    for (const Json& entry : json.at("tables")) {
      TableRef table = TRY(parseTableRef(entry.at("table").get<std::string>()));
      if (!entry.at("tokenColumn").is_null()) table.tokenColumn = entry.at("tokenColumn").get<std::string>();
      keyspace.tables.push_back(std::move(table));
    }
    return keyspace;
  } catch (const Json::exception& problem) {
    return invalidInput(std::string("not a keyspace: ") + problem.what());
  }
}

}  // namespace shardwright
