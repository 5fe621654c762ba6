// The order-keeping encoding of keys: bytes compare as the keys do.
#pragma once

#include "core/base/result.h"
#include "core/domain/key.h"
#include "core/domain/token.h"

namespace shardwright {

Token encodeOrdered(const Key& key);
Result<Key> decodeOrdered(KeyType type, const Token& token);  // InvalidInput: no key of that type has this token

}  // namespace shardwright
