// Failing. Every function of core that can fail returns Result<T>; exceptions are no part of a core signature.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace shardwright {

// What the caller can do about a failure; the only thing code may branch on.
enum class ErrorCode {
  InvalidInput,  // the arguments, or a file given as an argument, are wrong: correct them
  NotFound,      // a thing that was named does not exist
  Conflict,      // somebody else changed it first: read again
  Refused,       // valid, but not allowed now (not approved, drifted, precondition)
  Unavailable,   // the other side did not answer, or is busy: try again
  Cancelled,     // the caller asked to stop
  Corrupt,       // what was read cannot be what was written
  Unsupported,   // this engine, version or type cannot do it
};

// A sentence for the operator - what, where, what to do - with the code the program reacts to.
class Error {
 public:
  Error(ErrorCode code, std::string message) : m_code(code), m_message(std::move(message)) {}

  ErrorCode code() const { return m_code; }
  const std::string& message() const { return m_message; }

  // The same failure with the place where it happened in front: "shard north: table x: ...".
  Error in(std::string_view place) const& { return Error(m_code, std::string(place) + ": " + m_message); }

  friend bool operator==(const Error&, const Error&) = default;

 private:
  ErrorCode m_code;
  std::string m_message;
};

template <class T>
class [[nodiscard]] Result : public std::expected<T, Error> {
 public:
  using std::expected<T, Error>::expected;
  Result(Error error) : std::expected<T, Error>(std::unexpected(std::move(error))) {}

  // Adds where it happened to a failure; leaves a success alone.
  Result in(std::string_view place) && {
    if (this->has_value()) return std::move(*this);
    return this->error().in(place);
  }
};

using Done = Result<void>;

inline Error invalidInput(std::string m) { return {ErrorCode::InvalidInput, std::move(m)}; }
inline Error notFound(std::string m) { return {ErrorCode::NotFound, std::move(m)}; }
inline Error conflict(std::string m) { return {ErrorCode::Conflict, std::move(m)}; }
inline Error refused(std::string m) { return {ErrorCode::Refused, std::move(m)}; }
inline Error unavailable(std::string m) { return {ErrorCode::Unavailable, std::move(m)}; }
inline Error cancelled(std::string m) { return {ErrorCode::Cancelled, std::move(m)}; }
inline Error corrupt(std::string m) { return {ErrorCode::Corrupt, std::move(m)}; }
inline Error unsupported(std::string m) { return {ErrorCode::Unsupported, std::move(m)}; }

}  // namespace shardwright

// The value of a Result, or return its error from the enclosing function. Use it as a whole initialiser or statement
// (`auto rows = TRY(read());`), never inside an argument list: GCC 12 loses track of temporaries there.
#define TRY(...)                                                       \
  __extension__({                                                      \
    auto tryResult_ = (__VA_ARGS__);                                   \
    if (!tryResult_.has_value()) [[unlikely]]                          \
      return std::move(tryResult_).error();                            \
    *std::move(tryResult_);                                            \
  })
