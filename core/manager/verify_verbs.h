// Verifying a keyspace: every row on its owner, once.
//
// Reads every key of every table on every shard. A row on a shard that does not own it is
//   retained    a copy that an open move needs: on its target before the cut-over, on its source after it - no finding
//   duplicated  the owner has rows of that key too
//   misplaced   the owner has none
// missing: rows that the source of an open, cut-over move still holds and its target has not, less the keys that were
// changed on the target since (they wait in the log of the way back): at least so many were lost.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/manager/open_moves.h"
#include "core/manager/placement_scan.h"
#include "core/manager/workspace.h"

namespace shardwright {

struct VerifyOptions {
  std::optional<double> share;  // of the keys, above 0 and below 1, chosen at random; none: all of them
  std::uint64_t seed = 0;       // of the choice
};

// What part a sample looked at.
struct SampledPart {
  double share = 0;                                 // that was asked for
  std::int64_t stretches = 0, ofStretches = 0;      // of the line of keys
};

struct Verification {
  std::int64_t rows = 0;  // on their owners
  std::int64_t misplaced = 0, duplicated = 0, missing = 0, retained = 0;
  std::vector<ShardId> checked;
  std::vector<std::pair<ShardId, Error>> unreachable;
  std::vector<std::string> examples;  // a sentence each, the first few
  std::optional<SampledPart> sampled; // none: every key was read

  bool sound() const { return misplaced == 0 && duplicated == 0 && missing == 0 && unreachable.empty(); }
};

struct Repair {
  std::int64_t removed = 0;           // rows whose exact copies are on their owner
  std::vector<std::string> kept;      // why others were left, a sentence each
};

class VerifyVerbs {
 public:
  explicit VerifyVerbs(Workspace& workspace) : m_workspace(workspace) {}

  // A shard that cannot be reached is named, never counted as sound. Where moves went on meanwhile and something was
  // found, looks again. A sample counts and judges what it has looked at, and proves nothing about the rest.
  Result<Verification> verify(const KeyspaceName& keyspace, const VerifyOptions& options, std::stop_token stop);

  // Removes rows from shards that do not own them, where their owner has exactly the same rows; leaves all others.
  // Refused while a plan of the keyspace is under way.
  Result<Repair> repair(const KeyspaceName& keyspace, std::stop_token stop);

 private:
  Workspace& m_workspace;
};

}  // namespace shardwright
