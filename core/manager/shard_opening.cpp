#include "core/manager/shard_opening.h"

#include <fmt/format.h>

namespace shardwright {

namespace {

// A shard that is not there is not a wrong argument: the catalog knows it.
Error asUnavailable(const Error& error) {
  const bool absent = error.code() == ErrorCode::NotFound || error.code() == ErrorCode::Corrupt;
  return Error(absent ? ErrorCode::Unavailable : error.code(), error.message());
}

}  // namespace

Result<std::unique_ptr<ShardSession>> openUnknownShard(const EngineSet& engines, const Shard& shard) {
  auto* engine = TRY(engines.engineOf(shard).in("shard " + shard.id.text()));
  auto session = engine->open(shard);
  if (!session) return asUnavailable(session.error());
  return session;
}

Result<std::unique_ptr<ShardSession>> openShard(const EngineSet& engines, const Shard& shard) {
  auto session = TRY(openUnknownShard(engines, shard));
  if (shard.identity.empty()) return session;
  auto identity = session->identity();
  if (!identity) return asUnavailable(identity.error());
  if (*identity != shard.identity) {
    return unavailable(fmt::format(
        "shard {}: {} is another database than the one that was added (identity {} instead of {}). If it was moved or "
        "restored on purpose, set its URL again: shard set {} url={}",
        shard.id.text(), shard.url, *identity, shard.identity, shard.id.text(), shard.url));
  }
  return session;
}

}  // namespace shardwright
