#include "core/engines/sqlite/key_function.h"

#include <fmt/format.h>

#include "core/engines/sqlite/native_key.h"

namespace shardwright::sqlite {

namespace {

Value valueOf(sqlite3_value* value) {
  const auto bytes = [&](const void* data) {
    const auto size = static_cast<std::size_t>(sqlite3_value_bytes(value));
    return size == 0 ? std::string() : std::string(static_cast<const char*>(data), size);
  };
  switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER: return sqlite3_value_int64(value);
    case SQLITE_FLOAT: return sqlite3_value_double(value);
    case SQLITE_TEXT: return bytes(sqlite3_value_text(value));
    case SQLITE_BLOB: return Blob{bytes(sqlite3_value_blob(value))};
    default: return Null{};
  }
}

void giveBack(sqlite3_context* context, const Value& value) {
  struct Giver {
    sqlite3_context* to;
    void operator()(Null) const { sqlite3_result_null(to); }
    void operator()(std::int64_t v) const { sqlite3_result_int64(to, v); }
    void operator()(double v) const { sqlite3_result_double(to, v); }
    void operator()(const std::string& v) const {
      sqlite3_result_text64(to, v.data(), v.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    }
    void operator()(const Blob& v) const { sqlite3_result_blob64(to, v.bytes.data(), v.bytes.size(), SQLITE_TRANSIENT); }
  };
  std::visit(Giver{context}, value);
}

}  // namespace

Result<std::unique_ptr<KeyFunction>> KeyFunction::install(Database& db, std::string name, const Keyspace& keyspace, Body body) {
  auto function = std::unique_ptr<KeyFunction>(
      new KeyFunction(db.handle(), std::move(name), keyspace.strategy.keyType, keyspace.keyForm, std::move(body)));
  // Not deterministic: what is owned may change between two statements.
  if (sqlite3_create_function_v2(db.handle(), function->m_name.c_str(), 1, SQLITE_UTF8 | SQLITE_DIRECTONLY, function.get(), call,
                                 nullptr, nullptr, nullptr) != SQLITE_OK)
    return db.error(fmt::format("{} cannot be registered", function->m_name));
  return function;
}

KeyFunction::~KeyFunction() {
  sqlite3_create_function_v2(m_db, m_name.c_str(), 1, SQLITE_UTF8, nullptr, nullptr, nullptr, nullptr, nullptr);
}

void KeyFunction::call(sqlite3_context* context, int, sqlite3_value** arguments) {
  const auto* function = static_cast<KeyFunction*>(sqlite3_user_data(context));
  const auto key = keyOfValue(valueOf(arguments[0]), function->m_type, function->m_form);
  if (key) giveBack(context, function->m_body(*key));
}

}  // namespace shardwright::sqlite
