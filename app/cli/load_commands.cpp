#include <fmt/format.h>

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "app/cli/files.h"
#include "app/cli/table.h"
#include "app/cli/verb.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/manager/load_verbs.h"

namespace shardwright::cli {

namespace {

constexpr std::string_view badge = "(some of the load is generated: made up for the demonstration)";

struct Sample {
  std::string keyspace;
  double every = 0;  // seconds; 0: once
  double length = 0;
};

struct Show {
  std::string keyspace;
  std::string metric = "bytes";
  std::string threshold = "5%";
};

struct Import {
  std::string keyspace;
  std::string file;
};

struct OfKeyspace {
  std::string keyspace;
};

void tell(const Session& session, const SampleTaken& taken) {
  if (session.terminal.json)
    session.terminal.document({{"event", "sample"}, {"at", formatUtc(taken.at)}, {"rows", taken.rows}, {"bytes", taken.bytes},
                               {"notMeasured", taken.notMeasured}});
  else
    session.terminal.print(fmt::format("{}  {} rows, {}\n", formatUtc(taken.at), formatCount(taken.rows), formatBytes(taken.bytes)));
  for (const std::string& sentence : taken.notMeasured) session.terminal.remark("not measured: " + sentence);
}

// A sample, or one every so often until the time is over or a signal comes.
Result<Exit> sample(Session& session, const Sample& arguments) {
  auto manager = TRY(openManager(session));
  const Stopwatch watch;
  for (;;) {
    const auto taken = TRY(manager.load().sample(KeyspaceName(arguments.keyspace), session.stop));
    tell(session, taken);
    if (arguments.every <= 0) return taken.notMeasured.empty() ? Exit::Done : Exit::Findings;
    if (watch.seconds() + arguments.every > arguments.length) return Exit::Done;
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any wake;
    wake.wait_for(lock, session.stop, std::chrono::duration<double>(arguments.every), [] { return false; });
    if (session.stop.stop_requested()) return cancelled("stopped; the samples taken so far are kept");
  }
}

Result<Exit> show(Session& session, const Show& arguments) {
  LoadReportOptions options;
  options.metric = TRY(parseLoadMetric(arguments.metric));
  const auto threshold = parsePercent(arguments.threshold);
  if (!threshold) return invalidInput(fmt::format("\"{}\" is no share such as 5%", printable(arguments.threshold, 40)));
  options.threshold = *threshold;
  auto manager = TRY(openManager(session));
  const LoadReport report = TRY(manager.load().report(KeyspaceName(arguments.keyspace), options, session.stop));
  if (session.terminal.json) {
    session.terminal.document(loadReportToJson(report));
  } else {
    session.terminal.print(formatLoadReport(report));
  }
  return Exit::Done;
}

Result<Exit> importTrace(Session& session, const Import& arguments) {
  const std::string text = TRY(readFile(arguments.file, fileLimit));
  auto manager = TRY(openManager(session));
  const auto added = TRY(manager.load().importTrace(KeyspaceName(arguments.keyspace), text).in(printable(arguments.file)));
  if (session.terminal.json) session.terminal.document({{"keyspace", arguments.keyspace}, {"added", added}});
  session.terminal.remark(fmt::format("Added {} of {}.", counted(static_cast<std::int64_t>(added), "load sample"), arguments.keyspace));
  return Exit::Done;
}

Result<Exit> hot(Session& session, const OfKeyspace& arguments) {
  auto manager = TRY(openManager(session));
  const KeyspaceName keyspace(arguments.keyspace);
  const HotSpotReport report = TRY(manager.load().hotSpots(keyspace));
  const ShardingStrategy strategy = TRY(manager.load().strategyOf(keyspace));
  if (session.terminal.json) {
    Json document = hotSpotsToJson(report.spots, strategy);
    if (report.generated) document["generated"] = true;
    document["measured"] = report.measured;
    session.terminal.document(document);
    return Exit::Done;
  }
  if (!report.measured) {
    session.terminal.print(fmt::format("Accesses to {} are not measured: import a trace with load import, or let the application go "
                                       "through the router.\n", keyspace.text()));
    return Exit::Done;
  }
  session.terminal.print(report.spots.empty() ? std::string("Nothing is hot.\n") : formatHotSpots(report.spots, strategy));
  if (report.generated) session.terminal.remark(std::string(badge));
  return Exit::Done;
}

Result<Exit> forecast(Session& session, const OfKeyspace& arguments) {
  auto manager = TRY(openManager(session));
  const LoadForecast forecast = TRY(manager.load().forecast(KeyspaceName(arguments.keyspace)));
  if (session.terminal.json) {
    session.terminal.document(forecastToJson(forecast));
  } else {
    session.terminal.print(formatForecast(forecast));
  }
  return Exit::Done;
}

}  // namespace

void addLoadCommands(Command& root, Session& session) {
  Command load = root.group("load", "How heavy each part is, what is hot, and when it is full");
  addVerb<Sample>(load, session, "sample", "Counts rows and bytes of every range, into the catalog", [](Command& command, Sample& a) {
    command.option("KEYSPACE", a.keyspace, "The keyspace").required();
    const auto every = command.option("--every", a.every, "Seconds between two samples").placeholder("S").positive();
    command.option("--for", a.length, "Seconds to go on").placeholder("S").needs(every).positive();
  }, sample);
  addVerb<Show>(load, session, "show", "Whether it is balanced, and if not, why and what to do", [](Command& command, Show& a) {
    command.option("KEYSPACE", a.keyspace, "The keyspace").required();
    command.option("--metric", a.metric, "bytes, rows or ops").placeholder("METRIC");
    command.option("--threshold", a.threshold, "How far above its fair share a shard may be").placeholder("P");
  }, show);
  addVerb<Import>(load, session, "import", "Accesses from a trace: CSV with time,op,key,cost", [](Command& command, Import& a) {
    command.option("KEYSPACE", a.keyspace, "The keyspace").required();
    command.option("FILE", a.file, "The trace").required();
  }, importTrace);
  addVerb<OfKeyspace>(load, session, "hot", "Ranges and single keys that draw too much, from the samples of the last day",
                      [](Command& command, OfKeyspace& a) { command.option("KEYSPACE", a.keyspace, "The keyspace").required(); }, hot);
  addVerb<OfKeyspace>(load, session, "forecast", "When a shard is full, from how it has grown",
                      [](Command& command, OfKeyspace& a) { command.option("KEYSPACE", a.keyspace, "The keyspace").required(); }, forecast);
}

}  // namespace shardwright::cli
