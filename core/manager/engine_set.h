// EngineSet: the engines of this build, found by the scheme of a shard's URL. The one place that names them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/db/engine.h"

namespace shardwright {

class EngineSet {
 public:
  // For the shards of one catalog: engines tell databases of another catalog apart.
  static EngineSet ofThisBuild(const std::string& catalogUuid);

  explicit EngineSet(std::vector<std::unique_ptr<Engine>> engines) : m_engines(std::move(engines)) {}

  Result<Engine*> engineOf(const Shard& shard) const;  // InvalidInput: bad URL; Unsupported: no such engine here
  const std::vector<std::unique_ptr<Engine>>& all() const { return m_engines; }

 private:
  std::vector<std::unique_ptr<Engine>> m_engines;
};

}  // namespace shardwright
