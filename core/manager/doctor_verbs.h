// Doctor: what moves have left behind, half-done cut-overs, copies of the map that lag, and whether catalog and databases
// still belong together.
#pragma once

#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/db/shard_session.h"
#include "core/manager/workspace.h"

namespace shardwright {

struct DoctorFinding {
  std::string subject;   // shard, plan, catalog
  std::string sentence;  // what is wrong, and what to do
  bool fixable = false;  // doctor --fix does it
  bool fixed = false;
  friend bool operator==(const DoctorFinding&, const DoctorFinding&) = default;
};

class DoctorVerbs {
 public:
  explicit DoctorVerbs(Workspace& workspace) : m_workspace(workspace) {}

  // Reads the catalog and every shard. With `fix` it writes lagging copies of the map again, lets guards say what the map in
  // force says where no move has a say in them, and removes what ended moves have left - nothing else, and never a row.
  // Work that stopped half way is named; resume does that.
  Result<std::vector<DoctorFinding>> examine(bool fix, std::stop_token stop);

 private:
  Workspace& m_workspace;
};

// The same look at databases alone, without any catalog.
struct MarkedShard {
  std::string url;
  Result<ShardMarks> marks;
};
std::vector<MarkedShard> marksOf(const std::vector<std::string>& urls);

}  // namespace shardwright
