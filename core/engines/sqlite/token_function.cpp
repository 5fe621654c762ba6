#ifdef SHARDWRIGHT_LOADABLE
#include <sqlite3ext.h>
SQLITE_EXTENSION_INIT1
#else
#include <sqlite3.h>
#endif

#include <string>

#include "core/engines/sqlite/token_function.h"
#include "core/strategy/hash_dialect.h"

namespace shardwright::sqlite {

namespace {

std::string textOf(sqlite3_value* value) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
  return text ? std::string(text, static_cast<std::size_t>(sqlite3_value_bytes(value))) : std::string();
}

// What the first three arguments say, parsed once a statement.
struct Spec {
  const HashDialect* dialect = nullptr;
  KeyType type = KeyType::Int;
  bool blob = false;
};

Result<Spec> specOf(sqlite3_value** arguments) {
  Spec spec;
  spec.dialect = TRY(findHashDialect(textOf(arguments[0])));
  spec.type = TRY(parseKeyType(textOf(arguments[1])));
  spec.blob = textOf(arguments[2]) == "uuid-blob";
  return spec;
}

Result<Key> keyOf(const Spec& spec, sqlite3_value* value) {
  const int held = sqlite3_value_type(value);
  if (held == SQLITE_INTEGER && spec.type == KeyType::Int) return Key::ofInt(sqlite3_value_int64(value));
  if (held == SQLITE_INTEGER && spec.type == KeyType::Timestamp) return Key::ofTimestamp({sqlite3_value_int64(value)});
  if (held == SQLITE_TEXT && !spec.blob && spec.type != KeyType::Int) return Key::parse(spec.type, textOf(value));
  if (held == SQLITE_BLOB && spec.blob && sqlite3_value_bytes(value) == 16) {
    Uuid uuid;
    const auto* bytes = static_cast<const unsigned char*>(sqlite3_value_blob(value));
    std::copy(bytes, bytes + 16, uuid.begin());
    return Key::ofUuid(uuid);
  }
  return invalidInput("shardwright_token: the value is no key of the keyspace's type");
}

void token(sqlite3_context* context, int, sqlite3_value** arguments) {
  if (sqlite3_value_type(arguments[3]) == SQLITE_NULL) return sqlite3_result_null(context);
  auto* spec = static_cast<Spec*>(sqlite3_get_auxdata(context, 0));
  Spec parsed;
  if (spec == nullptr) {
    auto read = specOf(arguments);
    if (!read) return sqlite3_result_error(context, read.error().message().c_str(), -1);
    parsed = *read;
    sqlite3_set_auxdata(context, 0, new Spec(parsed), [](void* p) { delete static_cast<Spec*>(p); });
    spec = &parsed;
  }
  const auto key = keyOf(*spec, arguments[3]);
  if (!key) return sqlite3_result_error(context, key.error().message().c_str(), -1);
  const Token result = spec->dialect->tokenOf(*key);
  sqlite3_result_blob(context, result.bytes.data(), static_cast<int>(result.bytes.size()), SQLITE_TRANSIENT);
}

}  // namespace

int registerTokenFunction(sqlite3* db) {
  return sqlite3_create_function_v2(db, "shardwright_token", 4, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
                                    nullptr, token, nullptr, nullptr, nullptr);
}

}  // namespace shardwright::sqlite

#ifdef SHARDWRIGHT_LOADABLE
extern "C" __attribute__((visibility("default"))) int sqlite3_shardwrighttoken_init(sqlite3* db, char**,
                                                                                     const sqlite3_api_routines* api) {
  SQLITE_EXTENSION_INIT2(api);
  return shardwright::sqlite::registerTokenFunction(db);
}
#endif
