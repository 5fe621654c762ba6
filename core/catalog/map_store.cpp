#include "core/catalog/map_store.h"

#include <fmt/format.h>

#include "core/base/bytes.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/map/map_json.h"

namespace shardwright::catalog {

namespace {

constexpr std::size_t worthADifference = 1024;  // ranges and pins; smaller maps are stored whole
constexpr std::size_t partThatMayDiffer = 16;   // a difference of more than 1/16 of the map is no saving

std::size_t changesIn(const MapDiff& diff) {
  return diff.owners.size() + diff.splits.size() + diff.merges.size() + diff.pins.size();
}

Json shardToJson(const std::optional<ShardId>& shard) { return shard ? Json(shard->text()) : Json(nullptr); }

std::optional<ShardId> shardFromJson(const Json& json) {
  return json.is_null() ? std::nullopt : std::optional(ShardId(json.get<std::string>()));
}

Token tokenFromJson(const Json& json) { return Token{fromHex(json.get<std::string>()).value()}; }

Json tokensToJson(const std::vector<Token>& tokens) {
  Json out = Json::array();
  for (const Token& token : tokens) out.push_back(toHex(token.bytes));
  return out;
}

struct Row {
  std::optional<MapVersion> base;
  std::string document, checksum;
};

Result<Row> rowOf(CatalogFile& file, std::int64_t keyspace, MapVersion version) {
  const auto read = [](const sqlite::Statement& row) {
    return Row{row.isNull(0) ? std::nullopt : std::optional(row.integer(0)), row.text(1), row.text(2)};
  };
  auto found = TRY(file.one("SELECT base, document, checksum FROM map_versions WHERE keyspace = ? AND version = ?", read,
                            keyspace, version));
  if (!found) return notFound(fmt::format("there is no version {} of this map", version));
  return std::move(*found);
}

Error damaged(const CatalogFile& file, MapVersion version, std::string_view what) {
  return corrupt(fmt::format("catalog {}: version {} of the map is not what was published ({}); go back to a backup of the catalog",
                             printable(file.path()), version, what));
}

}  // namespace

std::string diffToText(const MapDiff& diff) {
  Json owners = Json::array();
  for (const OwnerChange& change : diff.owners)
    owners.push_back({toHex(change.tokens.from.bytes), change.tokens.until ? Json(toHex(change.tokens.until->bytes)) : Json(nullptr),
                      shardToJson(change.before), shardToJson(change.after)});
  Json pins = Json::array();
  for (const PinChange& change : diff.pins)
    pins.push_back({change.key.toText(), shardToJson(change.before), shardToJson(change.after)});
  return canonicalJson({{"from", diff.from},
                        {"to", diff.to},
                        {"owners", owners},
                        {"splits", tokensToJson(diff.splits)},
                        {"merges", tokensToJson(diff.merges)},
                        {"pins", pins}});
}

Result<MapDiff> diffFromText(std::string_view text, KeyType keyType) {
  const Json json = TRY(parseJson(text));
  MapDiff diff;
  try {
    diff.from = json.at("from").get<MapVersion>();
    diff.to = json.at("to").get<MapVersion>();
    for (const Json& change : json.at("owners")) {
      TokenRange tokens{tokenFromJson(change.at(0)), {}};
      if (!change.at(1).is_null()) tokens.until = tokenFromJson(change.at(1));
      diff.owners.push_back({std::move(tokens), shardFromJson(change.at(2)), shardFromJson(change.at(3))});
    }
    for (const Json& token : json.at("splits")) diff.splits.push_back(tokenFromJson(token));
    for (const Json& token : json.at("merges")) diff.merges.push_back(tokenFromJson(token));
    for (const Json& change : json.at("pins")) {
      Key key = TRY(Key::parse(keyType, change.at(0).get<std::string>()));
      diff.pins.push_back({std::move(key), shardFromJson(change.at(1)), shardFromJson(change.at(2))});
    }
  } catch (const std::exception& problem) {
    return corrupt(fmt::format("not a difference of two maps: {}", problem.what()));
  }
  return diff;
}

Result<std::shared_ptr<const ShardMap>> MapStore::whole(CatalogFile& file, std::int64_t keyspace, MapVersion version) {
  const Row row = TRY(rowOf(file, keyspace, version));
  if (row.base) return damaged(file, version, "it is a difference where a whole map was expected");
  auto map = mapFromJson(row.document);
  if (!map) return damaged(file, version, map.error().message());
  if (map->checksum() != row.checksum || map->version() != version) return damaged(file, version, "its checksum is another");
  return std::make_shared<const ShardMap>(*std::move(map));
}

Result<std::shared_ptr<const ShardMap>> MapStore::at(CatalogFile& file, std::int64_t keyspace, MapVersion version) {
  Recent& recent = m_recent[keyspace];
  for (const auto& held : {recent.newest, recent.earlier, recent.base})
    if (held && held->version() == version) return held;

  const Row row = TRY(rowOf(file, keyspace, version));
  if (!row.base) {
    auto map = TRY(whole(file, keyspace, version));
    remember(keyspace, map);
    return map;
  }
  if (!recent.base || recent.base->version() != *row.base) recent.base = TRY(whole(file, keyspace, *row.base));
  auto diff = diffFromText(row.document, recent.base->strategy().spec().keyType);
  if (!diff) return damaged(file, version, diff.error().message());
  auto edited = applyDiff(*recent.base, *diff);
  if (!edited) return damaged(file, version, edited.error().message());
  if (edited->checksum() != row.checksum || edited->version() != version) return damaged(file, version, "its checksum is another");
  auto map = std::make_shared<const ShardMap>(*std::move(edited));
  remember(keyspace, map);
  return map;
}

Result<StoredMap> MapStore::encoded(CatalogFile& file, std::int64_t keyspace, const ShardMap& map) {
  const std::size_t parts = map.rangeCount() + map.pins().size();
  if (parts >= worthADifference) {
    const auto base = TRY(file.integer("SELECT max(version) FROM map_versions WHERE keyspace = ? AND base IS NULL", keyspace));
    if (base) {
      Recent& recent = m_recent[keyspace];
      if (recent.newest && recent.newest->version() == *base) recent.base = recent.newest;
      if (!recent.base || recent.base->version() != *base) recent.base = TRY(whole(file, keyspace, *base));
      auto diff = diffMaps(*recent.base, map);
      if (diff && changesIn(*diff) <= parts / partThatMayDiffer) return StoredMap{*base, diffToText(*diff)};
    }
  }
  return StoredMap{std::nullopt, mapToJson(map)};
}

Done MapStore::insert(CatalogFile& file, std::int64_t keyspace, const ShardMap& map, const StoredMap& stored, const std::string& cause) {
  return file.run(
      "INSERT INTO map_versions(keyspace, version, at, cause, actor, checksum, ranges, pins, base, document) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, CAST(? AS BLOB))",
      keyspace, map.version(), file.now(), validText(cause), file.actor().name, map.checksum(),
      static_cast<std::int64_t>(map.rangeCount()), static_cast<std::int64_t>(map.pins().size()), stored.base, stored.document);
}

void MapStore::remember(std::int64_t keyspace, std::shared_ptr<const ShardMap> map) {
  Recent& recent = m_recent[keyspace];
  const bool isNewest = !recent.newest || recent.newest->version() <= map->version();
  (isNewest ? recent.newest : recent.earlier) = std::move(map);
}

}  // namespace shardwright::catalog
