// How a query is told: the verdict above the page, and the picture of where it goes. Plain values in, plain values out.
#pragma once

#include <memory>

#include "core/domain/shard.h"
#include "ui/pages/query_draft.h"
#include "ui/widgets/routing_picture.h"

namespace shardwright::ui {

// What is known of a query at one moment.
struct QueryView {
  const QueryDraft& draft;
  const QueryPlan* plan = nullptr;   // none: not found yet, or there is none
  const Error* planError = nullptr;  // why there is none
  const std::vector<ShardShare>& shares;
  bool running = false, stopped = false;
  double elapsed = 0;  // seconds
};

struct QueryVerdict {
  QString title, under;
};
QueryVerdict verdictOf(const QueryView& view, const ReadDraft& read, std::int64_t shards);

// `map`: by which the plan was made; `shards`: of the cluster.
RoutingScene sceneOf(const QueryView& view, const ReadDraft& read, const ShardMap* map, const std::vector<Shard>& shards);

}  // namespace shardwright::ui
