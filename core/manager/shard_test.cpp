#include "core/manager/shard_test.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/db/url.h"

namespace shardwright {

namespace {

using Outcome = ShardTestStep::Outcome;

ShardTestStep found(Outcome outcome, std::string sentence) { return {.outcome = outcome, .sentence = std::move(sentence)}; }

// As bad as the worst of the findings, which are its remedies.
ShardTestStep judged(std::vector<Finding> findings, std::string good) {
  if (findings.empty()) return found(Outcome::Passed, std::move(good));
  const bool blocking = std::ranges::any_of(findings, &Finding::blocking);
  ShardTestStep step = found(blocking ? Outcome::Failed : Outcome::Warned,
                             blocking ? "moves are refused here until this is mended" : "moves work, but this should be mended");
  for (const Finding& finding : findings) step.remedies.push_back(finding.subject + ": " + finding.sentence);
  return step;
}

bool isOfMoves(const Finding& finding) { return finding.subject.starts_with("shardwright_"); }
bool isOfIdentity(const Finding& finding) { return finding.subject == "identity"; }

bool ownsPart(const ShardMap& map, const ShardId& shard) { return std::ranges::binary_search(map.shards(), shard); }

}  // namespace

std::vector<ShardTestStep> ShardTest::run(std::stop_token stop) {
  step("understand the address", [this] { return tryAddress(); }, stop);
  step("open the database", [this] { return tryOpen(); }, stop);
  step("know which database it is", [this] { return tryIdentity(); }, stop);
  step("check rights and settings", [this] { return trySettings(); }, stop);
  step("find the tables of the keyspaces", [this] { return tryTables(); }, stop);
  step("compare the map it has", [this] { return tryMaps(); }, stop);
  m_session.reset();
  return std::move(m_steps);
}

bool ShardTest::passed(const std::vector<ShardTestStep>& steps) {
  return std::ranges::none_of(steps, [](const ShardTestStep& step) { return step.outcome == Outcome::Failed || step.outcome == Outcome::Skipped; });
}

void ShardTest::step(std::string name, const std::function<Found()>& look, const std::stop_token& stop) {
  const Stopwatch watch;
  ShardTestStep told = found(Outcome::Skipped, stop.stop_requested() ? "the test was stopped" : "cannot be tried, because of what failed before it");
  if (!m_isOver && !stop.stop_requested()) {
    auto looked = look();
    if (looked) told = *std::move(looked);
    else told = found(Outcome::Failed, looked.error().message());
    m_isOver = !looked.has_value();
    told.seconds = watch.seconds();
  }
  told.name = std::move(name);
  if (m_tell) m_tell(told);
  m_steps.push_back(std::move(told));
}

ShardTest::Found ShardTest::tryAddress() {
  const auto url = TRY(parseDatabaseUrl(m_shard.url));
  TRY(m_workspace.engines().engineOf(m_shard));
  return found(Outcome::Passed, fmt::format("{}, {}", url.engine, url.engine == "sqlite" ? "file " + printable(url.path) : printable(formatDatabaseUrl(url))));
}

ShardTest::Found ShardTest::tryOpen() {
  m_session = TRY(m_workspace.openUnknown(m_shard));
  const auto bytes = TRY(m_session->databaseBytes());
  m_findings = TRY(m_session->checkDatabase());
  return found(Outcome::Passed, fmt::format("it answers; {} are in use", formatBytes(bytes)));
}

ShardTest::Found ShardTest::tryIdentity() {
  std::vector<Finding> findings;
  std::ranges::copy_if(m_findings, std::back_inserter(findings), isOfIdentity);
  const auto identity = m_session->identity();
  if (!m_shard.identity.empty()) {
    if (!identity) return identity.error();
    return judged(std::move(findings), fmt::format("it is the database that was added as shard {}", printable(m_shard.id.text())));
  }
  const auto others = TRY(m_workspace.catalog().shards());
  for (const Shard& other : others)
    if (identity && other.identity == *identity)
      findings.push_back({"identity", fmt::format("it is the database of shard {} already; give another address", printable(other.id.text())), true});
  // A copy of another shard's database gets an identity of its own when it is added.
  std::erase_if(findings, [&](const Finding& finding) { return !identity && finding.sentence == identity.error().message(); });
  if (!identity && identity.error().code() == ErrorCode::Refused) findings.push_back({"identity", identity.error().message(), false});
  return judged(std::move(findings), identity ? "it has been a shard before, and is free" : "it belongs to nobody yet, and gets its identity when it is added");
}

ShardTest::Found ShardTest::trySettings() {
  std::vector<Finding> findings;
  std::ranges::copy_if(m_findings, std::back_inserter(findings), [](const Finding& finding) { return !isOfMoves(finding) && !isOfIdentity(finding); });
  return judged(std::move(findings), "it can be written, and its settings allow moves");
}

ShardTest::Found ShardTest::tryTables() {
  std::vector<Finding> findings;
  std::size_t tables = 0;
  const auto keyspaces = TRY(m_workspace.catalog().keyspaces());
  for (const Keyspace& keyspace : keyspaces) {
    const auto map = TRY(m_workspace.catalog().currentMap(keyspace.name));
    for (const TableRef& table : keyspace.tables) {
      ++tables;
      const auto schema = m_session->tableSchema(table);
      if (schema) continue;
      if (schema.error().code() != ErrorCode::NotFound) return schema.error();
      findings.push_back({printable(table.name),
                          fmt::format("the table of keyspace {} is not here, and rows cannot move here until it is; make it as it is on the other shards",
                                      printable(keyspace.name.text())),
                          ownsPart(*map, m_shard.id)});
    }
  }
  if (tables == 0) return found(Outcome::Passed, "there is no keyspace yet, so no table is needed");
  return judged(std::move(findings), fmt::format("{} of {} tables are there", tables, tables));
}

ShardTest::Found ShardTest::tryMaps() {
  std::vector<Finding> findings;
  std::size_t owning = 0;
  const auto keyspaces = TRY(m_workspace.catalog().keyspaces());
  for (const Keyspace& keyspace : keyspaces) {
    const auto map = TRY(m_workspace.catalog().currentMap(keyspace.name));
    if (!ownsPart(*map, m_shard.id)) continue;
    ++owning;
    const auto published = TRY(m_session->publishedMap(keyspace.name));
    const std::string name = printable(keyspace.name.text());
    if (!published) {
      findings.push_back({name, fmt::format("version {} of its map is in force, and none is published here; doctor --fix publishes it", map->version()), false});
    } else if (published->version < map->version()) {
      findings.push_back({name, fmt::format("version {} of its map is in force, and {} is published here; doctor --fix publishes it", map->version(), published->version), false});
    } else if (published->version > map->version()) {
      findings.push_back({name, fmt::format("version {} of its map is published here, newer than {} of the catalog: the catalog is older than the databases", published->version, map->version()), true});
    }
  }
  if (owning == 0) return found(Outcome::Passed, "it owns nothing yet, so it needs no map");
  return judged(std::move(findings), fmt::format("the maps in force of {} {} are published here", owning, owning == 1 ? "keyspace" : "keyspaces"));
}

}  // namespace shardwright
