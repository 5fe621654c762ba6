// Published: the newest of something, shared with whoever is still using an older one. Any thread.
//
// A lock for the length of a pointer's copy: std::atomic<std::shared_ptr> of GCC 12 takes one too, and lets go of it in
// load() without ordering what was read before the next store (ThreadSanitizer reports it).
#pragma once

#include <memory>
#include <mutex>
#include <utility>

namespace shardwright {

template <class T>
class Published {
 public:
  explicit Published(std::shared_ptr<T> value) : m_value(std::move(value)) {}

  std::shared_ptr<T> load() const {
    const std::lock_guard lock(m_mutex);
    return m_value;
  }
  std::shared_ptr<T> exchange(std::shared_ptr<T> value) {  // the one before
    const std::lock_guard lock(m_mutex);
    m_value.swap(value);
    return value;
  }

 private:
  mutable std::mutex m_mutex;
  std::shared_ptr<T> m_value;
};

}  // namespace shardwright
