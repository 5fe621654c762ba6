#include "ui/bridge/run_reading.h"

#include <algorithm>
#include <chrono>
#include <map>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/manager/shard_manager.h"

namespace shardwright::ui {

namespace {

constexpr std::int64_t eventsAtOnce = 1000;

double preciseNow() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string textIn(const Json& detail, const char* key) {
  const auto at = detail.find(key);
  return at != detail.end() && at->is_string() ? at->get<std::string>() : std::string();
}

std::optional<RunNote> noteOf(const AuditEvent& event, const Json& detail) {
  const auto note = [&](RunNote::Kind kind, std::string words = {}) {
    return RunNote{kind, event.at, MoveId(textIn(detail, "move")), std::move(words), event.actor};
  };
  if (event.event == "lease.taken" || event.event == "lease.taken-over") return note(RunNote::Kind::Began);
  if (event.event == "plan.failed") return note(RunNote::Kind::Failed, textIn(detail, "reason"));
  if (event.event == "plan.wish") {
    const std::string argument = textIn(detail, "argument");
    return note(RunNote::Kind::Asked, textIn(detail, "wish") + (argument.empty() ? "" : " " + argument));
  }
  if (event.event != "move.decided") return std::nullopt;
  const std::string decision = textIn(detail, "decision");
  if (decision == decisionName(Decision::Flip)) return note(RunNote::Kind::Opened);
  if (decision == decisionName(Decision::Back)) return note(RunNote::Kind::WentBack);
  return note(RunNote::Kind::Aborted);
}

Result<std::shared_ptr<const RunPast>> readPast(Catalog& catalog, const PlanId& plan, std::shared_ptr<const RunPast> before) {
  auto past = before ? *before : RunPast();
  bool changed = !before;
  for (;;) {
    const auto events = TRY(catalog.auditEvents(past.readUntil, eventsAtOnce, plan.text()));
    for (const AuditEvent& event : events) past.take(event);
    changed = changed || !events.empty();
    if (static_cast<std::int64_t>(events.size()) < eventsAtOnce) break;
  }
  if (!changed) return before;
  return std::make_shared<const RunPast>(std::move(past));
}

}  // namespace

void RunPast::take(const AuditEvent& event) {
  readUntil = std::max(readUntil, event.sequence);
  const auto detail = parseJson(event.detail);
  if (!detail || !detail->is_object()) return;
  auto note = noteOf(event, *detail);
  if (!note) return;
  if (note->kind == RunNote::Kind::Began) {
    // What was asked of an earlier executor went with it.
    throttle.reset();
    stopsAfterWave = false;
  }
  const auto wish = note->kind == RunNote::Kind::Asked ? wishFromName(textIn(*detail, "wish")) : Result<Wish>(Wish::Retry);
  if (wish && *wish == Wish::Throttle) throttle = parseInt64(textIn(*detail, "argument")).value_or(0);
  if (wish && *wish == Wish::PauseAfterWave) stopsAfterWave = true;
  if (wish && *wish == Wish::Resume) stopsAfterWave = false;
  notes.push_back(std::move(*note));
  if (notes.size() > 2 * mostNotes) notes.erase(notes.begin(), notes.end() - static_cast<std::ptrdiff_t>(mostNotes));
}

Result<RunReading> readRun(ShardManager& manager, const PlanId& plan, const RunReading* before) {
  Catalog& catalog = manager.catalog();
  RunReading reading;
  const bool again = before != nullptr && before->id() == plan;
  reading.status = again ? TRY(manager.runs().statusAgain(before->status)) : TRY(manager.runs().status(plan));
  reading.environment = catalog.environment();
  reading.at = preciseNow();
  reading.now = catalog.now();
  reading.past = TRY(readPast(catalog, plan, again ? before->past : nullptr));
  for (const WishRow& wish : TRY(catalog.openWishes(plan))) reading.unheard.push_back(wish.wish);
  if (const Done approved = catalog.cleanupApproved(plan); !approved) {
    if (approved.error().code() != ErrorCode::Refused) return approved.error();
    reading.cleanUpRefused = approved.error().message();
  }
  return reading;
}

Result<RunList> readRuns(ShardManager& manager, const RunList* before) {
  std::map<PlanId, std::shared_ptr<const RunReading>> known;
  if (before != nullptr)
    for (const auto& run : before->runs) known[run->id()] = run;
  RunList list;
  for (const PlanRecord& record : TRY(manager.catalog().plans())) {
    if (!record.startedAt) continue;
    const auto earlier = known.contains(record.id) ? known[record.id] : nullptr;
    // What has ended stays as it is.
    if (earlier && isFinal(earlier->status.record.state) && !earlier->isExecuted()) {
      list.runs.push_back(earlier);
      continue;
    }
    auto reading = TRY(readRun(manager, record.id, earlier.get()));
    list.runs.push_back(std::make_shared<const RunReading>(std::move(reading)));
  }
  const auto rank = [](const RunReading& run) { return run.isExecuted() ? 0 : isFinal(run.status.record.state) ? 2 : 1; };
  std::ranges::stable_sort(list.runs, [&](const auto& a, const auto& b) {
    return std::pair(rank(*a), -a->status.record.startedAt.value_or(0)) < std::pair(rank(*b), -b->status.record.startedAt.value_or(0));
  });
  return list;
}

ThrottleState throttleOf(const RunReading& reading) {
  ThrottleState state;
  if (!reading.isExecuted()) return state;
  state.asked = reading.past->throttle;
  state.heard = std::ranges::find(reading.unheard, Wish::Throttle) == reading.unheard.end();
  std::optional<std::int64_t> noted;
  for (const MoveStatus& move : reading.status.moves)
    if (move.row && move.row->phase == Phase::Copy && !move.row->paused && move.row->rows > 0) noted = std::max(noted.value_or(0), move.row->throttle);
  // While rows are copied the journal says what the copying goes by; otherwise the executor's answer counts.
  if (noted) state.inForce = noted;
  else if (state.asked && state.heard) state.inForce = state.asked;
  return state;
}

}  // namespace shardwright::ui
