// What a test cannot go on without: the value, or the end of the program with the reason.
#pragma once

#include <cstdio>
#include <cstdlib>

#include "core/base/result.h"

namespace shardwright::test {

[[noreturn]] inline void endWith(const Error& error) {
  std::fprintf(stderr, "%s\n", error.message().c_str());
  std::abort();
}

template <class T>
T need(Result<T> result) {
  if (!result) endWith(result.error());
  return *std::move(result);
}

inline void need(Done result) {
  if (!result) endWith(result.error());
}

}  // namespace shardwright::test
