// Catalog: the SQLite file in which everything is remembered. Cluster = catalog.
//
// WAL, synchronous=FULL, mode 0600, numbered schema upgrades. Several processes may work on one catalog: each change is
// one transaction; executors hold a lease whose token is in every change they make. Each change of state and its audit
// event are written in the same transaction; the audit is a hash chain.
// One Catalog object belongs to one thread at a time; open another for another thread.
// Errors: Unavailable (cannot be used: exit 4), Conflict (somebody was first), Refused, NotFound.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/json_fwd.h"
#include "core/base/result.h"
#include "core/catalog/journal.h"
#include "core/domain/keyspace.h"
#include "core/domain/shard.h"
#include "core/engines/sqlite/database.h"
#include "core/map/shard_map.h"
#include "core/plan/plan.h"

namespace shardwright {

enum class Environment { Development, Test, Production };
std::string_view environmentName(Environment environment);
Result<Environment> parseEnvironment(std::string_view name);

// Who acts: the name they claim, and the operating system's.
struct Actor {
  std::string name;
  std::string osUser;
};
Actor currentActor(std::optional<std::string> claimed);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"  // PlanState::Done beside the result type Done
enum class PlanState { Draft, Approved, Running, Watching, Done, RolledBack, Cancelled, Failed, Rejected, Withdrawn };
#pragma GCC diagnostic pop
std::string_view planStateName(PlanState state);  // draft, approved, running, watching, done, rolledback, cancelled, ...
Result<PlanState> parsePlanState(std::string_view name);
bool isFinal(PlanState state);                     // Done, RolledBack, Cancelled, Rejected, Withdrawn
// What setPlanState accepts. Approved is reached by approve() alone, Running for the first time from Approved alone.
bool mayFollow(PlanState from, PlanState to);

struct PlanRecord {
  PlanId id;
  KeyspaceName keyspace;
  MapVersion baseVersion = 0;
  std::string goal;
  std::string fingerprint;
  PlanState state = PlanState::Draft;
  std::string author, authorOsUser;  // who added it
  UnixSeconds createdAt = 0;
  std::optional<UnixSeconds> startedAt;  // of the run; its approval was valid then
  std::string reason;  // why it was rejected, withdrawn, failed
};

struct Approval {
  PlanId plan;
  std::string fingerprint;
  std::string approver, osUser;
  std::string comment;
  UnixSeconds at = 0;
  UnixSeconds expires = 0;
  bool forCleanup = false;
};

inline constexpr UnixSeconds approvalLasts = 4 * 3600;  // from the approval to its end, if no run begins

// A plan that somebody approved, exactly as it stands. Only the catalog makes one; unapproved work does not compile.
class ApprovedPlan {
 public:
  const MigrationPlan& plan() const { return m_plan; }
  const Approval& approval() const { return m_approval; }

 private:
  friend class Catalog;
  ApprovedPlan(MigrationPlan plan, Approval approval) : m_plan(std::move(plan)), m_approval(std::move(approval)) {}
  MigrationPlan m_plan;
  Approval m_approval;
};

// The right to execute one plan. Safety comes from the token alone; time is only for liveness.
struct Lease {
  PlanId plan;
  FencingToken token;
  std::string holder;  // host, pid and start of the process
};

struct AuditEvent {
  std::int64_t sequence = 0;
  UnixSeconds at = 0;
  std::string actor, osUser, host;
  std::int64_t pid = 0;
  std::int64_t token = 0;  // of the executor's lease; 0: a person acted
  std::string event;    // plan.approved, map.published, move.phase, ...
  std::string subject;  // plan, shard, keyspace it is about
  std::string detail;  // canonical JSON; what was tampered with stands as it is
  std::string previousHash, hash;
};

// The last event. Kept outside (guards of the shards, an evidence bundle), it shows later that nothing was cut off.
struct AuditHead {
  std::int64_t sequence = 0;  // 0: no event yet
  std::string hash;
};

struct LoadSampleRow {
  KeyspaceName keyspace;
  UnixSeconds at = 0;
  std::string document;    // core/load reads it
  bool generated = false;
};

class Catalog {
 public:
  struct Options {
    Actor actor;
    WallClock clock = systemSeconds;
    std::string vfs;
    std::shared_ptr<sqlite::TransactionWatch> watch;
    int busyMilliseconds = 5000;  // how long another writer is waited for
  };

  static Result<Catalog> create(const std::string& file, Environment environment, Options options);  // Refused if there
  static Result<Catalog> open(const std::string& file, Options options);

  const std::string& file() const;
  const std::string& uuid() const;
  Environment environment() const;
  const Actor& actor() const;
  UnixSeconds now() const;

  // ---- shards
  Done addShard(const Shard& shard);
  Done updateShard(const Shard& shard);
  Done removeShard(const ShardId& id);  // Refused while a map in force or an unfinished plan names it
  Result<std::vector<Shard>> shards();
  Result<Shard> shard(const ShardId& id);  // NotFound, naming those there are

  // ---- keyspaces and map versions
  Done addKeyspace(const Keyspace& keyspace, const ShardMap& firstMap);
  Done updateKeyspace(const Keyspace& keyspace);
  Done removeKeyspace(const KeyspaceName& name);
  Result<std::vector<Keyspace>> keyspaces();
  Result<Keyspace> keyspace(const KeyspaceName& name);
  Result<std::shared_ptr<const ShardMap>> currentMap(const KeyspaceName& name);
  Result<MapVersion> currentVersion(const KeyspaceName& name);
  Result<std::shared_ptr<const ShardMap>> mapAt(const KeyspaceName& name, MapVersion version);
  struct MapVersionInfo {
    MapVersion version = 0;
    UnixSeconds at = 0;
    std::string cause, actor, checksum;
    std::int64_t ranges = 0, pins = 0;
  };
  Result<std::vector<MapVersionInfo>> mapHistory(const KeyspaceName& name);
  // Compare-and-swap: map.version() must be the current one + 1. Conflict otherwise. An executor gives its lease, so that
  // one that lost it publishes nothing.
  Done publishMap(const ShardMap& map, const std::string& cause, const std::optional<Lease>& lease = {});

  // ---- plans and approvals
  Result<PlanId> freshPlanId();                 // two words and a number, not used before
  Done addPlan(const MigrationPlan& plan);      // as a draft
  Result<std::vector<PlanRecord>> plans();
  Result<PlanRecord> planRecord(const PlanId& id);  // NotFound
  Result<MigrationPlan> plan(const PlanId& id);
  // Compare-and-swap on the state: Conflict. An executor gives its lease here, too.
  Done setPlanState(const PlanId& id, PlanState from, PlanState to, const std::string& reason,
                    const std::optional<Lease>& lease = {});
  // Refused: other fingerprint, author where two persons are demanded, a plan past approving.
  Done approve(const PlanId& id, const std::string& fingerprint, const std::string& comment, bool forCleanup = false);
  // What approve() would answer this actor now, for the plan as it stands; nothing is written.
  Done mayApprove(const PlanId& id, bool forCleanup = false);
  Result<std::vector<Approval>> approvals(const PlanId& id);
  // Refused with the reason: never approved, expired, another fingerprint, edited after approval.
  Result<ApprovedPlan> approvedPlan(const PlanId& id);
  // The same for going on with a run that began while its approval was valid.
  Result<ApprovedPlan> startedPlan(const PlanId& id);
  // Clean-up needs an approval of its own in production: Refused without a valid one; always done elsewhere.
  Done cleanupApproved(const PlanId& id);

  // ---- executing: lease, journal, decisions (journal.h says what a row is)
  // Refused, naming the holder, while another living process holds it; a dead or expired holder is taken over.
  Result<Lease> takeLease(const PlanId& plan);
  Done renewLease(const Lease& lease);    // Conflict: somebody took it over
  Done releaseLease(const Lease& lease);
  Result<std::optional<std::string>> leaseHolder(const PlanId& plan);  // a living one

  Done addMoves(const Lease& lease, const std::vector<MoveRow>& rows);  // no-op for rows that are there
  Result<std::vector<MoveRow>> moves(const PlanId& plan);
  Result<MoveRow> move(const PlanId& plan, const MoveId& move);
  // Compare-and-set on (phase, token), legal by the table of journal.h only; writes `progress` and an audit event with
  // it. Conflict: another phase or executor. InvalidInput: no legal step, or one that only a decision may take.
  Done advance(const Lease& lease, const MoveId& move, Phase from, Phase to, const MoveProgress& progress);
  // Rows, positions, reason, flags: what people look at. Not audited.
  Done note(const Lease& lease, const MoveId& move, const MoveProgress& progress);
  // The commit point of a cut-over: decision once, map version + 1, phase and audit in one transaction.
  // Flip: CutOver -> Decided. Back: RollBack -> BackDecided, only after Flip. `build` makes the next map from the one in
  // force, before the transaction begins. Conflict: decided already, another phase, lease lost, or the map moved on
  // meanwhile (read again; try again only if the new version came from this plan's own moves).
  Result<MapVersion> decideFlip(const Lease& lease, const MoveId& move, Decision decision,
                                const std::function<Result<ShardMap>(const ShardMap&)>& build);
  // Any phase before the decision -> Aborting, once.
  Done decideAbort(const Lease& lease, const MoveId& move, const std::string& reason);

  // Wishes from people to the executor, possibly another process.
  Done wish(const PlanId& plan, const std::optional<MoveId>& move, Wish wish, const std::string& argument = {});
  Result<std::vector<WishRow>> openWishes(const PlanId& plan);
  Done answerWish(std::int64_t id, const std::string& answer);

  // Cleanup records: written before the object is made, resolved when it is gone.
  Done recordObjects(const Lease& lease, const MoveId& move, const std::vector<ObjectRow>& objects);
  Done resolveObjects(const Lease& lease, const MoveId& move, const std::string& shard);
  Result<std::vector<ObjectRow>> unresolvedObjects(const std::optional<PlanId>& plan = {});

  // ---- load samples, audit, upkeep
  Done addLoadSample(const LoadSampleRow& sample);
  Done addLoadSamples(std::span<const LoadSampleRow> samples);  // all or none, in one transaction
  Result<std::vector<LoadSampleRow>> loadSamples(const KeyspaceName& name, UnixSeconds from, UnixSeconds until);
  Done thinLoadSamples(const KeyspaceName& name);  // all of an hour, one a minute of a day, one an hour beyond
  Done audit(const std::string& event, const std::string& subject, const Json& detail);
  Result<std::vector<AuditEvent>> auditEvents(std::int64_t afterSequence = 0, std::int64_t limit = 1000,
                                              const std::string& subject = {});  // empty: of everything
  Result<AuditHead> auditHead();
  Result<std::optional<std::string>> checkAudit();  // a sentence naming the first bad event, or nothing
  Done backup(const std::string& file);             // a copy that can be opened; refuses to overwrite
  Result<std::vector<std::string>> check();         // integrity, chain, maps by checksum; empty = sound

  Catalog(Catalog&&) noexcept;
  Catalog& operator=(Catalog&&) noexcept;
  ~Catalog();

 private:
  struct State;
  explicit Catalog(std::unique_ptr<State> state);
  std::unique_ptr<State> m_state;
};

}  // namespace shardwright
