#include "core/map/map_line.h"

namespace shardwright {

void TokenColumn::reserve(std::size_t tokens, std::size_t bytes) {
  m_ends.reserve(tokens);
  m_bytes.reserve(bytes);
}

void TokenColumn::append(std::string_view token) {
  m_bytes += token;
  m_ends.push_back(m_bytes.size());
}

void TokenColumn::append(const TokenColumn& other, std::size_t first, std::size_t last) {
  if (first == last) return;
  const std::size_t start = first == 0 ? 0 : other.m_ends[first - 1];
  const std::size_t shift = m_bytes.size() - start;  // wraps where it shrinks; the sum below wraps back
  m_bytes.append(other.m_bytes, start, other.m_ends[last - 1] - start);
  for (std::size_t i = first; i < last; ++i) m_ends.push_back(other.m_ends[i] + shift);
}

std::size_t TokenColumn::upperBound(std::string_view token, std::size_t first, std::size_t last) const {
  std::size_t low = first;
  for (std::size_t count = last - first; count > 0;) {
    const std::size_t half = count / 2;
    if ((*this)[low + half] <= token) {
      low += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  return low;
}

std::size_t TokenColumn::bytes() const { return m_bytes.capacity() + m_ends.capacity() * sizeof(m_ends[0]); }

std::size_t MapLine::bytes() const { return froms.bytes() + owners.capacity() * sizeof(owners[0]); }

}  // namespace shardwright
