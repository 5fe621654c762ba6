#include "core/strategy/pg_hash.h"

#include <bit>

namespace shardwright {

namespace {

// The hash's three words of state, with its two ways of stirring.
struct State {
  std::uint32_t a, b, c;

  explicit State(std::uint32_t length) { a = b = c = 0x9e3779b9u + length + 3923095u; }

  void mix() {
    a -= c; a ^= std::rotl(c, 4); c += b;
    b -= a; b ^= std::rotl(a, 6); a += c;
    c -= b; c ^= std::rotl(b, 8); b += a;
    a -= c; a ^= std::rotl(c, 16); c += b;
    b -= a; b ^= std::rotl(a, 19); a += c;
    c -= b; c ^= std::rotl(b, 4); b += a;
  }

  void final() {
    c ^= b; c -= std::rotl(b, 14);
    a ^= c; a -= std::rotl(c, 11);
    b ^= a; b -= std::rotl(a, 25);
    c ^= b; c -= std::rotl(b, 16);
    a ^= c; a -= std::rotl(c, 4);
    b ^= a; b -= std::rotl(a, 14);
    c ^= b; c -= std::rotl(b, 24);
  }

  void seed(std::uint64_t value) {
    if (value == 0) return;
    a += static_cast<std::uint32_t>(value >> 32);
    b += static_cast<std::uint32_t>(value);
    mix();
  }

  std::uint64_t result() const { return std::uint64_t{b} << 32 | c; }
};

// Up to four bytes, little endian.
std::uint32_t word(const unsigned char* p, std::size_t size) {
  std::uint32_t w = 0;
  for (std::size_t i = 0; i < size; ++i) w |= std::uint32_t{p[i]} << (8 * i);
  return w;
}

}  // namespace

std::uint64_t pgHashBytes(std::string_view bytes, std::uint64_t seed) {
  State s(static_cast<std::uint32_t>(bytes.size()));
  s.seed(seed);
  const auto* p = reinterpret_cast<const unsigned char*>(bytes.data());
  std::size_t left = bytes.size();
  for (; left >= 12; p += 12, left -= 12) {
    s.a += word(p, 4);
    s.b += word(p + 4, 4);
    s.c += word(p + 8, 4);
    s.mix();
  }
  s.a += word(p, left < 4 ? left : 4);
  if (left > 4) s.b += word(p + 4, left < 8 ? left - 4 : 4);
  // The lowest byte of c is kept for the length.
  if (left > 8) s.c += word(p + 8, left - 8) << 8;
  s.final();
  return s.result();
}

std::uint64_t pgHashInt8(std::int64_t value, std::uint64_t seed) {
  auto low = static_cast<std::uint32_t>(value);
  const auto high = static_cast<std::uint32_t>(static_cast<std::uint64_t>(value) >> 32);
  low ^= value >= 0 ? high : ~high;
  State s(sizeof(std::uint32_t));
  s.seed(seed);
  s.a += low;
  s.final();
  return s.result();
}

}  // namespace shardwright
