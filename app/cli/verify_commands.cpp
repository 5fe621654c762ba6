#include <fmt/format.h>

#include <random>

#include "app/cli/verb.h"
#include "core/base/json.h"
#include "core/base/text.h"

namespace shardwright::cli {

namespace {

struct Verify {
  std::string keyspace;
  std::optional<std::string> sample;
  bool repair = false;
};

std::string percentText(double share) { return fmt::format("{:.3g} %", share * 100); }

Json toJson(const Verification& found) {
  Json unreachable = Json::array();
  for (const auto& [shard, error] : found.unreachable) unreachable.push_back(shard.text());
  Json sampled;
  if (const auto& part = found.sampled) sampled = {{"share", part->share}, {"stretches", part->stretches}, {"ofStretches", part->ofStretches}};
  return {{"rows", found.rows},
          {"misplaced", found.misplaced},
          {"duplicated", found.duplicated},
          {"missing", found.missing},
          {"retained", found.retained},
          {"checkedShards", found.checked.size()},
          {"unreachable", std::move(unreachable)},
          {"sampled", sampled}};
}

std::string verdict(const Verification& found) {
  if (!found.sampled) return "Every row is on its owner, once.";
  return fmt::format("Every row that was looked at is on its owner, once. This says nothing about the rows outside of the sample of {}; "
                     "verify without --sample reads all of them.", percentText(found.sampled->share));
}

void print(const Terminal& terminal, const Verification& found) {
  terminal.print(fmt::format("rows on their owners  {}\nmisplaced             {}\nduplicated            {}\n"
                             "missing               {}\nretained              {}\nshards checked        {}\n",
                             formatCount(found.rows), formatCount(found.misplaced), formatCount(found.duplicated),
                             formatCount(found.missing), formatCount(found.retained), found.checked.size()));
  for (const std::string& example : found.examples) terminal.remark(example);
  for (const auto& [shard, error] : found.unreachable) terminal.failure(error);
  if (found.sampled) {
    terminal.print(fmt::format("looked at             {} of {} stretches of keys, chosen at random\n", formatCount(found.sampled->stretches),
                               formatCount(found.sampled->ofStretches)));
  }
  if (found.sound()) terminal.remark(verdict(found));
}

Result<Exit> repairKeyspace(Session& session, ShardManager& manager, const KeyspaceName& keyspace) {
  TRY(session.terminal.confirm("Rows on shards that do not own them are deleted where their owner has exactly the same.",
                               keyspace.text()));
  const auto repair = TRY(manager.verification().repair(keyspace, session.stop));
  for (const std::string& sentence : repair.kept) session.terminal.remark("left: " + sentence);
  session.terminal.remark(fmt::format("Removed {} rows, left {} keys.", formatCount(repair.removed), repair.kept.size()));
  return Exit::Done;
}

Result<VerifyOptions> optionsOf(const Verify& arguments) {
  VerifyOptions options;
  if (!arguments.sample) return options;
  if (arguments.repair) return invalidInput("--repair reads every row; it does not go with --sample.");
  options.share = parsePercent(*arguments.sample);
  if (!options.share) return invalidInput(fmt::format("\"{}\" is no share; write 5% or 0.05.", printable(*arguments.sample, 40)));
  options.seed = std::random_device()();  // another part each time
  return options;
}

Result<Exit> verify(Session& session, const Verify& arguments) {
  const auto options = TRY(optionsOf(arguments));
  auto manager = TRY(openManager(session));
  const KeyspaceName keyspace(arguments.keyspace);
  if (arguments.repair) TRY(repairKeyspace(session, manager, keyspace));
  const auto found = TRY(manager.verification().verify(keyspace, options, session.stop));
  if (session.terminal.json) session.terminal.document(toJson(found));
  if (!session.terminal.json) print(session.terminal, found);
  return found.sound() ? Exit::Done : Exit::Findings;
}

}  // namespace

void addVerifyCommands(Command& root, Session& session) {
  addVerb<Verify>(root, session, "verify", "Every row on its owner, once; exit 1 if not", [](Command& command, Verify& a) {
    command.option("KEYSPACE", a.keyspace, "The keyspace").required();
    command.option("--sample", a.sample, "Reads a part of the keys, chosen at random; proves nothing about the rest").placeholder("P%");
    command.flag("--repair", a.repair, "Deletes rows from shards that do not own them, where the owner has the same");
  }, verify);
}

}  // namespace shardwright::cli
