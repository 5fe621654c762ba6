// LargeVector: a vector whose block begins at a cache line and, from 2 MiB on, lies in fresh pages for which the system is
// asked for huge ones: random reads in a table of many megabytes otherwise wait as long for the address as for the data.
#pragma once

#include <cstddef>
#include <vector>

namespace shardwright {

void* allocateLarge(std::size_t bytes);  // throws std::bad_alloc, as allocators do
void freeLarge(void* block, std::size_t bytes);

template <class T>
struct LargeAllocator {
  using value_type = T;

  LargeAllocator() = default;
  template <class U>
  LargeAllocator(const LargeAllocator<U>&) {}

  T* allocate(std::size_t count) { return static_cast<T*>(allocateLarge(count * sizeof(T))); }
  void deallocate(T* block, std::size_t count) { freeLarge(block, count * sizeof(T)); }

  friend bool operator==(const LargeAllocator&, const LargeAllocator&) { return true; }
};

template <class T>
using LargeVector = std::vector<T, LargeAllocator<T>>;

}  // namespace shardwright
