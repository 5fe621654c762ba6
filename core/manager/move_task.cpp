#include "core/manager/move_task.h"

#include "core/move/data_mover.h"

namespace shardwright {

Result<std::unique_ptr<MoveEngine>> openMoveOf(Workspace& workspace, const Keyspace& keyspace, const PlanId& plan,
                                               const PlannedMove& move, const PlacedPart& part) {
  Catalog& catalog = workspace.catalog();
  const auto map = TRY(catalog.currentMap(keyspace.name));
  MoveTask task;
  task.catalogUuid = catalog.uuid();
  task.plan = plan;
  task.move = move.id;
  task.keyspace = keyspace;
  task.part = part;
  task.source = TRY(catalog.shard(move.source));
  task.target = TRY(catalog.shard(move.target));
  task.onSource = placementOn(*map, move.source);
  task.onTarget = placementOn(*map, move.target);
  auto* engine = TRY(workspace.engines().engineOf(task.target));
  return engine->openMove(task);
}

}  // namespace shardwright
