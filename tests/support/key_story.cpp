#include "tests/support/key_story.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "core/base/text.h"

namespace shardwright::test {

KeyStory::KeyStory(std::string_view key, std::vector<Claim> claims, const FinalRow* row, Verdict& verdict,
                   Landings& landings)
    : m_key(key), m_claims(std::move(claims)), m_row(row), m_verdict(verdict), m_landings(landings) {}

void KeyStory::tell() {
  sortClaims();
  findForksAndHoles();
  if (m_row == nullptr) {
    judgeAbsence();
  } else if (readHistory()) {
    judgeLife();
    judgeAfterRow();
  } else {
    return;
  }
  judgeUnknowns();
  findDisorder();
}

// Versions are dense, so a slot for each claim is enough: a version beyond has a hole below it.
void KeyStory::sortClaims() {
  m_slots.resize(m_claims.size() + 1);
  for (const Claim& claim : m_claims) {
    m_byOperation.emplace(claim.operation->id, &claim);
    if (claim.operation->outcome == Outcome::Fail) continue;
    const bool ok = claim.operation->outcome == Outcome::Ok;
    if (claim.version() > lastVersion()) {
      if (ok) fault(Fault::Lost, fmt::format("version {} was acknowledged, and earlier ones are missing", claim.version()));
      continue;
    }
    (ok ? slot(claim.version()).ok : slot(claim.version()).maybe).push_back(&claim);
    if (ok) m_lastOk = std::max(m_lastOk, claim.version());
  }
}

void KeyStory::findForksAndHoles() {
  for (std::int64_t version = 1; version <= m_lastOk; ++version) {
    const Slot& here = slot(version);
    if (here.ok.size() > 1)
      fault(Fault::Forked, fmt::format("version {} was acknowledged to {} and to {}", version,
                                       here.ok[0]->operation->id.text(), here.ok[1]->operation->id.text()));
    if (here.ok.empty() && here.maybe.empty())
      fault(Fault::Lost, fmt::format("nobody wrote version {}, and version {} was acknowledged", version, m_lastOk));
  }
}

bool KeyStory::hasDuplicates() {
  std::unordered_set<OpId> seen;
  for (const OpId& id : m_row->history)
    if (!seen.insert(id).second) {
      fault(Fault::Doubled, fmt::format("{} stands twice in the row's history", id.text()));
      return true;
    }
  return false;
}

bool KeyStory::readHistory() {
  if (hasDuplicates()) return false;
  if (m_row->history.empty()) {
    fault(Fault::Appeared, "a row without a history is there");
    return false;
  }
  std::int64_t last = 0;
  for (const OpId& id : m_row->history) {
    const auto found = m_byOperation.find(id);
    if (found == m_byOperation.end() || found->second->operation->outcome == Outcome::Fail) {
      const bool refused = found != m_byOperation.end();
      fault(Fault::Appeared, fmt::format("{} is there, and {}", id.text(), refused ? "was refused" : "was never asked for"));
      return false;
    }
    const Claim& claim = *found->second;
    if (claim.version() <= last || claim.version() > lastVersion()) {
      fault(Fault::OutOfOrder, fmt::format("{} wrote version {}, and stands after version {}", id.text(), claim.version(), last));
      return false;
    }
    if (m_lifeBegins == 0) m_lifeBegins = claim.version();
    last = claim.version();
    slot(last).inHistory = &claim;
  }
  if (last == m_row->version) return true;
  fault(Fault::Appeared, fmt::format("the row says version {}, and its history ends with version {}", m_row->version, last));
  return false;
}

// Every version from the row's last insert to its own is there, and nothing in between began another life.
void KeyStory::judgeLife() {
  if (!slot(m_lifeBegins).inHistory->beginsLife())
    fault(Fault::Lost, fmt::format("the history begins with version {}, which was no insert", m_lifeBegins));
  for (std::int64_t version = m_lifeBegins; version <= m_row->version; ++version) {
    const Slot& here = slot(version);
    if (here.inHistory == nullptr && here.ok.empty() && !here.maybe.empty())
      fault(Fault::Lost, fmt::format("version {} is missing in the history", version));
    for (const Claim* claim : here.ok) {
      if (claim == here.inHistory) continue;
      const std::string who = claim->operation->id.text();
      if (claim->isDelete()) fault(Fault::Resurrected, fmt::format("{} deleted the row, which lives on", who));
      else fault(Fault::Lost, fmt::format("{} was acknowledged version {}, and is not in the history", who, version));
      if (here.inHistory != nullptr && here.inHistory->operation->outcome == Outcome::Unknown)
        fault(Fault::Forked, fmt::format("version {} is {}'s and {}'s", version, who, here.inHistory->operation->id.text()));
    }
    const bool secondLife = version > m_lifeBegins && here.inHistory != nullptr && here.inHistory->beginsLife();
    if (secondLife) fault(Fault::Resurrected, fmt::format("the history before the insert of version {} came back", version));
  }
}

// Acknowledged versions that are greater than the row's.
void KeyStory::judgeAfterRow() {
  std::int64_t lastDelete = 0;
  for (std::int64_t version = m_lastOk; version > m_row->version; --version) {
    for (const Claim* claim : slot(version).ok) {
      const std::string who = claim->operation->id.text();
      if (claim->isDelete()) {
        if (lastDelete == 0)
          fault(Fault::Resurrected, fmt::format("{} deleted it with version {}, and version {} is there", who, version,
                                                m_row->version));
        lastDelete = version;
      } else if (lastDelete == 0) {
        fault(Fault::Lost, fmt::format("{} was acknowledged version {}, and version {} is there", who, version, m_row->version));
      }
    }
  }
}

void KeyStory::judgeAbsence() {
  if (m_lastOk == 0 || slot(m_lastOk).ok.front()->isDelete()) return;
  std::vector<const Claim*> deletes;  // unknown ones that can have ended the life
  for (std::int64_t version = m_lastOk + 1; version <= lastVersion(); ++version)
    for (const Claim* claim : slot(version).maybe)
      if (claim->isDelete()) deletes.push_back(claim);
  if (deletes.size() == 1) land(*deletes.front());
  if (!deletes.empty()) return;
  const Claim& last = *slot(m_lastOk).ok.front();
  fault(Fault::Lost, fmt::format("{} was acknowledged version {}, and the key is nowhere", last.operation->id.text(), m_lastOk));
}

// Which unknown operations landed, as far as it can be told.
void KeyStory::judgeUnknowns() {
  const std::int64_t known = std::max(m_lastOk, m_row != nullptr ? m_row->version : 0);
  bool mayBeDeleted = false;
  for (std::int64_t version = lastVersion(); version >= 1; --version) {
    const Slot& here = slot(version);
    for (const Claim* claim : here.maybe) {
      const bool alone = here.ok.empty() && here.maybe.size() == 1;
      const bool inLife = m_row != nullptr && version >= m_lifeBegins && version <= m_row->version;
      if (claim == here.inHistory || (!inLife && version < known && alone)) land(*claim);
      else if (inLife || !here.ok.empty() || (m_row != nullptr && version > m_row->version)) miss(*claim);
      else if (m_row == nullptr && version > m_lastOk && !claim->isDelete() && !mayBeDeleted) miss(*claim);
      if (claim->isDelete()) mayBeDeleted = true;
    }
  }
}

void KeyStory::findDisorder() {
  std::int64_t earliestEnd = Operation::never;  // of what was acknowledged greater versions
  for (std::int64_t version = lastVersion(); version >= 1; --version) {
    const Slot& here = slot(version);
    std::int64_t begun = here.inHistory != nullptr ? here.inHistory->operation->invoked : 0;
    for (const Claim* claim : here.ok) begun = std::max(begun, claim->operation->invoked);
    if (begun > earliestEnd)
      fault(Fault::OutOfOrder, fmt::format("version {} was asked for after a greater version had been acknowledged", version));
    for (const Claim* claim : here.ok) earliestEnd = std::min(earliestEnd, claim->operation->ended);
  }
}

void KeyStory::land(const Claim& claim) { m_landings[claim.operation].landed = true; }
void KeyStory::miss(const Claim& claim) { m_landings[claim.operation].missing = true; }

void KeyStory::fault(Fault kind, std::string sentence) {
  m_verdict.faults.push_back({kind, std::string(m_key), std::move(sentence)});
}

}  // namespace shardwright::test
