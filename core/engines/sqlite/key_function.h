// KeyFunction: an SQL function of one argument, a key as it stands in a column, for this connection and while it lives.
// What cannot be placed (NULL, another storage class, not canonical) gives NULL.
#pragma once

#include <functional>
#include <memory>

#include "core/base/result.h"
#include "core/domain/keyspace.h"
#include "core/engines/sqlite/database.h"

namespace shardwright::sqlite {

class KeyFunction {
 public:
  using Body = std::function<Value(const Key&)>;  // called from the thread that steps a statement
  static Result<std::unique_ptr<KeyFunction>> install(Database& db, std::string name, const Keyspace& keyspace, Body body);
  ~KeyFunction();
  KeyFunction(const KeyFunction&) = delete;
  KeyFunction& operator=(const KeyFunction&) = delete;

 private:
  KeyFunction(sqlite3* db, std::string name, KeyType type, KeyForm form, Body body)
      : m_db(db), m_name(std::move(name)), m_type(type), m_form(form), m_body(std::move(body)) {}
  static void call(sqlite3_context* context, int, sqlite3_value** arguments);

  sqlite3* m_db;
  std::string m_name;
  KeyType m_type;
  KeyForm m_form;
  Body m_body;
};

}  // namespace shardwright::sqlite
