// DataMover: one move, safely, from queued to watching, back again, or to its clean end.
//
// The protocol is moves.md section 2 with decisions.md. The mover keeps no state of its own that matters: every step
// looks up the phase in the catalog and the facts in the two databases, does one bounded piece of work that may be
// repeated, and writes down that it did. So going on after kill -9 is the same code as going on.
//
// Order of a cut-over (K1..K10): intent in the catalog; look at both schemas and identities; fence the source (its commit
// is the drain: SQLite has one writer, others lock); bring over what is dirty until nothing is; compare what was dirty;
// look at both guards, and that schemas and identities are what they were before the fence; DECIDE in the catalog, where the next map version comes into force; open the target; close the source
// for good. Until the decision every failure ends with the source open again; after it, only forward. A stop waits until
// the range is open somewhere.
//
// One DataMover and its Catalog belong to one thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/catalog/catalog.h"
#include "core/db/move_engine.h"
#include "core/move/chunk_pacer.h"

namespace shardwright {

// What people want of a move right now.
struct MoveOrders {
  bool pause = false;
  bool cancel = false;
  bool hold = false;          // wait at Ready
  bool cutOver = false;       // go on from Ready
  std::int64_t throttle = 0;  // rows a second; 0 = as fast as may be
};

struct MoveEvent {
  enum class Kind { Phase, Progress, CutOver };
  Kind kind = Kind::Progress;
  MoveId move;
  Phase phase = Phase::Queued;
  std::int64_t rows = 0;      // copied or compared so far; of a clean-up, those of this batch
  std::int64_t rowsTotal = 0, bytes = 0, backlog = 0;
  double rate = 0;            // rows a second of this piece of work, by its own time
  double pauseMs = 0;         // CutOver: fence committed to target open
  MapVersion mapVersion = 0;  // CutOver
  std::string reason;         // why it waits
};

struct MoverOptions {
  std::int64_t chunkRows = 2000;  // of the first chunk; the next ones by the time it took
  std::int64_t chunkRowsMost = 40000;
  std::int64_t verifyRows = 20000;  // compared between two looks at what people want
  std::int64_t applyKeys = 500;
  std::int64_t fenceBelow = 25;   // dirty keys that may be left when the fence goes up
  double pauseBudgetMs = 1000;    // from the fence to the decision; then the source is opened again
  int cutOverTries = 8;
  MoveRules rules;                // a test takes one away
  std::function<MoveOrders()> orders;  // asked between any two pieces of work
  std::function<void(const MoveEvent&)> onEvent;
};

class DataMover {
 public:
  DataMover(Catalog& catalog, Lease lease, const ApprovedPlan& plan, const PlannedMove& move,
            std::unique_ptr<MoveEngine> engine, MoverOptions options);

  // Each goes on from wherever the move stands, and returns the phase it came to rest in.
  Result<Phase> migrateData(std::stop_token stop);  // to Watching, or Aborted when cancelled
  Result<Phase> rollBack(std::stop_token stop);     // from Watching to RolledBack
  Result<Phase> cleanUp(std::stop_token stop);      // from Watching to Done
  Result<Phase> cancel(std::stop_token stop);       // before the decision, to Aborted

 private:
  enum class Step { Again, Rest };  // Rest: this is where the call ends

  // data_mover.cpp
  Result<Phase> drive(std::stop_token stop, const std::function<Result<Step>(const MoveRow&)>& step);
  Done takeOver();
  Result<Step> step(const MoveRow& row);
  Result<Step> prepare();
  Result<Step> copy(const MoveRow& row);
  Result<Step> catchUp();
  Result<Step> verify(const MoveRow& row);
  Result<Step> ready(const MoveRow& row);
  Result<Step> abortByOperator(const MoveRow& row);
  Result<Step> settleAborting();
  Result<bool> compare(Side from, const MoveRow& row);
  Result<bool> pauses(const MoveRow& row);
  Done shrinkBacklog(Side from, std::int64_t below);

  // cut_over.cpp
  Result<Step> cutOver(Phase from);
  Done closeAndDecide(Side from, Decision decision);
  Done closeAndCarryOver(Side from);
  Error giveUp(Side from, Error why);
  Done openAgain(Side fenced);
  Done mapIsOurs();
  Done carryOverUnderFence(Side from);
  Done drainUnderFence(Side from);
  Done inspectUnderFence(Side from);
  Done inspectGuards(Side from);
  Done inspectDatabases();
  Done stillInTime();
  Done decide(Decision decision);
  Result<ShardMap> nextMap(const ShardMap& map, Decision decision);
  Result<Step> recoverCutOver();
  Result<Step> openTarget(const MoveRow& row);

  // way_back.cpp
  Result<Step> giveBack(const MoveRow& row);
  Result<Step> finishGivingBack(const MoveRow& row);
  Result<Step> removeSource();

  Result<PublishedMap> publishedMap(MapVersion version);
  Done forgetBoth();
  Done tellCutOver(Side opened, Phase phase);
  Done advance(Phase from, Phase to, const MoveProgress& progress = {});
  Done note(const MoveProgress& progress);
  void tell(MoveEvent event);
  MoveOrders orders() const { return m_options.orders ? m_options.orders() : MoveOrders{}; }
  void throttle(std::int64_t rows, double seconds);
  const ShardId& shardOf(Side side) const { return side == Side::Source ? m_move.source : m_move.target; }

  Catalog& m_catalog;
  Lease m_lease;
  PlannedMove m_move;
  KeyspaceName m_keyspace;
  MapVersion m_baseVersion;
  std::map<std::string, std::string> m_identities;  // as approved
  std::unique_ptr<MoveEngine> m_engine;
  MoverOptions m_options;
  std::stop_token m_stop;
  std::optional<Side> m_comparing;  // this process has begun to compare every row, from that side
  std::optional<Side> m_verified;   // by this process, from that side; everything since has been captured
  int m_failedCutOvers = 0;
  std::string m_whyGivenUp;     // the last of them
  bool m_decisionSent = false;  // the catalog may have got the decision of this attempt
  Stopwatch m_closed;  // since the fence of this attempt committed
  std::int64_t m_compared = 0;  // rows of the comparison under way
  double m_bytesPerRow = 0;
  ChunkPacer m_pacer;
  Stopwatch m_sinceNote;
};

// What one shard owns under a map, for guards.
ShardPlacement placementOn(const ShardMap& map, const ShardId& shard);

}  // namespace shardwright
