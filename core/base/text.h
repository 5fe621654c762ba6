// Text: what is valid, how foreign text is shown, and how amounts are written for people.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace shardwright {

bool isUtf8(std::string_view bytes);  // well-formed, no surrogates, no over-long forms

// Foreign text for a terminal or a log: control, bidirectional and invalid bytes are escaped as \xNN or \u{NNNN},
// everything else stays. At most `limit` bytes, then "..." where a character did not fit (0 = no limit).
std::string printable(std::string_view foreign, std::size_t limit = 0);

std::string formatCount(std::int64_t n);      // 1 234 567 with thin groups as plain spaces
std::string formatBytes(std::int64_t bytes);  // 1.5 MiB
std::string formatDuration(double seconds);   // 420 ms, 12 s, 3 min 20 s, 2 h 05 min

std::optional<std::int64_t> parseInt64(std::string_view decimal);  // the whole text, no blanks, no plus
// A size such as 4096, 10k, 1.5MiB, 2 GB (k/M/G/T are 1000-based unless followed by i). Nothing if it is none.
std::optional<std::int64_t> parseSize(std::string_view text);
// A share such as "5%" or "0.05", as a fraction. Nothing if it is none.
std::optional<double> parsePercent(std::string_view text);

std::vector<std::string> splitText(std::string_view text, char separator);

}  // namespace shardwright
