#include "common/util/uuid.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace reeld {

namespace {
constexpr int kSequenceBits = 12;
}

std::string UuidGenerator::next() {
  const std::lock_guard lock(mutex_);
  // 48 bits of time and 12 of sequence count as one number; taking at least the last one plus one keeps ids
  // growing.
  const auto now = static_cast<std::uint64_t>(clock_.now().time_since_epoch().count());
  last_time_and_sequence_ = std::max(now << kSequenceBits, last_time_and_sequence_ + 1);
  const std::uint64_t time = last_time_and_sequence_ >> kSequenceBits;
  const std::uint64_t sequence = last_time_and_sequence_ & ((1U << kSequenceBits) - 1);
  const std::uint64_t tail = (random_.next() & 0x3FFF'FFFF'FFFF'FFFFU) | 0x8000'0000'0000'0000U;
  return fmt::format("{:08x}-{:04x}-7{:03x}-{:04x}-{:012x}", time >> 16, time & 0xFFFF, sequence, tail >> 48,
                     tail & 0xFFFF'FFFF'FFFFU);
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (dash ? c != '-' : !hex) return false;
  }
  return true;
}

std::string short_id(std::string_view id) {
  return std::string(id.substr(id.size() - std::min<std::size_t>(8, id.size())));
}

}  // namespace reeld
