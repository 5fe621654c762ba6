#include "tests/support/checker.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>

#include "core/base/text.h"
#include "tests/support/key_story.h"

namespace shardwright::test {

namespace {

constexpr Fault allFaults[] = {Fault::Lost,     Fault::Doubled,    Fault::Resurrected, Fault::Forked, Fault::Misplaced,
                               Fault::Appeared, Fault::OutOfOrder, Fault::Torn,        Fault::TooFew};

struct Known {
  std::vector<Claim> claims;
  std::vector<const FinalRow*> rows;
};
using Keys = std::unordered_map<std::string_view, Known>;

void count(const Operation& operation, Verdict& verdict) {
  if (operation.id.client == 0) return;
  switch (operation.outcome) {
    case Outcome::Ok: ++verdict.acknowledged; break;
    case Outcome::Fail: ++verdict.refused; break;
    case Outcome::Unknown: ++verdict.unknown; break;
  }
}

void addClaims(const Operation& operation, Keys& keys, Verdict& verdict) {
  const bool changedNothing = operation.outcome == Outcome::Ok && operation.rows == 0;
  for (const Effect& effect : operation.effects) {
    Known& known = keys[effect.key];
    if (!changedNothing) known.claims.push_back({&operation, &effect});
    else
      verdict.faults.push_back({Fault::Lost, effect.key,
                                fmt::format("{} was acknowledged, and had changed no row", operation.id.text())});
  }
}

// The row to judge the key by: the owner's, or where that has none a stray one.
const FinalRow* place(const std::string& key, const std::vector<const FinalRow*>& rows, const Evidence& evidence,
                      Verdict& verdict) {
  if (rows.empty()) return nullptr;
  const std::optional<ShardId> owner = evidence.owner(key);
  const FinalRow* judged = nullptr;
  int live = 0;
  for (const FinalRow* row : rows) {
    const bool atHome = row->shard == owner;
    if (!atHome && evidence.retained && evidence.retained(key, row->shard)) continue;
    ++live;
    if (!atHome)
      verdict.faults.push_back({Fault::Misplaced, key,
                                fmt::format("it is on {}, and belongs to {}", row->shard.text(), owner ? owner->text() : "nobody")});
    if (judged == nullptr || (atHome && judged->shard != owner)) judged = row;
  }
  if (live > 1) verdict.faults.push_back({Fault::Doubled, key, fmt::format("{} rows carry it", live)});
  return judged;
}

void judgeLandings(const Landings& landings, Verdict& verdict) {
  for (const auto& [operation, landing] : landings) {
    if (landing.landed) verdict.unknownLanded.push_back(operation->id);
    if (landing.landed && landing.missing)
      verdict.faults.push_back({Fault::Torn, operation->effects.front().key,
                                fmt::format("only a part of {} is there", operation->id.text())});
  }
  std::sort(verdict.unknownLanded.begin(), verdict.unknownLanded.end());
}

}  // namespace

std::string_view faultName(Fault fault) {
  switch (fault) {
    case Fault::Lost: return "lost";
    case Fault::Doubled: return "doubled";
    case Fault::Resurrected: return "resurrected";
    case Fault::Forked: return "forked";
    case Fault::Misplaced: return "misplaced";
    case Fault::Appeared: return "appeared";
    case Fault::OutOfOrder: return "out of order";
    case Fault::Torn: return "torn";
    case Fault::TooFew: return "too few";
  }
  return {};
}

std::int64_t Verdict::count(Fault fault) const {
  return std::count_if(faults.begin(), faults.end(), [&](const FaultFound& found) { return found.fault == fault; });
}

std::string Verdict::text() const {
  constexpr int shown = 5;
  std::string out = fmt::format("{} keys, {} acknowledged, {} refused, {} unknown of which {} landed\n", keys, acknowledged,
                                refused, unknown, unknownLanded.size());
  std::map<Fault, int> told;
  for (const FaultFound& found : faults) {
    if (++told[found.fault] > shown) continue;
    out += fmt::format("{}: {}: {}\n", faultName(found.fault), printable(found.key, 60), found.sentence);
  }
  for (const Fault fault : allFaults)
    if (count(fault) > 0) out += fmt::format("{} {}\n", count(fault), faultName(fault));
  return out;
}

Verdict judge(const Evidence& evidence) {
  Verdict verdict;
  Keys keys;
  for (const Operation& operation : evidence.operations) {
    count(operation, verdict);
    addClaims(operation, keys, verdict);
  }
  for (const FinalRow& row : evidence.rows) keys[row.key].rows.push_back(&row);
  verdict.keys = static_cast<std::int64_t>(keys.size());

  Landings landings;
  for (auto& [key, known] : keys) {
    const FinalRow* row = place(std::string(key), known.rows, evidence, verdict);
    KeyStory(key, std::move(known.claims), row, verdict, landings).tell();
  }
  judgeLandings(landings, verdict);
  if (verdict.acknowledged < evidence.leastAcknowledged)
    verdict.faults.push_back({Fault::TooFew, {}, fmt::format("{} acknowledged writes, and {} are the least that shows anything",
                                                            verdict.acknowledged, evidence.leastAcknowledged)});
  return verdict;
}

}  // namespace shardwright::test
