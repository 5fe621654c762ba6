// The name Json alone, for headers that pass it on: the library's own header costs a second in every file that reads it.
// Who looks into a value includes core/base/json.h.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace shardwright {

using Json = nlohmann::json;  // object keys sorted

}  // namespace shardwright
