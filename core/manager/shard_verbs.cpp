#include "core/manager/shard_verbs.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "core/base/text.h"
#include "core/db/url.h"
#include "core/manager/open_moves.h"

namespace shardwright {

namespace {

Result<double> parseWeight(const std::string& text) {
  double weight = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), weight);
  if (problem != std::errc() || end != text.data() + text.size() || !std::isfinite(weight) || weight <= 0) {
    return invalidInput(fmt::format("\"{}\" is no weight; give a number above 0, such as 1 or 2.5.", text));
  }
  return weight;
}

Done apply(Shard& shard, const std::string& name, const std::string& value) {
  if (name == "capacity") {
    shard.capacity.reset();
    if (value.empty()) return {};
    shard.capacity = parseSize(value);
    if (!shard.capacity) {
      return invalidInput(fmt::format("\"{}\" is no size; give bytes, or a number with a unit such as 80GB.", value));
    }
  } else if (name == "weight") {
    shard.weight = TRY(parseWeight(value));
  } else if (name == "zone") {
    if (!value.empty()) TRY(checkName("zone", value));
    shard.zone = value;
  } else if (name == "state") {
    shard.state = TRY(parseShardState(value));
  } else if (name == "url") {
    const auto url = TRY(parseDatabaseUrl(value));
    shard.url = formatDatabaseUrl(url);
  } else {
    return invalidInput(fmt::format("a shard has no setting \"{}\"; there are capacity, weight, zone, state and url.", name));
  }
  return {};
}

Error sentenceOf(const Shard& shard, const Finding& finding) {
  return unavailable(fmt::format("shard {}: {}: {}", shard.id.text(), finding.subject, finding.sentence));
}

// Shards on which objects of moves are as they should be.
Result<std::set<ShardId>> shardsOfOpenMoves(Catalog& catalog) {
  std::set<ShardId> shards;
  const auto keyspaces = TRY(catalog.keyspaces());
  for (const Keyspace& keyspace : keyspaces) {
    const auto open = TRY(OpenMoves::of(catalog, keyspace));
    for (const OpenMove& move : open.moves()) shards.insert({move.move.source, move.move.target});
  }
  return shards;
}

// Objects of moves as one finding, or none while a move has use for them there.
std::vector<Finding> withoutOpenMoves(const std::vector<Finding>& findings, bool busy) {
  std::vector<Finding> kept;
  std::size_t objects = 0;
  for (const Finding& finding : findings) {
    if (finding.subject.starts_with("shardwright_")) ++objects;
    else kept.push_back(finding);
  }
  if (objects > 0 && !busy) {
    kept.push_back({"leftovers", fmt::format("{} tables and triggers of moves are there, and no move is under way there; doctor says which "
                                             "left them, and doctor --fix removes them", objects), false});
  }
  return kept;
}

}  // namespace

Done applySettings(Shard& shard, const ShardSettings& settings) {
  for (const auto& [name, value] : settings) TRY(apply(shard, name, value));
  return {};
}

Result<std::string> ShardVerbs::identify(const Shard& shard) {
  auto session = TRY(m_workspace.openUnknown(shard));
  const auto findings = TRY(session->checkDatabase());
  // Whether a file may be planted, a copy or another catalog's, is for the planting to say.
  const auto blocking = std::ranges::find_if(findings, [](const Finding& finding) { return finding.blocking && finding.subject != "identity"; });
  if (blocking != findings.end()) return sentenceOf(shard, *blocking);
  auto identity = TRY(session->plantIdentity(m_workspace.catalog().uuid()).in("shard " + shard.id.text()));
  const auto others = TRY(m_workspace.catalog().shards());
  for (const Shard& other : others) {
    if (other.identity == identity && other.id != shard.id) {
      return refused(fmt::format("{} is the database of shard {} already.", shard.url, other.id.text()));
    }
  }
  return identity;
}

Result<Shard> ShardVerbs::add(Shard draft) {
  TRY(checkName("shard", draft.id.text()));
  const auto url = TRY(parseDatabaseUrl(draft.url));
  draft.url = formatDatabaseUrl(url);
  const auto others = TRY(m_workspace.catalog().shards());
  if (std::ranges::any_of(others, [&](const Shard& other) { return other.id == draft.id; })) {
    return refused(fmt::format("there is a shard {} already.", draft.id.text()));
  }
  draft.identity = TRY(identify(draft));
  TRY(m_workspace.catalog().addShard(draft));
  return draft;
}

Result<std::vector<Shard>> ShardVerbs::list() { return m_workspace.catalog().shards(); }

Result<std::vector<ShardCheck>> ShardVerbs::check(const std::vector<ShardId>& names) {
  const auto shards = TRY(names.empty() ? m_workspace.catalog().shards() : m_workspace.shardsNamed(names));
  const auto busy = TRY(shardsOfOpenMoves(m_workspace.catalog()));
  std::vector<ShardCheck> checks;
  for (const Shard& shard : shards) {
    ShardCheck check{shard, {}, {}, 0};
    const auto look = [&]() -> Done {
      auto session = TRY(m_workspace.open(shard));
      const auto findings = TRY(session->checkDatabase());
      check.findings = withoutOpenMoves(findings, busy.contains(shard.id));
      check.bytes = TRY(session->databaseBytes());
      return {};
    };
    if (const Done done = look(); !done) check.unreachable = done.error();
    checks.push_back(std::move(check));
  }
  return checks;
}

Result<Shard> ShardVerbs::set(const ShardId& name, const ShardSettings& settings) {
  auto shard = TRY(m_workspace.catalog().shard(name));
  TRY(applySettings(shard, settings));
  const bool elsewhere = std::ranges::any_of(settings, [](const auto& setting) { return setting.first == "url"; });
  if (elsewhere) shard.identity = TRY(identify(shard));
  TRY(m_workspace.catalog().updateShard(shard));
  return shard;
}

Result<std::optional<Error>> ShardVerbs::remove(const ShardId& name) {
  const auto shard = TRY(m_workspace.catalog().shard(name));
  TRY(m_workspace.catalog().removeShard(name));
  auto session = m_workspace.open(shard);
  const Done released = session ? (*session)->releaseIdentity(m_workspace.catalog().uuid()) : Done(session.error());
  return released ? std::nullopt : std::optional(released.error());
}

}  // namespace shardwright
