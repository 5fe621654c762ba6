#include "core/manager/engine_set.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/db/url.h"
#include "core/engines/sqlite/sqlite_engine.h"

namespace shardwright {

EngineSet EngineSet::ofThisBuild(const std::string& catalogUuid) {
  std::vector<std::unique_ptr<Engine>> engines;
  SqliteEngine::Options sqlite;
  sqlite.catalogUuid = catalogUuid;
  engines.push_back(std::make_unique<SqliteEngine>(std::move(sqlite)));
  return EngineSet(std::move(engines));
}

Result<Engine*> EngineSet::engineOf(const Shard& shard) const {
  const auto url = TRY(parseDatabaseUrl(shard.url));
  const auto engine = std::ranges::find_if(m_engines, [&](const auto& candidate) { return candidate->name() == url.engine; });
  if (engine != m_engines.end()) return engine->get();
  std::vector<std::string_view> known;
  for (const auto& candidate : m_engines) known.push_back(candidate->name());
  return unsupported(fmt::format("this build has no engine for {} databases; it has {}.", url.engine, fmt::join(known, ", ")));
}

}  // namespace shardwright
