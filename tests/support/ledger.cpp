#include "tests/support/ledger.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <sstream>
#include <unordered_map>

#include "core/base/bytes.h"
#include "core/base/text.h"

namespace shardwright::test {

namespace {

constexpr std::array<std::string_view, 4> kindNames = {"insert", "update", "delete", "replace"};

Result<WriteKind> parseKind(std::string_view name) {
  for (std::size_t i = 0; i < kindNames.size(); ++i)
    if (kindNames[i] == name) return static_cast<WriteKind>(i);
  return corrupt(fmt::format("{} is no kind of write", name));
}

Result<std::int64_t> parseNumber(std::string_view text) {
  const auto value = parseInt64(text);
  if (!value) return corrupt(fmt::format("{} is no number", text));
  return *value;
}

Result<Effect> parseEffect(std::string_view text) {
  const auto parts = splitText(text, ':');
  if (parts.size() != 3) return corrupt(fmt::format("{} is no effect", text));
  Effect effect;
  effect.kind = TRY(parseKind(parts[0]));
  effect.version = TRY(parseNumber(parts[1]));
  auto key = fromHex(parts[2]);
  if (!key || effect.version < 1) return corrupt(fmt::format("{} is no effect", text));
  effect.key = std::move(*key);
  return effect;
}

// Reads lines into operations.
class Reader {
 public:
  Done line(std::string_view text) {
    const auto words = splitText(text, ' ');
    if (words.size() < 3) return corrupt("too short");
    const OpId id = TRY(parseOpId(words[1]));
    const std::int64_t when = TRY(parseNumber(words[2]));
    if (words[0] == "invoke") return invoked(id, when, std::span(words).subspan(3));
    const auto found = m_open.find(id);
    if (found == m_open.end()) return corrupt("an answer to no question");
    Operation& operation = m_operations[found->second];
    m_open.erase(found);
    operation.ended = when;
    if (words[0] == "ok" && words.size() == 4) {
      operation.outcome = Outcome::Ok;
      operation.rows = TRY(parseNumber(words[3]));
    } else if (words[0] == "fail") {
      operation.outcome = Outcome::Fail;
    } else if (words[0] == "unknown") {
      operation.ended = Operation::never;  // it may land at any later time
    } else {
      return corrupt("no such event");
    }
    return {};
  }

  std::vector<Operation> operations() && { return std::move(m_operations); }

 private:
  Done invoked(const OpId& id, std::int64_t when, std::span<const std::string> effects) {
    if (effects.empty()) return corrupt("an operation without an effect");
    if (!m_seen.emplace(id, true).second) return corrupt("asked twice");
    Operation operation;
    operation.id = id;
    operation.invoked = when;
    for (const std::string& text : effects) operation.effects.push_back(TRY(parseEffect(text)));
    m_open.emplace(id, m_operations.size());
    m_operations.push_back(std::move(operation));
    return {};
  }

  std::vector<Operation> m_operations;
  std::unordered_map<OpId, bool> m_seen;
  std::unordered_map<OpId, std::size_t> m_open;
};

}  // namespace

std::string OpId::text() const { return fmt::format("{}.{}", client, number); }

Result<OpId> parseOpId(std::string_view text) {
  const auto parts = splitText(text, '.');
  constexpr std::int64_t most = std::numeric_limits<std::uint32_t>::max();
  if (parts.size() == 2) {
    const auto client = parseInt64(parts[0]), number = parseInt64(parts[1]);
    if (client && number && *client >= 0 && *number >= 0 && *client <= most && *number <= most)
      return OpId{static_cast<std::uint32_t>(*client), static_cast<std::uint32_t>(*number)};
  }
  return corrupt(fmt::format("{} is no operation", printable(text, 40)));
}

std::int64_t monotonicNanoseconds() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

Result<Ledger> Ledger::append(const std::string& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return unavailable(fmt::format("ledger {}: {}", path, std::strerror(errno)));
  return Ledger(path, file);
}

Ledger::Ledger(Ledger&& other) noexcept : m_path(std::move(other.m_path)), m_file(std::exchange(other.m_file, -1)) {}

Ledger::~Ledger() {
  if (m_file >= 0) ::close(m_file);
}

Done Ledger::invoke(const OpId& id, std::span<const Effect> effects) {
  std::string line = fmt::format("invoke {} {}", id.text(), monotonicNanoseconds());
  for (const Effect& effect : effects)
    line += fmt::format(" {}:{}:{}", kindNames[static_cast<std::size_t>(effect.kind)], effect.version, toHex(effect.key));
  return write(line + '\n');
}

Done Ledger::ok(const OpId& id, std::int64_t rows) {
  return write(fmt::format("ok {} {} {}\n", id.text(), monotonicNanoseconds(), rows));
}

Done Ledger::fail(const OpId& id) { return write(fmt::format("fail {} {}\n", id.text(), monotonicNanoseconds())); }

Done Ledger::unknown(const OpId& id) { return write(fmt::format("unknown {} {}\n", id.text(), monotonicNanoseconds())); }

Done Ledger::write(const std::string& line) {
  const std::lock_guard lock(m_mutex);
  for (std::size_t at = 0; at < line.size();) {
    const ssize_t written = ::write(m_file, line.data() + at, line.size() - at);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return unavailable(fmt::format("ledger {}: {}", m_path, std::strerror(errno)));
    at += static_cast<std::size_t>(written);
  }
  return {};
}

Result<std::vector<Operation>> readLedger(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return notFound(fmt::format("ledger {}: cannot be read", path));
  std::stringstream buffer;
  buffer << in.rdbuf();
  const std::string text = buffer.str();
  Reader reader;
  std::size_t number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find('\n', at);
    if (end == std::string::npos) break;
    ++number;
    TRY(reader.line(std::string_view(text).substr(at, end - at)).in(fmt::format("ledger {}: line {}", path, number)));
    at = end + 1;
  }
  return std::move(reader).operations();
}

Result<std::vector<OpId>> parseHistory(std::string_view text) {
  std::vector<OpId> out;
  while (!text.empty()) {
    const auto comma = text.find(',');
    if (comma == std::string_view::npos) return corrupt(fmt::format("history {}: no comma at the end", printable(text, 60)));
    out.push_back(TRY(parseOpId(text.substr(0, comma))));
    text.remove_prefix(comma + 1);
  }
  return out;
}

}  // namespace shardwright::test
