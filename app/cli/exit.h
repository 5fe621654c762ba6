// What the process tells its caller. Scripts build on these numbers; they never change.
#pragma once

#include "core/base/result.h"

namespace shardwright::cli {

enum class Exit {
  Done = 0,
  Findings = 1,     // a check found something
  Usage = 2,        // the arguments, or a file given as one, are wrong
  Refused = 3,      // valid, but not allowed now
  Failed = 4,       // a catalog or shard cannot be used, or work failed; state is kept
  Interrupted = 5,  // stopped by a signal; resumable
};

inline Exit exitOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::InvalidInput:
    case ErrorCode::NotFound: return Exit::Usage;
    case ErrorCode::Conflict:
    case ErrorCode::Refused: return Exit::Refused;
    case ErrorCode::Cancelled: return Exit::Interrupted;
    case ErrorCode::Unavailable:
    case ErrorCode::Corrupt:
    case ErrorCode::Unsupported: break;
  }
  return Exit::Failed;
}

}  // namespace shardwright::cli
