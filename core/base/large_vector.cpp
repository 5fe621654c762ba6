#include "core/base/large_vector.h"

#include <sys/mman.h>

#include <cstdint>
#include <new>

namespace shardwright {

namespace {

constexpr std::align_val_t cacheLine{64};
constexpr std::size_t hugePage = std::size_t{2} << 20;

std::size_t wholePages(std::size_t bytes) { return (bytes + hugePage - 1) / hugePage * hugePage; }

}  // namespace

void* allocateLarge(std::size_t bytes) {
  if (bytes < hugePage) return ::operator new(bytes, cacheLine);
  const std::size_t size = wholePages(bytes);
  if (size < bytes || size > SIZE_MAX - hugePage) throw std::bad_alloc();
  // Mapped directly: the heap may hand out a block again whose pages are small ones already. One page more, for alignment.
  void* mapped = mmap(nullptr, size + hugePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) throw std::bad_alloc();
  const auto start = reinterpret_cast<std::uintptr_t>(mapped);
  const std::uintptr_t aligned = (start + hugePage - 1) / hugePage * hugePage;
  if (aligned != start) munmap(mapped, aligned - start);
  if (const std::size_t rest = start + hugePage - aligned) munmap(reinterpret_cast<void*>(aligned + size), rest);
  // A wish: where it is not granted, lookups are slower, not wrong.
  madvise(reinterpret_cast<void*>(aligned), size, MADV_HUGEPAGE);
  return reinterpret_cast<void*>(aligned);
}

void freeLarge(void* block, std::size_t bytes) {
  if (bytes < hugePage)
    ::operator delete(block, cacheLine);
  else
    munmap(block, wholePages(bytes));
}

}  // namespace shardwright
