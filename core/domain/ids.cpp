#include "core/domain/ids.h"

#include <fmt/format.h>

#include "core/base/text.h"

namespace shardwright {

Done checkName(std::string_view what, std::string_view name) {
  if (name.empty()) return invalidInput(fmt::format("a {} needs a name", what));
  if (name.size() > 63)
    return invalidInput(fmt::format("the {} name {} has {} bytes; at most 63 are accepted", what, printable(name, 70), name.size()));
  if (!isUtf8(name) || printable(name) != name)
    return invalidInput(fmt::format("the {} name {} has characters that cannot be shown; choose another", what, printable(name)));
  if (name.front() == ' ' || name.back() == ' ' || name.front() == '-')
    return invalidInput(fmt::format("the {} name \"{}\" begins or ends with a blank, or begins with a dash; choose another", what, name));
  return {};
}

}  // namespace shardwright
