#include <fmt/format.h>

#include "common/config/load.hpp"

namespace reeld {

std::string to_toml(const LoadedConfig& loaded, bool with_origin) {
  std::string out;
  std::string_view section;
  for (const ConfigOrigin& setting : loaded.origins) {
    const std::string_view key = setting.key;
    const std::size_t dot = key.find('.');
    const bool in_table = dot != std::string_view::npos;
    if (in_table && key.substr(0, dot) != section) {
      section = key.substr(0, dot);
      out += fmt::format("\n[{}]\n", section);
    }
    out += fmt::format("{} = {}", in_table ? key.substr(dot + 1) : key, setting.value);
    out += with_origin ? fmt::format("  # {}\n", setting.origin) : "\n";
  }
  return out;
}

}  // namespace reeld
