#include "tests/simulator/ids.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

namespace reeld::sim {

namespace {

// UUID time counts 100 ns from 15 October 1582.
constexpr std::uint64_t kTicksPerMs = 10'000;
constexpr std::uint64_t kUnixEpochInTicks = 0x01B21DD213814000;

std::string uuid_text(std::uint64_t high, std::uint64_t low) {
  std::array<char, 40> text{};
  const int length = std::snprintf(
      text.data(), text.size(), "%08x-%04x-%04x-%04x-%012llx", static_cast<unsigned>(high >> 32),
      static_cast<unsigned>(high >> 16 & 0xffff), static_cast<unsigned>(high & 0xffff),
      static_cast<unsigned>(low >> 48), static_cast<unsigned long long>(low & 0xffffffffffff));
  return {text.data(), static_cast<std::size_t>(length)};
}

std::uint64_t with_variant(std::uint64_t low) {
  return (low & 0x3fffffffffffffff) | 0x8000000000000000;
}

std::string uuid4(std::uint64_t high, std::uint64_t low) {
  return uuid_text((high & ~std::uint64_t{0xf000}) | 0x4000, with_variant(low));
}

std::tm utc_parts(Time time) {
  const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return parts;
}

}  // namespace

std::string IdMaker::time_id(Time now) {
  const auto ticks =
      static_cast<std::uint64_t>(now.time_since_epoch().count()) * kTicksPerMs + kUnixEpochInTicks;
  last_ticks_ = std::max(ticks, last_ticks_ + 1);
  const std::uint64_t high = last_ticks_ >> 12 << 16 | 0x6000 | (last_ticks_ & 0xfff);
  return uuid_text(high, with_variant(random_()));
}

std::string IdMaker::random_id() {
  const std::uint64_t high = random_();
  return uuid4(high, random_());
}

std::string derived_id(std::string_view id, std::uint64_t index) {
  const std::uint64_t base = hash_text(id) + index;
  return uuid4(mix(base), mix(~base));
}

Time time_of_id(std::string_view id) {
  std::string digits;
  std::ranges::remove_copy(id.substr(0, 18), std::back_inserter(digits), '-');
  const std::uint64_t high = std::strtoull(digits.c_str(), nullptr, 16);
  const std::uint64_t ticks = high >> 16 << 12 | (high & 0xfff);
  const auto unix_ticks = static_cast<std::int64_t>(ticks - kUnixEpochInTicks);
  return Time{Duration{unix_ticks / static_cast<std::int64_t>(kTicksPerMs)}};
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

std::string format_created_at(Time time) {
  const std::tm parts = utc_parts(time);
  std::array<char, 32> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S.", &parts);
  const auto ms = (time - std::chrono::floor<std::chrono::seconds>(time)).count();
  return std::string(text.data(), length) + std::to_string(1000 + ms).substr(1);
}

std::string format_http_date(Time time) {
  const std::tm parts = utc_parts(time);
  std::array<char, 40> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text.data(), length};
}

std::uint64_t mix(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15;
  value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9;
  value = (value ^ value >> 27) * 0x94d049bb133111eb;
  return value ^ value >> 31;
}

std::uint64_t hash_text(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return mix(hash);
}

}  // namespace reeld::sim
