// Bytes: hex, big-endian integers, and the digests that stand in files (OpenSSL's libcrypto).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace shardwright {

// A byte string that is not text. Ordered as unsigned bytes.
struct Blob {
  std::string bytes;
  friend bool operator==(const Blob&, const Blob&) = default;
  friend auto operator<=>(const Blob&, const Blob&) = default;
};

std::string toHex(std::string_view bytes);                    // lower case, two digits a byte
std::optional<std::string> fromHex(std::string_view digits);  // nothing if odd or not hexadecimal

std::string bigEndian64(std::uint64_t value);                          // 8 bytes, most significant first
std::optional<std::uint64_t> readBigEndian64(std::string_view bytes);  // nothing unless exactly 8 bytes

std::array<unsigned char, 16> md5(std::string_view bytes);
std::string sha256Hex(std::string_view bytes);

// SHA-256 over a document that is written piece by piece.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  void add(std::string_view bytes);
  std::string hex();  // ends the digest; add() may not be called after it

 private:
  void* m_context;
};

}  // namespace shardwright
