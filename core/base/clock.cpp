#include "core/base/clock.h"

#include "core/base/civil_time.h"
#include "core/base/text.h"

namespace shardwright {

UnixSeconds systemSeconds() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string formatUtc(UnixSeconds when) { return formatDateAndTime(civilTimeAt(when)) + 'Z'; }

std::optional<UnixSeconds> parseUtc(std::string_view text) {
  if (const auto epoch = parseInt64(text)) return epoch;
  const auto time = parseCivilTime(text);
  if (!time || !time->zone) return std::nullopt;
  return unixSeconds(*time);
}

}  // namespace shardwright
