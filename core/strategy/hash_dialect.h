// Hash dialects: a canonical byte form per key type, a hash, and a reduction to a token. Their names stand in maps and
// in checksums; their vectors stand in the tests.
#pragma once

#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/domain/key.h"
#include "core/domain/token.h"

namespace shardwright {

// One dialect: a pure function from keys to 8-byte tokens.
struct HashDialect {
  std::string_view name;
  std::string_view about;
  Token (*tokenOf)(const Key& key);
};

const std::vector<HashDialect>& hashDialects();
Result<const HashDialect*> findHashDialect(std::string_view name);  // InvalidInput, naming those there are

}  // namespace shardwright
