#include "core/load/trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include "core/base/text.h"
#include "core/load/space_saving.h"

namespace shardwright {

namespace {

constexpr std::size_t longestField = std::size_t{2} << 20;

// One record of a CSV file off the front of `text`. Error: a sentence.
class CsvReader {
 public:
  explicit CsvReader(std::string_view text) : m_text(text) {}

  bool atEnd() const { return m_text.empty(); }
  std::size_t line() const { return m_line; }

  Result<std::vector<std::string>> record() {
    m_line = m_next;
    std::vector<std::string> fields;
    for (;;) {
      std::string field = TRY(next());
      fields.push_back(std::move(field));
      if (m_text.empty()) break;
      const char end = m_text.front();
      m_text.remove_prefix(1);
      if (end == ',') continue;
      ++m_next;
      break;
    }
    return fields;
  }

 private:
  Result<std::string> next() {
    std::string field;
    if (m_text.empty() || m_text.front() != '"') {
      const std::size_t end = std::min(m_text.find_first_of(",\n"), m_text.size());
      field = m_text.substr(0, end);
      m_text.remove_prefix(end);
      if (!field.empty() && field.back() == '\r') field.pop_back();
    } else {
      m_text.remove_prefix(1);
      for (;;) {
        if (m_text.empty()) return wrong("a quoted field does not end");
        const char c = m_text.front();
        m_text.remove_prefix(1);
        if (c == '\n') ++m_next;
        if (c != '"') {
          field += c;
        } else if (!m_text.empty() && m_text.front() == '"') {
          field += '"';
          m_text.remove_prefix(1);
        } else {
          break;
        }
      }
      if (!m_text.empty() && m_text.front() == '\r') m_text.remove_prefix(1);
      if (!m_text.empty() && m_text.front() != ',' && m_text.front() != '\n') return wrong("text stands after a quoted field");
    }
    if (field.size() > longestField) return wrong("a field is longer than 2 MiB");
    return field;
  }

  Error wrong(std::string_view what) const { return invalidInput(fmt::format("trace, line {}: {}", m_line, what)); }

  std::string_view m_text;
  std::size_t m_line = 1, m_next = 1;
};

struct Columns {
  std::size_t time = 0, op = 0, key = 0;
  std::optional<std::size_t> cost;
  std::size_t count = 0;
};

Result<Columns> readHeader(const std::vector<std::string>& header) {
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < header.size(); ++i)
    if (!places.emplace(header[i], i).second) return invalidInput(fmt::format("trace: the column \"{}\" stands twice", printable(header[i], 40)));
  for (const char* name : {"time", "op", "key"})
    if (!places.contains(name))
      return invalidInput(fmt::format("trace: the first line must name the columns time,op,key,cost; \"{}\" is missing", name));
  for (const auto& [name, place] : places)
    if (name != "time" && name != "op" && name != "key" && name != "cost")
      return invalidInput(fmt::format("trace: the column \"{}\" is unknown; a trace has time,op,key,cost", printable(name, 40)));
  Columns columns{places["time"], places["op"], places["key"], std::nullopt, header.size()};
  if (places.contains("cost")) columns.cost = places["cost"];
  return columns;
}

Result<std::optional<Key>> openKey(KeyType type, std::string_view text) {
  if (text.empty()) return std::optional<Key>();
  Key key = TRY(Key::parse(type, text));
  return std::optional<Key>(std::move(key));
}

Result<TraceEvent> readEvent(const std::vector<std::string>& fields, const Columns& columns, KeyType type) {
  TraceEvent event;
  const auto at = parseUtc(fields[columns.time]);
  if (!at) return invalidInput(fmt::format("\"{}\" is no time; RFC 3339 or epoch seconds are expected", printable(fields[columns.time], 40)));
  event.at = *at;
  const std::string& op = fields[columns.op];
  const std::string_view key = fields[columns.key];
  if (op == "read" || op == "write") {
    event.op = op == "read" ? TraceEvent::Op::Read : TraceEvent::Op::Write;
    event.key = TRY(Key::parse(type, key));
  } else if (op == "range") {
    event.op = TraceEvent::Op::Range;
    const std::size_t dots = key.find("..");
    if (dots == std::string_view::npos) return invalidInput(fmt::format("\"{}\" is no range LO..HI", printable(key, 60)));
    event.low = TRY(openKey(type, key.substr(0, dots)));
    event.high = TRY(openKey(type, key.substr(dots + 2)));
    if (event.low && event.high && !(*event.low < *event.high)) return invalidInput(fmt::format("the range \"{}\" ends before it begins", printable(key, 60)));
  } else {
    return invalidInput(fmt::format("\"{}\" is no op; read, write or range are expected", printable(op, 40)));
  }
  if (columns.cost && !fields[*columns.cost].empty()) {
    const std::string& text = fields[*columns.cost];
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), event.cost);
    if (problem != std::errc() || end != text.data() + text.size() || !std::isfinite(event.cost) || event.cost < 0)
      return invalidInput(fmt::format("\"{}\" is no cost; milliseconds of at least 0 are expected", printable(text, 40)));
  }
  return event;
}

}  // namespace

Result<std::vector<TraceEvent>> parseTrace(std::string_view csv, KeyType keyType, const TraceLimits& limits) {
  if (csv.size() > limits.bytes) return invalidInput(fmt::format("the trace has {} bytes; at most {} are accepted", csv.size(), limits.bytes));
  if (csv.empty()) return invalidInput("the trace is empty; its first line must be time,op,key,cost");
  CsvReader reader(csv);
  const std::vector<std::string> header = TRY(reader.record());
  const Columns columns = TRY(readHeader(header));
  std::vector<TraceEvent> events;
  while (!reader.atEnd()) {
    const std::vector<std::string> fields = TRY(reader.record());
    if (fields.size() == 1 && fields.front().empty()) continue;
    if (fields.size() != columns.count)
      return invalidInput(fmt::format("trace, line {}: {} fields, but the header names {}", reader.line(), fields.size(), columns.count));
    if (events.size() == limits.events) return invalidInput(fmt::format("the trace has more than {} events", limits.events));
    TraceEvent event = TRY(readEvent(fields, columns, keyType).in(fmt::format("trace, line {}", reader.line())));
    events.push_back(std::move(event));
  }
  return events;
}

namespace {

struct KeyHash {
  std::size_t operator()(const Key& key) const { return std::hash<std::string>()(key.toText()); }
};

struct Window {
  explicit Window(std::size_t ranges) : reads(ranges, 0), writes(ranges, 0) {}
  std::vector<std::int64_t> reads, writes;
  std::int64_t everywhere = 0;
  SpaceSaving<Key, KeyHash> keys{256};
};

Done countStretch(const TraceEvent& event, const ShardMap& map, Window& window) {
  if (!map.strategy().keepsOrder() || (!event.low && !event.high)) {
    ++window.everywhere;
    return {};
  }
  Token low = Token::beginning();
  if (event.low) low = TRY(map.strategy().tokenOf(*event.low));
  std::optional<Token> high;
  if (event.high) high = TRY(map.strategy().tokenOf(*event.high));
  for (std::size_t i = map.indexOf(low); i < map.rangeCount(); ++i) {
    if (high && i > 0 && map.tokens(i).from >= *high) break;
    ++window.reads[i];
  }
  return {};
}

LoadSample sampleOf(const Window& window, const ShardMap& map, UnixSeconds end, UnixSeconds length) {
  LoadSample sample;
  sample.keyspace = map.keyspace();
  sample.mapVersion = map.version();
  sample.at = end;
  sample.seconds = static_cast<double>(length);
  sample.source = "trace";
  sample.everywhere = window.everywhere;
  for (std::size_t i = 0; i < map.rangeCount(); ++i) {
    RangeLoad& range = sample.ranges.emplace_back();
    range.tokens = map.tokens(i);
    range.shard = map.owner(i);
    range.reads = window.reads[i];
    range.writes = window.writes[i];
  }
  for (const auto& counted : window.keys.top()) sample.hotKeys.push_back({counted.item, counted.count, counted.error});
  std::stable_sort(sample.hotKeys.begin(), sample.hotKeys.end(), [](const KeyLoad& a, const KeyLoad& b) {
    return a.count != b.count ? a.count > b.count : a.key < b.key;
  });
  if (sample.hotKeys.size() > 64) sample.hotKeys.resize(64, sample.hotKeys.front());
  return sample;
}

}  // namespace

Result<std::vector<LoadSample>> samplesFromTrace(const std::vector<TraceEvent>& events, const ShardMap& map, UnixSeconds window) {
  if (window < 1) return invalidInput("a window of a trace lasts at least one second");
  std::map<UnixSeconds, Window> windows;
  for (const TraceEvent& event : events) {
    const UnixSeconds start = event.at / window - (event.at % window < 0 ? 1 : 0);
    Window& into = windows.try_emplace(start, map.rangeCount()).first->second;
    if (event.op == TraceEvent::Op::Range) {
      TRY(countStretch(event, map, into));
      continue;
    }
    const Token token = TRY(map.strategy().tokenOf(*event.key));
    auto& counts = event.op == TraceEvent::Op::Read ? into.reads : into.writes;
    ++counts[map.indexOf(token)];
    into.keys.add(*event.key);
  }
  std::vector<LoadSample> samples;
  for (const auto& [start, counted] : windows) samples.push_back(sampleOf(counted, map, (start + 1) * window, window));
  return samples;
}

}  // namespace shardwright
