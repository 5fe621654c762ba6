// What the map page says and marks, worked out of facts and load.
#pragma once

#include <QString>
#include <stop_token>
#include <string>
#include <vector>

#include "core/manager/load_verbs.h"
#include "ui/bridge/cluster_facts.h"
#include "ui/widgets/map_scene.h"

namespace shardwright::ui {

struct MapSaying {
  QString title, subtitle;
};
MapSaying sayingOf(const MapScene& scene, const KeyspaceFacts& facts);

// Of plans under way: every move that has not ended, but for pins, which are no ranges.
std::vector<TokenRange> movingRanges(const ClusterFacts& facts, const KeyspaceName& keyspace);
std::vector<RangeProblem> hotRanges(const LoadOverview& load);

// A table of the ranges that the scene shows, with a header.
std::string rangesAsCsv(const MapScene& scene, std::stop_token stop);

}  // namespace shardwright::ui
