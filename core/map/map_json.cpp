// Writing a map as canonical JSON, and its digest.
#include "core/map/map_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "core/base/bytes.h"
#include "core/base/json.h"

namespace shardwright {

namespace {

// A JSON string. What has nothing to escape is copied; the library writes the rest, so both are canonical alike.
std::string jsonString(const std::string& text) {
  const auto plain = [](char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; };
  if (std::ranges::all_of(text, plain)) return '"' + text + '"';
  return canonicalJson(Json(text));
}

std::string jsonToken(const ShardingStrategy& strategy, std::string_view token) {
  return jsonString(strategy.formatToken(Token{std::string(token)}));
}

// The document piece by piece, in the order of sorted keys; `emit` is called with each full piece.
template <class Emit>
class MapWriter {
 public:
  MapWriter(const ShardMap& map, Emit emit) : m_map(map), m_emit(std::move(emit)) {}

  void write(const std::string* checksum) {
    m_out += '{';
    if (checksum) add("\"checksum\":{},", jsonString(*checksum));
    add("\"keyspace\":{},\"pins\":[", jsonString(m_map.keyspace().text()));
    writePins();
    m_out += "],\"ranges\":[";
    writeRanges();
    const StrategySpec& spec = m_map.strategy().spec();
    m_out += R"(],"schema":"shardwright.map/1","strategy":)";
    add(R"({{"dialect":{},"keyType":"{}","kind":"{}","slots":{}}})",
        spec.dialect.empty() ? "null" : jsonString(spec.dialect), keyTypeName(spec.keyType), strategyName(spec.kind),
        spec.slotCount ? std::to_string(*spec.slotCount) : "null");
    add(",\"version\":{}}}", m_map.version());
    m_emit(m_out);
  }

 private:
  static constexpr std::size_t pieceBytes = 1 << 16;

  template <class... Arguments>
  void add(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    fmt::format_to(std::back_inserter(m_out), format, std::forward<Arguments>(arguments)...);
  }

  void emitFullPiece() {
    if (m_out.size() < pieceBytes) return;
    m_emit(m_out);
    m_out.clear();
  }

  void writePins() {
    const char* comma = "";
    for (const Pin& pin : m_map.pins()) {
      ((m_out += comma) += "{\"key\":") += jsonString(pin.key.toText());
      ((m_out += ",\"shard\":") += jsonString(pin.shard.text())) += '}';
      comma = ",";
      emitFullPiece();
    }
  }

  void writeRanges() {
    const MapLine& line = m_map.line();
    std::vector<std::string> shards;
    for (const ShardId& shard : line.shards) shards.push_back(jsonString(shard.text()));
    std::string from = "null";
    for (std::size_t i = 0; i < line.size(); ++i) {
      const bool last = i + 1 == line.size();
      std::string until = last ? "null" : jsonToken(m_map.strategy(), line.froms[i + 1]);
      (m_out += i == 0 ? "{\"from\":" : ",{\"from\":") += from;
      (m_out += ",\"shard\":") += line.owners[i] == MapLine::nobody ? std::string_view("null") : shards[line.owners[i]];
      ((m_out += ",\"until\":") += until) += '}';
      from = std::move(until);
      emitFullPiece();
    }
  }

  const ShardMap& m_map;
  Emit m_emit;
  std::string m_out;
};

}  // namespace

std::string mapToJson(const ShardMap& map) {
  std::string document;
  MapWriter(map, [&](const std::string& piece) { document += piece; }).write(&map.checksum());
  return document;
}

std::string mapDigest(const ShardMap& map) {
  Sha256 digest;
  MapWriter(map, [&](const std::string& piece) { digest.add(piece); }).write(nullptr);
  return digest.hex();
}

}  // namespace shardwright
