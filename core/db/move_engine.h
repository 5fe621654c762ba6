// MoveEngine: what the move protocol needs from an engine, for one move between two shards of that engine. core/move
// drives it and knows no SQL; an engine implements it and knows no order of steps.
//
// Every operation that writes checks in its own transaction that this executor still holds the move's token on that
// side, and fails with Conflict if a greater one was seen. Every operation may be repeated: doing it twice is doing it
// once. Unavailable after a write means the outcome is unknown: the caller reads again.
// Direction: `from` is the side whose rows are the truth. Forward moves use Source, the way back uses Target.
// One thread. Source of the rules: moves.md sections 2.1 to 2.6 and decisions.md.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/db/shard_session.h"
#include "core/domain/ids.h"
#include "core/domain/keyspace.h"
#include "core/domain/placed_part.h"
#include "core/domain/shard.h"

namespace shardwright {

enum class Side { Source, Target };
inline Side otherSide(Side side) { return side == Side::Source ? Side::Target : Side::Source; }
inline std::string_view sideName(Side side) { return side == Side::Source ? "source" : "target"; }

// What a move is to the two databases.
struct MoveTask {
  std::string catalogUuid;
  PlanId plan;
  MoveId move;
  Keyspace keyspace;
  PlacedPart part;
  Shard source;
  Shard target;
  ShardPlacement onSource;
  ShardPlacement onTarget;
};

// The rules of the protocol that a test may take away, one at a time, to show that its proof notices. The product always
// runs with every rule in force: nothing outside a test makes another object of this type.
struct MoveRules {
  bool drain = true;                  // dirty keys are brought over until none is left under the fence
  bool markerAfterFence = true;       // "none left" is read after the fence, not before
  bool positionWithData = true;       // a chunk and its position commit together
  bool forgetByGeneration = true;     // a dirty key changed since it was read stays dirty
  bool tokenCheck = true;             // every write checks that this executor is still the one
  bool leaseCheck = true;             // the decision checks the lease
  bool keepClosedWhenUnknown = true;  // after a flip without a reply nobody opens the source
  bool decisionBeforeOpening = true;
  bool ownershipAtCleanUp = true;     // a row is removed only where the guard says that it lives elsewhere
  bool recordBeforeCreation = true;
  bool replaceLosers = true;          // rows that REPLACE removes are dirty too
  bool pinsExcluded = true;           // a pinned key inside a moved range stays
};

// Whether a side accepts the application's writes to the part.
enum class Gate {
  Open,       // owned: writes pass
  Moving,     // fenced for a cut-over: refused, try again in a moment
  Elsewhere,  // not owned: refused, reload the map
};

struct GateState {
  bool known = false;    // false: this database has never heard of the move
  FencingToken token;    // greatest seen
  Gate gate = Gate::Open;
  bool captureArmed = false;
};

struct PreflightReport {
  std::vector<Finding> findings;                // blocking ones refuse the move
  std::vector<std::string> schemaFingerprints;  // one a table
  std::int64_t rows = 0;                        // of the part on the source
  std::int64_t bytes = 0;
};

struct CopyStep {
  std::int64_t rows = 0;   // copied by this step
  std::int64_t bytes = 0;
  bool done = false;       // every table's last chunk is on the target
};

struct ApplyStep {
  std::int64_t keys = 0;       // dirty keys taken by this step
  std::int64_t remaining = 0;  // still waiting afterwards
};

struct VerifyReport {
  std::int64_t rows = 0;                // compared, equal
  std::int64_t differing = 0;           // keys that differ
  std::vector<std::string> examples;    // the first few, for people
  bool complete = true;                 // false: something could not be compared - never counts as verified
  bool done = true;                     // false: this was a part of it, and the next call goes on
};

struct RemoveStep {
  std::int64_t rows = 0;  // removed by this step
  bool done = false;
};

// An object that a move makes in a database; recorded in the catalog before it is made.
struct MoveObject {
  Side side = Side::Source;
  std::string kind;  // table, trigger
  std::string name;
  friend bool operator==(const MoveObject&, const MoveObject&) = default;
};

class MoveEngine {
 public:
  virtual ~MoveEngine() = default;

  virtual Result<PreflightReport> preflight(std::stop_token stop) = 0;       // reads only
  virtual Result<std::vector<std::string>> schemaFingerprints(Side side) = 0;
  virtual Result<std::string> identity(Side side) = 0;
  // Whether this side is for certain the database, and has the schemas, that identity() and schemaFingerprints() told of
  // last, but for what this move has done to it. Quick, for under a fence; false: nobody knows, ask those again.
  virtual Result<bool> unchanged(Side side) = 0;
  virtual std::vector<MoveObject> objects() const = 0;                       // all this move ever makes

  virtual Done takeOver(Side side, FencingToken token) = 0;  // Conflict if a greater one is there
  virtual Result<GateState> state(Side side) = 0;

  virtual Done arm(Side from) = 0;     // guard (if missing) and capture of dirty keys
  virtual Done disarm(Side from) = 0;  // capture away; the guard stays
  virtual Done closeTarget() = 0;      // guard on the target: the part is Elsewhere there

  virtual Result<CopyStep> copy(std::int64_t rows, std::stop_token stop) = 0;  // the next chunk
  virtual Result<CopyStep> copied() = 0;                                       // so far, from the target's own record
  virtual Done discardCopy(std::stop_token stop) = 0;                          // what copy() brought, if it ever began

  virtual Result<std::int64_t> backlog(Side from) = 0;
  virtual Result<ApplyStep> apply(Side from, std::int64_t keys, std::stop_token stop) = 0;

  // Every row of the part on both sides, exactly, by representation: about `rows` of them by each call, so that people
  // are heard in between, and nothing holds an old snapshot. Reports on all since the verification began; after the call
  // that is done, or for another side, the next one begins anew. Differing keys join the dirty keys of `from`, and so
  // does whatever changes while the verification is under way.
  virtual Result<VerifyReport> verify(Side from, std::int64_t rows, std::stop_token stop) = 0;
  // Exactly the keys that were dirty on either side since the last verify() began and have not been found equal since.
  // Under the fence this closes the verification; before it, it makes the set small.
  virtual Result<VerifyReport> verifyDirty(Side from) = 0;

  virtual Done fence(Side side) = 0;                             // Gate::Moving; durable; every earlier write has ended
  virtual Done unfence(Side side) = 0;                           // back to Open
  virtual Done open(Side side, const PublishedMap& map) = 0;     // Gate::Open and the map, in one transaction
  virtual Done close(Side side, const PublishedMap& map) = 0;    // Gate::Elsewhere and the map, in one transaction

  // Shows that a write on the target would be captured and could be brought to the source; leaves nothing.
  virtual Done proveWayBack() = 0;

  // Rows of the part on a side that does not own it, a batch, each checked against the guard in the same transaction.
  virtual Result<RemoveStep> remove(Side side, std::int64_t rows, std::stop_token stop) = 0;
  virtual Result<std::int64_t> retained(Side side) = 0;  // rows of the part on that side
  virtual Done forget(Side side) = 0;                    // drops every object of this move there, by tag
  virtual Result<std::vector<MoveObject>> leftovers(Side side) = 0;  // what of this move is still there
};

}  // namespace shardwright
