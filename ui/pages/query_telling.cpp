#include "ui/pages/query_telling.h"

#include <QCoreApplication>
#include <algorithm>

#include "core/base/text.h"
#include "ui/pages/query_rows.h"
#include "ui/theme/format.h"

namespace shardwright::ui {

namespace {

constexpr qsizetype namedShards = 6;

QString tr(const char* words) { return QCoreApplication::translate("query", words); }

QString joined(QStringList parts) {
  parts.removeAll(QString());
  return parts.join(QStringLiteral(" · "));
}

QueryVerdict waitingVerdict(const QueryView& view, const ReadDraft& read) {
  QStringList waiting;
  std::int64_t total = 0;
  if (view.plan != nullptr) {
    const auto lines = shardLines(*view.plan, view.shares, true, false, view.elapsed);
    total = std::ssize(lines);
    for (const ShardLine& line : lines)
      if (line.state == ShardLine::State::Waiting) waiting << line.shard;
  }
  const QString names = waiting.size() > namedShards ? counted(waiting.size(), tr("shard"), tr("shards")) : waiting.join(QStringLiteral(", "));
  const double deadline = static_cast<double>(read.options.deadline.count()) / 1000;
  return {tr("%1 of %2 shards have answered").arg(total - waiting.size()).arg(total),
          tr("Waiting for %1 since %2 · each has %3").arg(names, durationText(view.elapsed), durationText(deadline))};
}

QueryVerdict planVerdict(const QueryPlan& plan, std::int64_t shards) {
  const QString version = tr("map v%1").arg(plan.mapVersion);
  const auto needed = std::ssize(plan.steps);
  if (needed == 0) return {tr("No shard owns any of it"), tr("The range is empty, or belongs to nobody in map version %1.").arg(plan.mapVersion)};
  if (needed == 1) {
    const ShardStep& step = plan.steps.front();
    return {tr("One of %1 is needed: %2").arg(counted(shards, tr("shard"), tr("shards")), text(step.shard.text())), joined({asSentence(step.why), version})};
  }
  const QString shape = plan.shape == QueryPlan::Shape::Scatter ? tr("The whole line, or keys that are scattered over it") : tr("A stretch of keys in their own order");
  return {needed == shards ? tr("All %1 shards are needed").arg(shards) : tr("%1 of %2 shards are needed").arg(needed).arg(shards), joined({shape, version})};
}

QString tokenWords(const ReadDraft& read, const ShardMap& map) {
  const auto* const point = read.query ? std::get_if<PointQuery>(&read.query->what) : nullptr;
  if (point == nullptr) return {};
  const auto token = map.strategy().tokenOf(point->key);
  return token ? tr("token %1").arg(text(printable(map.strategy().formatToken(*token), 60))) : QString();
}

void mark(RoutedShard& shard, const ShardStep& step, const std::vector<ShardShare>& shares) {
  shard.state = RoutedShard::State::Asked;
  shard.pinned = step.pins > 0;
  QStringList reasons;
  if (step.ranges > 0) reasons << counted(step.ranges, tr("range"), tr("ranges"));
  if (step.pins > 0) reasons << counted(step.pins, tr("pin"), tr("pins"));
  shard.reason = reasons.join(QStringLiteral(" + "));
  shard.tip = said(step.why);
  const auto share = std::ranges::find(shares, step.shard, &ShardShare::shard);
  if (share == shares.end()) return;
  shard.state = share->missing ? RoutedShard::State::Missing : RoutedShard::State::Answered;
  shard.reason = share->missing ? tr("no answer") : durationText(share->seconds);
}

}  // namespace

QueryVerdict verdictOf(const QueryView& view, const ReadDraft& read, std::int64_t shards) {
  if (view.running) return waitingVerdict(view, read);
  if (view.plan != nullptr) return planVerdict(*view.plan, shards);
  if (view.planError != nullptr)
    return {view.planError->code() == ErrorCode::NotFound ? tr("No shard owns this key") : tr("This cannot be asked"), asSentence(view.planError->message())};
  if (!read.problems.empty()) return {tr("Not a question yet"), read.problems.begin()->second};
  return {view.draft.kind == QueryDraft::Kind::Key ? tr("Type a key to see where it lives") : tr("Say what to compute to see which shards it takes"),
          tr("A question goes to the shards that own its keys, and to no other.")};
}

RoutingScene sceneOf(const QueryView& view, const ReadDraft& read, const ShardMap* map, const std::vector<Shard>& shards) {
  RoutingScene scene;
  scene.question = draftTitle(view.draft);
  if (map != nullptr) scene.detail = tokenWords(read, *map);
  for (const Shard& shard : shards) scene.shards.push_back({.shard = shard.id});
  if (view.plan == nullptr) return scene;
  for (const ShardStep& step : view.plan->steps) {
    const auto at = std::ranges::find(scene.shards, step.shard, &RoutedShard::shard);
    if (at != scene.shards.end()) mark(*at, step, view.shares);
  }
  return scene;
}

}  // namespace shardwright::ui
