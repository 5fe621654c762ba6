#include "ui/pages/problems.h"

#include <QCoreApplication>
#include <algorithm>
#include <tuple>

#include "core/load/shell_word.h"
#include "ui/pages/page_list.h"
#include "ui/theme/format.h"

namespace shardwright::ui {

namespace {

QString tr(const char* words) { return QCoreApplication::translate("problems", words); }

// A problem that a plan would mend opens the builder with that plan asked for.
void offerPlan(Problem& problem, const QString& action, PlanRequest request) {
  problem.action = action;
  problem.place = {QStringLiteral("plans"), {}, std::move(request)};
}

void offerCheck(Problem& problem, const ShardId& shard) {
  problem.command = QStringLiteral("shardwright shard check ") + text(shellWord(shard.text()));
  problem.action = tr("Check shards…");
  problem.place = {QStringLiteral("connections"), {}, {}};
}

QString timesText(double ratio) { return factorText(ratio) + thinSpace + QStringLiteral("×"); }

// Whatever stands in core's report under this id: its whole sentence, and what to type.
void takeWords(Problem& problem, const LoadReport& report, std::string_view id, const std::string& mentioned) {
  for (const LoadProblem& known : report.problems) {
    if (known.id != id || known.sentence.find(mentioned) == std::string::npos) continue;
    problem.detail = asSentence(known.sentence);
    problem.command = text(known.command);
    return;
  }
}

QString bounds(const TokenRange& range, const ShardingStrategy& strategy) {
  const auto side = [&](const Token& token) { return text(strategy.formatToken(token)); };
  return QStringLiteral("%1..%2").arg(range.from.isBeginning() ? QString() : side(range.from), range.until ? side(*range.until) : QString());
}

// Why a shard carries too much, in a few words.
QString shortCause(const LoadReport& report, const ShardBurden& worst) {
  switch (report.cause) {
    case LoadCause::OneKey: return tr("one key alone");
    case LoadCause::OneRange: return tr("one range alone");
    case LoadCause::Growth: return tr("grows faster than the others");
    case LoadCause::Skew: return counted(static_cast<std::int64_t>(worst.ranges), tr("range"), tr("ranges together"));
    case LoadCause::Balanced:
    case LoadCause::NotMeasured: break;
  }
  return {};
}

void addVerdict(const LoadOverview& load, const LoadReport& report, std::vector<Problem>& problems) {
  if (report.cause == LoadCause::Balanced) return;
  Problem problem;
  if (report.cause == LoadCause::NotMeasured || report.shards.empty()) {
    problem.id = QStringLiteral("not-measured");
    problem.what = report.metric == LoadMetric::Ops ? tr("Accesses are not measured") : tr("Nothing is measured yet");
    takeWords(problem, report, "not-measured", report.keyspace.text());
    problem.where = problem.command;
    problem.whereIsCode = true;
    problems.push_back(std::move(problem));
    return;
  }
  const ShardBurden& worst = report.shards.front();
  // That hot spot has a row of its own, and is the cause.
  if (hotSpotBehind(load, report.metric, worst.shard) != nullptr) return;
  const double ratio = worst.ratio.value_or(1);
  problem.id = QStringLiteral("unbalanced");
  problem.severity = ratio > 1.5 ? Problem::Severity::Severe : Problem::Severity::Warning;
  problem.what = tr("%1 carries %2 its fair share").arg(text(worst.shard.text()), timesText(ratio));
  problem.where = shortCause(report, worst);
  takeWords(problem, report, report.cause == LoadCause::OneKey ? "hot-key" : "unbalanced", worst.shard.text());
  PlanRequest request;
  request.metrics = {std::string(loadMetricName(report.metric))};
  offerPlan(problem, tr("Plan a fix…"), std::move(request));
  problems.push_back(std::move(problem));
}

void addDraining(const ShardBurden& burden, const LoadReport& report, std::vector<Problem>& problems) {
  Problem problem;
  problem.id = QStringLiteral("draining-") + text(burden.shard.text());
  problem.severity = Problem::Severity::Warning;
  problem.what = tr("%1 is draining").arg(text(burden.shard.text()));
  problem.where = counted(static_cast<std::int64_t>(burden.ranges), tr("range still there"), tr("ranges still there"));
  takeWords(problem, report, "draining", burden.shard.text());
  PlanRequest request;
  request.goal = "drain";
  request.shards = {burden.shard.text()};
  offerPlan(problem, tr("Plan the drain…"), std::move(request));
  problems.push_back(std::move(problem));
}

void addNearlyFull(const ShardBurden& burden, const ClusterFacts& facts, const LoadReport& report, std::vector<Problem>& problems) {
  Problem problem;
  problem.id = QStringLiteral("full-") + text(burden.shard.text());
  problem.severity = *burden.filled > 0.95 ? Problem::Severity::Severe : Problem::Severity::Warning;
  problem.what = tr("%1 is %2 full").arg(text(burden.shard.text()), percentText(*burden.filled));
  const Shard* const shard = facts.shard(burden.shard);
  if (shard != nullptr && shard->capacity && burden.bytes) problem.where = tr("%1 of %2").arg(bytesText(*burden.bytes), bytesText(*shard->capacity));
  takeWords(problem, report, "nearly-full", burden.shard.text());
  offerPlan(problem, tr("Plan a fix…"), {});
  problems.push_back(std::move(problem));
}

void addSilent(const ShardId& shard, const std::string& reason, std::vector<Problem>& problems) {
  Problem problem;
  problem.id = QStringLiteral("silent-") + text(shard.text());
  problem.severity = Problem::Severity::Severe;
  problem.what = tr("%1 cannot be measured").arg(text(shard.text()));
  problem.where = problem.detail = asSentence(reason);
  offerCheck(problem, shard);
  problems.push_back(std::move(problem));
}

void addShards(const ClusterFacts& facts, const LoadOverview& load, const LoadReport& report, std::vector<Problem>& problems) {
  for (const ShardBurden& burden : report.shards) {
    if (burden.state == ShardState::Draining && burden.ranges > 0) addDraining(burden, report, problems);
    if (burden.filled && *burden.filled > 0.8) addNearlyFull(burden, facts, report, problems);
    if (const std::string* const reason = silenceOf(load, burden.shard)) addSilent(burden.shard, *reason, problems);
  }
}

void addHotSpots(const LoadOverview& load, std::vector<Problem>& problems) {
  for (const HotSpot& spot : load.hot.spots) {
    const bool isKey = spot.kind == HotSpot::Kind::Key && spot.key;
    Problem problem;
    problem.where = isKey ? text(spot.key->toText()) : bounds(spot.range, load.map->strategy());
    problem.whereIsCode = true;
    problem.id = QStringLiteral("hot-") + problem.where;
    problem.severity = spot.shardShare > 0.5 ? Problem::Severity::Severe : Problem::Severity::Warning;
    problem.what = (isKey ? tr("Hot key: %1 of the accesses of %2") : tr("Hot range: %1 of the accesses of %2")).arg(percentText(spot.shardShare), text(spot.shard.text()));
    problem.since = spot.since;
    problem.detail = asSentence(spot.advice);
    PlanRequest request;
    if (isKey) {
      request.goal = "isolate";
      request.key = spot.key->toText();
      offerPlan(problem, tr("Isolate key…"), std::move(request));
    } else {
      request.goal = "split";
      request.range = problem.where.toStdString();
      offerPlan(problem, tr("Split…"), std::move(request));
    }
    problems.push_back(std::move(problem));
  }
}

void addForecast(const LoadForecast& forecast, std::vector<Problem>& problems) {
  if (forecast.shards.empty()) return;
  const ShardForecast& soonest = forecast.shards.front();
  if (soonest.kind != ForecastKind::Reaches) return;  // what is full already has its row
  const double days = soonest.days.value_or(0);
  if (days > 60) return;
  Problem problem;
  problem.id = QStringLiteral("forecast");
  problem.severity = days < 7 ? Problem::Severity::Severe : Problem::Severity::Warning;
  problem.what = tr("%1 is 80 % full in %2 days").arg(text(soonest.shard.text())).arg(days, 0, 'f', 0);
  if (soonest.daysLow && soonest.daysHigh) problem.where = tr("%1 – %2 days (80 % interval)").arg(*soonest.daysLow, 0, 'f', 0).arg(*soonest.daysHigh, 0, 'f', 0);
  problem.detail = asSentence(forecast.sentence);
  offerPlan(problem, tr("Plan a fix…"), {});
  problems.push_back(std::move(problem));
}

void addRuns(const ClusterFacts& facts, std::vector<Problem>& problems) {
  for (const PlanStatus& run : facts.runs) {
    const bool stopped = run.record.state == PlanState::Running && !run.executor;
    if (!stopped && run.record.state != PlanState::Failed) continue;
    const QString plan = text(run.record.id.text());
    Problem problem;
    problem.id = QStringLiteral("run-") + plan;
    problem.severity = Problem::Severity::Severe;
    problem.what = stopped ? tr("%1 stopped half way").arg(plan) : tr("%1 failed").arg(plan);
    problem.where = stopped ? tr("nobody executes it") : asSentence(run.record.reason);
    problem.detail = asSentence(run.record.reason);
    problem.since = run.record.startedAt.value_or(0);
    problem.command = QStringLiteral("shardwright resume ") + plan;
    problem.action = tr("Show…");
    problem.place = {QStringLiteral("execution"), plan, {}};
    problems.push_back(std::move(problem));
  }
}

}  // namespace

const std::string* silenceOf(const LoadOverview& load, const ShardId& shard) {
  const std::string beginning = "shard " + shard.text() + ":";
  const auto at = std::ranges::find_if(load.notMeasured, [&](const std::string& sentence) { return sentence.starts_with(beginning); });
  return at == load.notMeasured.end() ? nullptr : &*at;
}

bool operator==(const Problem& a, const Problem& b) {
  const auto shown = [](const Problem& p) { return std::tie(p.id, p.severity, p.what, p.where, p.whereIsCode, p.detail, p.since, p.command, p.action); };
  return shown(a) == shown(b);
}

const HotSpot* hotSpotBehind(const LoadOverview& load, LoadMetric metric, const ShardId& shard) {
  const LoadCause cause = load.report(metric).cause;
  if (metric != LoadMetric::Ops || (cause != LoadCause::OneKey && cause != LoadCause::OneRange)) return nullptr;
  const auto kind = cause == LoadCause::OneKey ? HotSpot::Kind::Key : HotSpot::Kind::Range;
  const auto at = std::ranges::find_if(load.hot.spots, [&](const HotSpot& spot) { return spot.kind == kind && spot.shard == shard; });
  return at == load.hot.spots.end() ? nullptr : &*at;
}

std::vector<Problem> problemsOf(const ClusterFacts& facts, const LoadOverview* load, LoadMetric metric) {
  std::vector<Problem> problems;
  addRuns(facts, problems);
  if (load != nullptr) {
    addVerdict(*load, load->report(metric), problems);
    addShards(facts, *load, load->report(metric), problems);
    addHotSpots(*load, problems);
    addForecast(load->forecast, problems);
  }
  std::ranges::stable_sort(problems, std::ranges::greater(), &Problem::severity);
  for (Problem& problem : problems) {
    // A button that leads nowhere is worse than none: pages that this build lacks are not offered.
    if (!problem.action.isEmpty() && pageInfo(problem.place.page) == nullptr) problem.action.clear();
    // Not without a next action: then what to type stands in the row.
    if (!problem.action.isEmpty() || problem.command.isEmpty() || problem.whereIsCode) continue;
    problem.where = problem.command;
    problem.whereIsCode = true;
  }
  return problems;
}

}  // namespace shardwright::ui
