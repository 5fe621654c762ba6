// Command lines that are shown to be typed: each argument as one word of a POSIX shell.
#pragma once

#include <string>
#include <string_view>

namespace shardwright {

std::string shellWord(std::string_view argument);  // as it is where that is safe, else in single quotes

}  // namespace shardwright
