#include <fmt/format.h>

#include "app/cli/verb.h"
#include "core/base/json.h"
#include "core/base/text.h"

namespace shardwright::cli {

namespace {

struct Verify {
  std::string keyspace;
  bool repair = false;
};

Json toJson(const Verification& found) {
  Json unreachable = Json::array();
  for (const auto& [shard, error] : found.unreachable) unreachable.push_back(shard.text());
  return {{"rows", found.rows},
          {"misplaced", found.misplaced},
          {"duplicated", found.duplicated},
          {"missing", found.missing},
          {"retained", found.retained},
          {"checkedShards", found.checked.size()},
          {"unreachable", std::move(unreachable)}};
}

void print(const Terminal& terminal, const Verification& found) {
  terminal.print(fmt::format("rows on their owners  {}\nmisplaced             {}\nduplicated            {}\n"
                             "missing               {}\nretained              {}\nshards checked        {}\n",
                             formatCount(found.rows), formatCount(found.misplaced), formatCount(found.duplicated),
                             formatCount(found.missing), formatCount(found.retained), found.checked.size()));
  for (const std::string& example : found.examples) terminal.remark(example);
  for (const auto& [shard, error] : found.unreachable) terminal.failure(error);
  if (found.sound()) terminal.remark("Every row is on its owner, once.");
}

Result<Exit> repairKeyspace(Session& session, ShardManager& manager, const KeyspaceName& keyspace) {
  TRY(session.terminal.confirm("Rows on shards that do not own them are deleted where their owner has exactly the same.",
                               keyspace.text()));
  const auto repair = TRY(manager.verification().repair(keyspace, session.stop));
  for (const std::string& sentence : repair.kept) session.terminal.remark("left: " + sentence);
  session.terminal.remark(fmt::format("Removed {} rows, left {} keys.", formatCount(repair.removed), repair.kept.size()));
  return Exit::Done;
}

Result<Exit> verify(Session& session, const Verify& arguments) {
  auto manager = TRY(openManager(session));
  const KeyspaceName keyspace(arguments.keyspace);
  if (arguments.repair) TRY(repairKeyspace(session, manager, keyspace));
  const auto found = TRY(manager.verification().verify(keyspace, session.stop));
  if (session.terminal.json) session.terminal.document(toJson(found));
  if (!session.terminal.json) print(session.terminal, found);
  return found.sound() ? Exit::Done : Exit::Findings;
}

}  // namespace

void addVerifyCommands(Command& root, Session& session) {
  addVerb<Verify>(root, session, "verify", "Every row on its owner, once; exit 1 if not", [](Command& command, Verify& a) {
    command.option("KEYSPACE", a.keyspace, "The keyspace").required();
    command.flag("--repair", a.repair, "Deletes rows from shards that do not own them, where the owner has the same");
  }, verify);
}

}  // namespace shardwright::cli
