// Token: a point on a keyspace's ordered line. Everything that has a placement is tokens on one line, so split, merge,
// move, diff, heat and drawing are written once for every strategy.
#pragma once

#include <optional>
#include <string>
#include <utility>

namespace shardwright {

// Bytes compared as unsigned bytes. The empty token is the beginning of every line.
struct Token {
  std::string bytes;
  static Token beginning() { return {}; }
  bool isBeginning() const { return bytes.empty(); }
  friend bool operator==(const Token&, const Token&) = default;
  friend auto operator<=>(const Token&, const Token&) = default;
};

// Tokens from `from` (included) until `until` (excluded); no `until` means to the end of the line.
// Invariant (kept by those who make one): from < until.
struct TokenRange {
  Token from;
  std::optional<Token> until;

  bool contains(const Token& token) const { return from <= token && (!until || token < *until); }
  bool isWholeLine() const { return from.isBeginning() && !until; }
  bool contains(const TokenRange& other) const {
    return from <= other.from && (!until || (other.until && *other.until <= *until));
  }
  bool overlaps(const TokenRange& other) const {
    return (!until || other.from < *until) && (!other.until || from < *other.until);
  }
  friend bool operator==(const TokenRange&, const TokenRange&) = default;
};

}  // namespace shardwright
