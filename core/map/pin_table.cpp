#include "core/map/pin_table.h"

#include <bit>
#include <functional>
#include <string_view>

#include "core/base/bytes.h"

namespace shardwright {

namespace {

// The finaliser of splitmix64 (S. Vigna): one to one, and every bit of the input reaches the low bits.
std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
  x = (x ^ x >> 27) * 0x94d049bb133111eb;
  return x ^ x >> 31;
}

std::uint64_t fingerprintOf(const Key& key) {
  switch (key.type()) {
    case KeyType::Int:
      return mixed(static_cast<std::uint64_t>(key.asInt()));
    case KeyType::Timestamp:
      return mixed(static_cast<std::uint64_t>(key.asTimestamp().micros));
    case KeyType::Text:
      return std::hash<std::string_view>()(key.asText());
    case KeyType::Uuid: {
      const Uuid& uuid = key.asUuid();
      return std::hash<std::string_view>()({reinterpret_cast<const char*>(uuid.data()), uuid.size()});
    }
  }
  return 0;
}

// From bits that do not choose the slot.
std::uint8_t tagOf(std::uint64_t fingerprint) { return static_cast<std::uint8_t>(fingerprint >> 57 | 0x80); }

}  // namespace

PinTable::PinTable(std::span<const Pin> pins, std::span<const std::uint32_t> values) : m_pins(pins) {
  if (pins.empty()) return;
  m_exact = pins[0].key.type() == KeyType::Int || pins[0].key.type() == KeyType::Timestamp;
  m_slots.resize(std::bit_ceil(pins.size() + pins.size() / 2 + 1));
  m_tags.resize(m_slots.size());
  const std::size_t mask = m_slots.size() - 1;
  for (std::uint32_t i = 0; i < pins.size(); ++i) {
    const std::uint64_t fingerprint = fingerprintOf(pins[i].key);
    std::size_t at = fingerprint & mask;
    while (m_tags[at] != 0) at = (at + 1) & mask;
    m_tags[at] = tagOf(fingerprint);
    m_slots[at] = {fingerprint, i, values[i]};
  }
}

std::uint32_t PinTable::valueOf(const Key& key) const {
  if (m_slots.empty()) return none;
  const std::uint64_t fingerprint = fingerprintOf(key);
  const std::uint8_t tag = tagOf(fingerprint);
  const std::size_t mask = m_slots.size() - 1;
  for (std::size_t at = fingerprint & mask; m_tags[at] != 0; at = (at + 1) & mask) {
    if (m_tags[at] != tag) continue;
    const Slot& slot = m_slots[at];
    if (slot.fingerprint == fingerprint && (m_exact || m_pins[slot.pin].key == key)) return slot.value;
  }
  return none;
}

std::size_t PinTable::bytes() const { return m_slots.capacity() * sizeof(Slot) + m_tags.capacity(); }

}  // namespace shardwright
