// RunReading: one look at a run - what the catalog's journal says of its moves, and what its audit says has happened. A
// plain value; no shard is opened for it. What the window shows of a run comes from successive readings alone, so that it
// is the same whoever started the run and whoever looks on.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/manager/run_verbs.h"

namespace shardwright {
class ShardManager;
}

namespace shardwright::ui {

// Something that happened in a run, as it is marked on the axis of time.
struct RunNote {
  enum class Kind { Began, Opened, WentBack, Aborted, Asked, Failed };
  Kind kind = Kind::Began;
  UnixSeconds at = 0;
  MoveId move;           // Opened, WentBack, Aborted
  std::string words;     // Asked: pause, throttle 5000, ...; Failed: why
  std::string actor;     // Asked: who
  friend bool operator==(const RunNote&, const RunNote&) = default;
};

// What the audit says, folded event by event.
struct RunPast {
  std::vector<RunNote> notes;             // the oldest first; the latest `mostNotes`
  std::optional<std::int64_t> throttle;   // rows a second asked for since this executor began; 0: none
  bool stopsAfterWave = false;            // asked for since this executor began, and not taken back
  std::int64_t readUntil = 0;             // sequence of the last event

  static constexpr std::size_t mostNotes = 500;
  void take(const AuditEvent& event);
};

struct RunReading {
  PlanStatus status;
  Environment environment = Environment::Test;
  std::shared_ptr<const RunPast> past;
  std::vector<Wish> unheard;        // wishes that no executor has answered yet
  std::string cleanUpRefused;       // a clean-up needs an approval of its own, and has none; empty: it may begin
  double at = 0;                    // seconds since 1970 UTC, with their fractions
  UnixSeconds now = 0;

  const PlanId& id() const { return status.record.id; }
  bool isExecuted() const { return status.executor.has_value(); }
};

// `before`: an earlier reading of the same plan, whose unchanging parts are used again; may be none.
Result<RunReading> readRun(ShardManager& manager, const PlanId& plan, const RunReading* before);

// Every run that has begun: those that are executed first, then those that have not ended, then the others; the latest first.
struct RunList {
  std::vector<std::shared_ptr<const RunReading>> runs;
};
Result<RunList> readRuns(ShardManager& manager, const RunList* before);

// Rows a second that a move may copy.
struct ThrottleState {
  std::optional<std::int64_t> asked;    // none: nobody has asked this executor; 0: no limit
  std::optional<std::int64_t> inForce;  // none: nothing says so; 0: no limit
  bool heard = true;                    // the executor has taken up what was asked
};
ThrottleState throttleOf(const RunReading& reading);

}  // namespace shardwright::ui
