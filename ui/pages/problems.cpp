#include "ui/pages/problems.h"

#include <QCoreApplication>
#include <algorithm>

#include "ui/pages/page_list.h"
#include "ui/theme/format.h"

namespace shardwright::ui {

namespace {

QString tr(const char* words) { return QCoreApplication::translate("problems", words); }

Problem::Severity severityOf(const std::string& id, const LoadReport& report) {
  if (id == "hot-key") return Problem::Severity::Severe;
  if (id == "unbalanced") return report.highestRatio.value_or(1) > 1.5 ? Problem::Severity::Severe : Problem::Severity::Warning;
  if (id == "not-measured") return Problem::Severity::Notice;
  return Problem::Severity::Warning;
}

// A problem that a plan would mend opens the builder with that plan asked for.
void offerPlan(Problem& problem, const QString& action, PlanRequest request) {
  problem.action = action;
  problem.place = {QStringLiteral("plans"), {}, std::move(request)};
}

QString fullest(const LoadReport& report) { return report.shards.empty() ? QString() : text(report.shards.front().shard.text()); }

QString bounds(const TokenRange& range, const ShardingStrategy& strategy) {
  const auto side = [&](const Token& token) { return text(strategy.formatToken(token)); };
  return QStringLiteral("%1..%2").arg(range.from.isBeginning() ? QString() : side(range.from), range.until ? side(*range.until) : QString());
}

Problem fromReport(const LoadProblem& found, const LoadReport& report, const HotSpotReport& hot) {
  Problem problem;
  problem.id = text(found.id);
  problem.severity = severityOf(found.id, report);
  problem.what = asSentence(found.sentence);
  problem.command = text(found.command);
  PlanRequest request;
  request.metrics = {std::string(loadMetricName(report.metric))};
  if (found.id == "unbalanced") {
    problem.what = tr("%1 carries %2 times its fair share").arg(fullest(report), factorText(report.highestRatio.value_or(1)));
    problem.where = asSentence(report.because);
    offerPlan(problem, tr("Plan a fix…"), std::move(request));
  } else if (found.id == "hot-key") {
    problem.what = tr("One hot key on %1: a split will not help").arg(fullest(report));
    problem.where = asSentence(report.because);
    request.goal = "isolate";
    request.metrics.clear();
    const auto key = std::ranges::find(hot.spots, HotSpot::Kind::Key, &HotSpot::kind);
    if (key != hot.spots.end() && key->key) request.key = key->key->toText();
    offerPlan(problem, tr("Isolate key…"), std::move(request));
  } else if (found.id == "draining") {
    const auto shard = std::ranges::find(report.shards, ShardState::Draining, &ShardBurden::state);
    request.goal = "drain";
    if (shard != report.shards.end()) request.shards = {shard->shard.text()};
    offerPlan(problem, tr("Plan the drain…"), std::move(request));
  } else if (found.id == "nearly-full") {
    offerPlan(problem, tr("Plan a fix…"), std::move(request));
  } else if (pageInfo(QStringLiteral("connections")) != nullptr) {
    problem.action = tr("Check shards…");
    problem.place = {QStringLiteral("connections"), {}, {}};
  }
  return problem;
}

void addHotSpots(const LoadOverview& load, std::vector<Problem>& problems) {
  for (const HotSpot& spot : load.hot.spots) {
    if (problems.size() > 8) return;
    const bool isKey = spot.kind == HotSpot::Kind::Key;
    const QString name = isKey && spot.key ? text(spot.key->toText()) : bounds(spot.range, load.map->strategy());
    Problem problem;
    problem.id = QStringLiteral("hot-") + name;
    problem.severity = spot.shardShare > 0.5 ? Problem::Severity::Severe : Problem::Severity::Warning;
    problem.what = (isKey ? tr("One hot key carries %1 of the accesses of %2") : tr("One hot range carries %1 of the accesses of %2"))
                       .arg(percentText(spot.shardShare), text(spot.shard.text()));
    problem.where = name;
    problem.since = spot.since;
    problem.command = said(spot.advice);
    PlanRequest request;
    if (isKey && spot.key) {
      request.goal = "isolate";
      request.key = spot.key->toText();
      offerPlan(problem, tr("Isolate key…"), std::move(request));
    } else {
      request.goal = "split";
      request.range = name.toStdString();
      offerPlan(problem, tr("Split…"), std::move(request));
    }
    problems.push_back(std::move(problem));
  }
}

void addForecast(const LoadForecast& forecast, std::vector<Problem>& problems) {
  if (forecast.shards.empty()) return;
  const ShardForecast& soonest = forecast.shards.front();
  if (soonest.kind != ForecastKind::Reaches && soonest.kind != ForecastKind::Reached) return;
  if (soonest.days.value_or(0) > 60) return;
  Problem problem;
  problem.id = QStringLiteral("forecast");
  problem.severity = soonest.days.value_or(0) < 7 ? Problem::Severity::Severe : Problem::Severity::Warning;
  problem.what = asSentence(soonest.sentence);
  problem.where = text(soonest.shard.text());
  offerPlan(problem, tr("Plan a fix…"), {});
  problems.push_back(std::move(problem));
}

void addRuns(const ClusterFacts& facts, std::vector<Problem>& problems) {
  for (const PlanStatus& run : facts.runs) {
    const bool stopped = run.record.state == PlanState::Running && !run.executor;
    if (!stopped && run.record.state != PlanState::Failed) continue;
    Problem problem;
    problem.id = QStringLiteral("run-") + text(run.record.id.text());
    problem.severity = Problem::Severity::Severe;
    problem.what = stopped ? tr("%1 stopped half way: nobody executes it").arg(text(run.record.id.text())) : tr("%1 failed").arg(text(run.record.id.text()));
    problem.where = said(run.record.reason);
    problem.since = run.record.startedAt.value_or(0);
    problem.command = QStringLiteral("shardwright resume ") + text(run.record.id.text());
    problem.action = tr("Show…");
    problem.place = {QStringLiteral("execution"), text(run.record.id.text()), {}};
    problems.push_back(std::move(problem));
  }
}

}  // namespace

std::vector<Problem> problemsOf(const ClusterFacts& facts, const LoadOverview* load, LoadMetric metric) {
  std::vector<Problem> problems;
  addRuns(facts, problems);
  if (load != nullptr) {
    const LoadReport& report = load->report(metric);
    for (const LoadProblem& found : report.problems) problems.push_back(fromReport(found, report, load->hot));
    addHotSpots(*load, problems);
    addForecast(load->forecast, problems);
  }
  std::ranges::stable_sort(problems, std::ranges::greater(), &Problem::severity);
  // A button that leads nowhere is worse than none: pages that this build lacks are not offered.
  for (Problem& problem : problems)
    if (!problem.action.isEmpty() && pageInfo(problem.place.page) == nullptr) problem.action.clear();
  return problems;
}

}  // namespace shardwright::ui
