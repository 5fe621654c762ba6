// Stretches as a person types them: LO..HI, with LO included and HI not; a side that is left out is open.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/result.h"
#include "core/db/shard_query.h"
#include "core/domain/key.h"

namespace shardwright::cli {

// The two sides of LO..HI. InvalidInput: there are no two dots.
Result<std::pair<std::optional<std::string>, std::optional<std::string>>> splitSpan(std::string_view text);

Result<KeySpan> parseKeySpan(KeyType type, std::string_view text);

}  // namespace shardwright::cli
