// Terminal: what a person or a script sees. Answers go to stdout, everything else to stderr.
#pragma once

#include <string>
#include <string_view>

#include "core/base/json_fwd.h"
#include "core/base/result.h"

namespace shardwright::cli {

struct Terminal {
  bool json = false;   // one JSON document, or one object a line, instead of tables
  bool quiet = false;  // answers only: no remarks, no progress; lists give names, one a line
  bool yes = false;    // answers every question with yes

  void print(std::string_view text) const;       // stdout, with a line break at its end
  void line(std::string_view text) const;        // stdout, one line
  void document(const Json& json) const;         // stdout, canonical, one line, at once
  void remark(std::string_view sentence) const;  // stderr, unless quiet
  void failure(const Error& error) const;        // stderr, always

  // Has the person type `name` before something is destroyed or reversed. Refused: another answer, or nobody to ask.
  Done confirm(std::string_view effect, std::string_view name) const;

  static bool errorsOnTerminal();  // stderr is one: progress may be redrawn
};

}  // namespace shardwright::cli
