// LiveWriter: an application that keeps writing while something happens to its shards, and remembers in a ledger what it
// was told. It routes by its own copy of the map and does what a stock client does: on "moved" it reloads the map, on
// "moving" and on locks it waits at most a millisecond; each try is an operation of its own.
//
// Its own keys it inserts, updates, deletes, inserts again and, if asked, pushes out by REPLACE and renames; it knows
// their versions, so a write that meets no row of an own key under the newest map is acknowledged as 0 rows, and the
// checker calls it lost. Shared keys it reads and updates, as other writers may.
// The writer is a thread; all members may be called from any other.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <span>
#include <thread>

#include "tests/support/client_map.h"
#include "tests/support/ledger.h"
#include "tests/support/write_session.h"

namespace shardwright::test {

// How often what is done, as weights.
struct WriteMix {
  unsigned update = 8;
  unsigned heldUpdate = 0;  // in a transaction that stays open for `hold`
  unsigned insert = 1;
  unsigned erase = 1;
  unsigned replace = 0;
  unsigned rename = 0;
  unsigned sharedUpdate = 4;  // where there are shared keys
  std::chrono::microseconds hold{2000};
};

struct WriterSetup {
  std::uint32_t client = 1;  // unique in the run, not 0
  WriteSession::Setup session;
  std::vector<Key> ownKeys;
  std::vector<Key> sharedKeys;
  MapSource map;
  std::string ledger;  // path; what is in it already tells the state of the own keys
  std::uint64_t seed = 1;
  double perSecond = 0;  // 0: as fast as it goes
  WriteMix mix;
  std::function<bool(const Key&)> watched;  // keys whose pause is measured; empty: all
};

struct WriterFigures {
  std::int64_t acknowledged = 0;
  std::int64_t watched = 0;             // of them, of watched keys
  double longestGapMs = 0;              // between two acknowledged writes of watched keys
  std::int64_t moving = 0, moved = 0, busy = 0;  // refusals after which it tried again
  std::int64_t refusedUnwatched = 0;    // moving or moved, of keys that are not watched
  std::int64_t unknown = 0;
  std::int64_t reloads = 0;             // that brought a newer map
  std::int64_t surprises = 0;           // a row that was not there, a refusal that no move explains
  std::string surprise;                 // the first one
  std::string trouble;                  // why it gave up: it could not keep its ledger
};

class LiveWriter {
 public:
  static Result<std::unique_ptr<LiveWriter>> start(WriterSetup setup);
  ~LiveWriter();  // stops

  WriterFigures figures() const;
  // Until `more` further writes (of watched keys, if so asked) are acknowledged; false: not within the limit, or it gave up.
  bool waitForWrites(std::int64_t more, std::chrono::milliseconds limit, bool watched = false);
  WriterFigures stop();

 private:
  struct OwnKey {
    KnownKey known;
    bool alive = false;
    bool settled = true;  // false after an unknown answer: never touched again
    std::string text;
  };
  struct Attempt;

  LiveWriter(WriterSetup setup, Ledger ledger, ClientMap map);
  void adoptLedger(std::span<const Operation> operations);
  void work(std::stop_token stop);
  bool pace(std::stop_token stop);
  bool choose(Attempt& attempt);
  bool chooseShared(Attempt& attempt);
  bool addPartner(Attempt& attempt, bool alive, WriteKind kind);
  OwnKey* anyOwn(bool alive, const ShardId* onShard = nullptr, const OwnKey* butNot = nullptr);
  void perform(Attempt& attempt);
  Answer send(const Attempt& attempt);
  Done record(const Attempt& attempt, const Answer& answer);
  void learn(const Attempt& attempt, const Answer& answer);
  void count(const Attempt& attempt, const Answer& answer);
  Result<bool> reload();  // true: a newer map came. Unavailable: nobody tells one
  void surprise(std::string what);
  bool isWatched(const Key& key) const { return !m_setup.watched || m_setup.watched(key); }

  WriterSetup m_setup;
  Ledger m_ledger;
  ClientMap m_map;
  std::unique_ptr<WriteSession> m_session;
  std::vector<OwnKey> m_own;
  std::uint32_t m_number = 0;
  std::mt19937_64 m_random;
  std::chrono::steady_clock::time_point m_next;
  std::int64_t m_lastWatched = 0;

  mutable std::mutex m_mutex;  // guards the figures
  std::condition_variable_any m_changed;
  WriterFigures m_figures;
  std::jthread m_thread;
};

// Puts version 1 of each key on its owner, acknowledged in the ledger to client 0.
Done plantRows(const WriterSetup& setup, std::span<const Key> keys);

}  // namespace shardwright::test
