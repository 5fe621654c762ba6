// The ledger of acknowledged writes: what each client asked for, and what it was told. Kept in a file of its own, outside
// every database under test, so that nothing that breaks a database can break the evidence.
//
// A client writes `invoke` before it sends and ok, fail or unknown after the answer. An operation without an answer is
// unknown: the client died, or nobody will ever know.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace shardwright::test {

// Unique over all clients of a run; written "client.number" into the rows it makes.
struct OpId {
  std::uint32_t client = 0;
  std::uint32_t number = 0;
  std::string text() const;
  friend auto operator<=>(const OpId&, const OpId&) = default;
};
Result<OpId> parseOpId(std::string_view text);

enum class WriteKind {
  Insert,   // the key was not there: a new life of the row begins
  Update,   // version v becomes v + 1
  Delete,   // takes a version too, so that a later insert has a greater one
  Replace,  // a new life, whether or not the key was there
};

// What an operation does to one key. Versions of a key are 1, 2, 3, ... over all its lives.
struct Effect {
  WriteKind kind = WriteKind::Update;
  std::int64_t version = 1;  // after it
  std::string key;
  friend bool operator==(const Effect&, const Effect&) = default;
};

enum class Outcome { Ok, Fail, Unknown };

struct Operation {
  static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

  OpId id;
  std::vector<Effect> effects;  // one; two where one statement changes two rows
  Outcome outcome = Outcome::Unknown;
  std::int64_t rows = 0;         // that an ok said it changed
  std::int64_t invoked = 0;      // nanoseconds of the machine's monotonic clock
  std::int64_t ended = never;
  friend bool operator==(const Operation&, const Operation&) = default;
};

std::int64_t monotonicNanoseconds();

// Appends; each line is in the file before the call returns, so a killed process leaves all it wrote. Any thread.
class Ledger {
 public:
  static Result<Ledger> append(const std::string& path);  // made where there is none
  Ledger(Ledger&& other) noexcept;
  ~Ledger();

  Done invoke(const OpId& id, std::span<const Effect> effects);
  Done ok(const OpId& id, std::int64_t rows);
  Done fail(const OpId& id);
  Done unknown(const OpId& id);

  const std::string& path() const { return m_path; }

 private:
  Ledger(std::string path, int file) : m_path(std::move(path)), m_file(file) {}
  Done write(const std::string& line);
  std::string m_path;
  int m_file;
  std::mutex m_mutex;
};

// In order of invocation in the file. Corrupt: an answer without a question, two answers, a line that is none. A last
// line without its end is what a kill leaves, and is skipped.
Result<std::vector<Operation>> readLedger(const std::string& path);

// The text of a row's history, "1.4,1.5,": the operations that made it what it is, since its last insert.
Result<std::vector<OpId>> parseHistory(std::string_view text);

}  // namespace shardwright::test

template <>
struct std::hash<shardwright::test::OpId> {
  std::size_t operator()(const shardwright::test::OpId& id) const {
    return std::hash<std::uint64_t>()(std::uint64_t{id.client} << 32 | id.number);
  }
};
