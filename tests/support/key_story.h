// Everything that is known of one key - what operations claim to have done to it, and the row that is there - and what
// is wrong with it. Internal to the checker.
#pragma once

#include <unordered_map>
#include <vector>

#include "tests/support/checker.h"

namespace shardwright::test {

// An operation's claim to a version of a key.
struct Claim {
  const Operation* operation;
  const Effect* effect;
  std::int64_t version() const { return effect->version; }
  bool isDelete() const { return effect->kind == WriteKind::Delete; }
  bool beginsLife() const { return effect->kind == WriteKind::Insert || effect->kind == WriteKind::Replace; }
};

// What is known of an unknown operation, over all its keys.
struct Landing {
  bool landed = false;   // some of its effects are there
  bool missing = false;  // some are certainly not
};
using Landings = std::unordered_map<const Operation*, Landing>;

class KeyStory {
 public:
  // `claims`: by operations that may have changed a row. `row`: null if the key is nowhere.
  KeyStory(std::string_view key, std::vector<Claim> claims, const FinalRow* row, Verdict& verdict, Landings& landings);
  void tell();

 private:
  struct Slot {  // the claims to one version
    std::vector<const Claim*> ok, maybe;
    const Claim* inHistory = nullptr;
  };

  void sortClaims();
  void findForksAndHoles();
  bool readHistory();  // false: it makes no sense, and a fault says so
  bool hasDuplicates();
  void judgeLife();
  void judgeAfterRow();
  void judgeAbsence();
  void judgeUnknowns();
  void findDisorder();

  void land(const Claim& claim);
  void miss(const Claim& claim);
  void fault(Fault kind, std::string sentence);
  std::int64_t lastVersion() const { return static_cast<std::int64_t>(m_slots.size()) - 1; }
  Slot& slot(std::int64_t version) { return m_slots[static_cast<std::size_t>(version)]; }

  std::string_view m_key;
  std::vector<Claim> m_claims;
  const FinalRow* m_row;
  Verdict& m_verdict;
  Landings& m_landings;

  std::vector<Slot> m_slots;                             // by version, from 1
  std::unordered_map<OpId, const Claim*> m_byOperation;  // of this key
  std::int64_t m_lifeBegins = 0;                         // version at which the row's history begins
  std::int64_t m_lastOk = 0;                             // greatest acknowledged version; 0: none
};

}  // namespace shardwright::test
