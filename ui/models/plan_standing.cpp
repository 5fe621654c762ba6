#include "ui/models/plan_standing.h"

#include <QCoreApplication>
#include <set>

#include "ui/theme/format.h"

namespace shardwright::ui {

namespace {

QString tr(const char* words) { return QCoreApplication::translate("plan", words); }

QString countOf(std::size_t n, const char* one, const char* many) {
  return n == 1 ? tr(one) : tr(many).arg(countText(static_cast<std::int64_t>(n)));
}

}  // namespace

PlanStanding standingOf(const PlanLine& line, UnixSeconds now) {
  if (line.isStale()) return {tr("Stale"), QStringLiteral("warning"), Ink::Warn};
  if (line.isExpired(now)) return {tr("Approval expired"), QStringLiteral("clock"), Ink::Warn};
  switch (line.record.state) {
    case PlanState::Draft: return {tr("Awaiting approval"), QStringLiteral("waiting"), Ink::Text2};
    case PlanState::Approved: return {tr("Approved"), QStringLiteral("ok"), Ink::Ok};
    case PlanState::Running: return {tr("Running"), QStringLiteral("running"), Ink::Accent};
    case PlanState::Watching: return {tr("Watched"), QStringLiteral("running"), Ink::Ok};
    case PlanState::Done: return {tr("Done"), QStringLiteral("ok"), Ink::Ok};
    case PlanState::RolledBack: return {tr("Rolled back"), QStringLiteral("rollback"), Ink::Text2};
    case PlanState::Cancelled: return {tr("Cancelled"), QStringLiteral("stop"), Ink::Text2};
    case PlanState::Failed: return {tr("Failed"), QStringLiteral("failed"), Ink::Danger};
    case PlanState::Rejected: return {tr("Rejected"), QStringLiteral("close"), Ink::Danger};
    case PlanState::Withdrawn: return {tr("Withdrawn"), QStringLiteral("skipped"), Ink::Text2};
  }
  return {};
}

QString goalText(const std::string& goal) {
  QString word = text(goal);
  if (!word.isEmpty()) word[0] = word[0].toUpper();
  return word;
}

QString approvalsText(const PlanLine& line, UnixSeconds now) {
  const bool given = line.approval && (line.approval->expires > now || !line.waits());
  if (!given && isFinal(line.record.state)) return dash;
  return given ? tr("1 / 1") : tr("0 / 1");
}

QString expiryText(const PlanLine& line, UnixSeconds now) {
  if (line.record.state != PlanState::Approved || !line.approval) return dash;
  if (line.isExpired(now)) return tr("expired %1").arg(timeText(line.approval->expires));
  return untilText(line.approval->expires, now);
}

bool needsSecondPerson(Environment environment) { return environment == Environment::Production; }

QString environmentText(Environment environment) {
  switch (environment) {
    case Environment::Production: return tr("a production cluster");
    case Environment::Test: return tr("a test cluster");
    case Environment::Development: return tr("a development cluster");
  }
  return {};
}

std::vector<TallyItem> tallyOf(const MigrationPlan& plan, std::size_t unchanged) {
  std::vector<TallyItem> items;
  if (!plan.splits.empty()) items.push_back({countOf(plan.splits.size(), "1 split", "%1 splits"), QStringLiteral("split"), Ink::Split, true});
  if (!plan.merges.empty()) items.push_back({countOf(plan.merges.size(), "1 merge", "%1 merges"), QStringLiteral("merge"), Ink::Split, true});
  if (!plan.moves.empty()) items.push_back({countOf(plan.moves.size(), "1 move", "%1 moves"), QStringLiteral("move"), Ink::Move, true});
  items.push_back({countOf(unchanged, "1 range unchanged", "%1 ranges unchanged"), QStringLiteral("unchanged"), Ink::Text3});
  if (plan.moves.empty()) {
    items.push_back({tr("no data moves"), {}, Ink::Text, true});
  } else {
    items.push_back({bytesText(plan.movedBytes()), {}, Ink::Text, true});
    items.push_back({tr("%1 rows").arg(countText(plan.movedRows())), {}, Ink::Text2, false, true});
    items.push_back({tr("in %1").arg(countOf(static_cast<std::size_t>(plan.waves()), "1 wave", "%1 waves")), {}, Ink::Text2, false, true});
  }
  if (!plan.before.maxUtilisation || !plan.after.maxUtilisation) return items;
  items.push_back({tr("highest shard"), {}, Ink::Text2});
  items.push_back({percentText(*plan.before.maxUtilisation, 1) + QStringLiteral(" → ") + percentText(*plan.after.maxUtilisation, 1), {}, Ink::Text, true, true});
  if (const auto bound = plan.bounds.maxUtilisation; bound && *bound > 0)
    items.push_back({tr("(proven floor %1, gap %2)").arg(percentText(*bound, 1), percentText(*plan.after.maxUtilisation / *bound - 1, 1)), {}, Ink::Text2, false, true});
  if (!plan.moves.empty() && plan.bounds.movedBytes > 0) {
    const double over = static_cast<double>(plan.movedBytes()) / static_cast<double>(plan.bounds.movedBytes) - 1;
    items.push_back({tr("bytes %1 over the proven minimum").arg(percentText(over, 1)), {}, Ink::Text2});
  }
  return items;
}

QStringList effectsOf(const MigrationPlan& plan) {
  std::set<ShardId> sources, targets;
  for (const PlannedMove& move : plan.moves) {
    sources.insert(move.source);
    targets.insert(move.target);
  }
  if (plan.moves.empty())
    return {tr("No row moves; bounds of ranges change: %1.").arg(countOf(plan.splits.size() + plan.merges.size(), "1 bound", "%1 bounds")),
            tr("Applications notice nothing but a new version of the map."), tr("Everything can be taken back with another plan.")};
  return {tr("%1 with %2 rows (%3) go from %4 to %5.")
              .arg(countOf(plan.moves.size(), "1 range", "%1 ranges"), countText(plan.movedRows()), bytesText(plan.movedBytes()),
                   countOf(sources.size(), "1 shard", "%1 shards"), countOf(targets.size(), "1 shard", "%1 shards")),
          tr("Writes to a moving range are refused while it is cut over, usually for milliseconds, and succeed when tried again; all else is served throughout."),
          tr("Until clean-up everything can be rolled back, writes made meanwhile included. Only clean-up, a step of its own, ends the way back.")};
}

QStringList cleanUpEffectsOf(const MigrationPlan& plan) {
  return {tr("The %1 rows (%2) that were moved are deleted on their old shards.").arg(countText(plan.movedRows()), bytesText(plan.movedBytes())),
          tr("Applications notice nothing; every part is compared once more before anything is deleted."),
          tr("After it there is no roll back: going back takes another plan.")};
}

}  // namespace shardwright::ui
