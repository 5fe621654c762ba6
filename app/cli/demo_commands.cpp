#include <fmt/format.h>

#include "app/cli/verb.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/manager/demo.h"
#include "core/manager/demo_writer.h"

namespace shardwright::cli {

namespace {

struct Demo {
  DemoOptions sample;
  bool writer = false;
  std::optional<double> seconds;
  double rate = 500;
};

Result<Exit> make(Session& session, const Demo& arguments) {
  DemoOptions options = arguments.sample;
  options.actor = currentActor(session.actor);
  const auto report = TRY(createDemo(options));
  const Terminal& terminal = session.terminal;
  if (terminal.json) terminal.document(toJson(report));
  if (!terminal.json && !terminal.quiet) terminal.print(formatDemoReport(report));
  terminal.remark(fmt::format("Look around with: shardwright --catalog {} map show accounts", report.catalogFile));
  return Exit::Done;
}

// A line a second for people who watch; scripts read the end.
void tellSecond(const Terminal& terminal, const DemoWriterReport& soFar) {
  if (terminal.json || terminal.quiet || !Terminal::errorsOnTerminal()) return;
  terminal.remark(fmt::format("writer: {} writes acknowledged, {} a second, longest pause {:.1f} ms", formatCount(soFar.acknowledged),
                              formatCount(soFar.perSecond), soFar.longestPauseMs));
}

Result<Exit> write(Session& session, const Demo& arguments) {
  DemoWriterOptions options;
  options.folder = arguments.sample.folder;
  options.seconds = arguments.seconds;
  options.writesPerSecond = arguments.rate;
  options.seed = arguments.sample.seed;
  options.onSecond = [&](const DemoWriterReport& report) { tellSecond(session.terminal, report); };
  const auto report = TRY(runDemoWriter(options, session.stop));
  if (session.terminal.json) session.terminal.document(toJson(report));
  if (!session.terminal.json) session.terminal.print(formatDemoWriterReport(report));
  return report.lost == 0 ? Exit::Done : Exit::Findings;
}

Result<Exit> demo(Session& session, const Demo& arguments) {
  return arguments.writer ? write(session, arguments) : make(session, arguments);
}

}  // namespace

void addDemoCommands(Command& root, Session& session) {
  addVerb<Demo>(root, session, "demo", "A sample cluster with real rows, unbalanced on purpose", [](Command& command, Demo& a) {
    command.option("DIR", a.sample.folder, "A folder for its files; the catalog is DIR/catalog.db").required();
    command.option("--shards", a.sample.shards, "Default 4").placeholder("N");
    command.option("--rows", a.sample.rows, "Over its three tables; default 200000").placeholder("N");
    command.option("--seed", a.sample.seed, "The same seed makes the same rows; default 7").placeholder("N");
    command.option("--skew", a.sample.skew, "Exponent of the Zipf laws, 0 is even; default 1.1").placeholder("ZIPF");
    command.flag("--writer", a.writer, "Plays the application of a cluster that is there: keeps writing until it is stopped");
    command.option("--seconds", a.seconds, "--writer: no longer than this").placeholder("S");
    command.option("--rate", a.rate, "--writer: writes a second; default 500, 0 as fast as it can").placeholder("N");
  }, demo);
}

}  // namespace shardwright::cli
