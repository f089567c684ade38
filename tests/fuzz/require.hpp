#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace reeld::fuzz {

/// Ends the process where `holds` is false: to the fuzzer that is a crash, to a replay a failed test.
inline void require(bool holds, const char* rule) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", rule);
  std::abort();
}

/// The fuzzer's bytes as text.
inline std::string_view as_text(const unsigned char* bytes, std::size_t size) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes are bytes.
  return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace reeld::fuzz
