#include "core/strategy/hash_dialect.h"

#include <fmt/format.h>

#include <string>

#include "core/base/bytes.h"
#include "core/base/text.h"
#include "core/strategy/pg_hash.h"

namespace shardwright {

namespace {

// Canonical bytes of md5-64 and pg64: integers and timestamps 8 bytes big endian, uuid 16 bytes, text its UTF-8.
std::string canonicalBytes(const Key& key) {
  switch (key.type()) {
    case KeyType::Int: return bigEndian64(static_cast<std::uint64_t>(key.asInt()));
    case KeyType::Timestamp: return bigEndian64(static_cast<std::uint64_t>(key.asTimestamp().micros));
    case KeyType::Uuid: return std::string(key.asUuid().begin(), key.asUuid().end());
    case KeyType::Text: return key.asText();
  }
  return {};
}

Token md5Token(const Key& key) {
  const auto digest = md5(canonicalBytes(key));
  return {std::string(digest.begin(), digest.begin() + 8)};
}

Token pgToken(const Key& key) {
  std::uint64_t hash = 0;
  switch (key.type()) {
    case KeyType::Int: hash = pgHashInt8(key.asInt(), pgPartitionSeed); break;
    case KeyType::Timestamp: hash = pgHashInt8(key.asTimestamp().micros, pgPartitionSeed); break;
    case KeyType::Uuid:
    case KeyType::Text: hash = pgHashBytes(canonicalBytes(key), pgPartitionSeed); break;
  }
  return {bigEndian64(hash ^ (std::uint64_t{1} << 63))};
}

}  // namespace

const std::vector<HashDialect>& hashDialects() {
  static const std::vector<HashDialect> dialects = {
      {"md5-64", "first 8 bytes of MD5 over the key's canonical bytes; any engine, any language", md5Token},
      {"pg64", "PostgreSQL's extended hash with the partition seed; fast in SQL where every shard is PostgreSQL", pgToken},
  };
  return dialects;
}

Result<const HashDialect*> findHashDialect(std::string_view name) {
  std::string known;
  for (const HashDialect& dialect : hashDialects()) {
    if (dialect.name == name) return &dialect;
    known += (known.empty() ? "" : ", ") + std::string(dialect.name);
  }
  return invalidInput(fmt::format("\"{}\" is no hash dialect; there are {}", printable(name, 40), known));
}

}  // namespace shardwright
