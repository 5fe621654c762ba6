// shardwright_token(dialect, key type, key form, key): the hash token of a key, as an 8-byte blob; NULL for NULL.
// Deterministic and innocuous, so that triggers and indexes may use it. The same source makes the loadable extension
// that applications load (resources: shardwright_token.so).
#pragma once

struct sqlite3;

namespace shardwright::sqlite {

int registerTokenFunction(sqlite3* db);  // an SQLite result code

}  // namespace shardwright::sqlite
