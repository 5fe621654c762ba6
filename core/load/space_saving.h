// SpaceSaving: the most frequent items of a stream in little memory (Metwally, Agrawal, El Abbadi 2005).
//
// With capacity k after n items: every item that occurred more than n / k times is among them; the count given is never
// below the true one, and exceeds it by at most `error`, itself at most n / k. One thread at a time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace shardwright {

template <class Item, class Hash = std::hash<Item>>
class SpaceSaving {
 public:
  struct Counted {
    Item item;
    std::int64_t count = 0;
    std::int64_t error = 0;  // the true count lies in [count - error, count]
  };

  explicit SpaceSaving(std::size_t capacity) : m_capacity(std::max<std::size_t>(capacity, 1)) {}

  void add(const Item& item, std::int64_t times = 1) {
    m_total += times;
    if (const auto at = m_places.find(item); at != m_places.end()) {
      m_heap[at->second].count += times;
      sink(at->second);
    } else if (m_heap.size() < m_capacity) {
      m_heap.push_back({item, times, 0});
      m_places.emplace(item, m_heap.size() - 1);
      rise(m_heap.size() - 1);
    } else {
      // The rarest gives its place, and its count as the newcomer's possible error.
      auto& rarest = m_heap.front();
      m_places.erase(rarest.item);
      rarest = {item, rarest.count + times, rarest.count};
      m_places.emplace(item, 0);
      sink(0);
    }
  }

  std::vector<Counted> top() const {  // the most frequent first
    auto out = m_heap;
    std::ranges::sort(out, [](const Counted& a, const Counted& b) { return a.count > b.count; });
    return out;
  }

  std::int64_t total() const { return m_total; }
  std::size_t capacity() const { return m_capacity; }

  void clear() {
    m_heap.clear();
    m_places.clear();
    m_total = 0;
  }

 private:
  void exchange(std::size_t a, std::size_t b) {
    std::swap(m_heap[a], m_heap[b]);
    m_places[m_heap[a].item] = a;
    m_places[m_heap[b].item] = b;
  }
  void rise(std::size_t at) {
    for (; at > 0 && m_heap[at].count < m_heap[(at - 1) / 2].count; at = (at - 1) / 2) exchange(at, (at - 1) / 2);
  }
  void sink(std::size_t at) {
    for (;;) {
      std::size_t least = at;
      for (const std::size_t child : {2 * at + 1, 2 * at + 2})
        if (child < m_heap.size() && m_heap[child].count < m_heap[least].count) least = child;
      if (least == at) return;
      exchange(at, least);
      at = least;
    }
  }

  std::size_t m_capacity;
  std::int64_t m_total = 0;
  std::vector<Counted> m_heap;  // the rarest in front
  std::unordered_map<Item, std::size_t, Hash> m_places;
};

}  // namespace shardwright
