#include <fmt/format.h>

#include <cstdio>

#include "daemon/cli/verbs.hpp"

namespace reeld::cli {

std::optional<LoadedConfig> load(const Globals& globals) {
  ConfigSources sources;
  sources.environment = globals.environment;
  // The client's, and no setting.
  sources.environment.erase("REELD_TOKEN");
  sources.file = globals.config_file.empty() ? default_config_file(globals.environment)
                                             : std::optional<std::filesystem::path>(globals.config_file);
  std::vector<std::string> problems;
  for (const std::string& setting : globals.settings) {
    const auto equals = setting.find('=');
    if (equals == std::string::npos) {
      problems.push_back(fmt::format("--set {}: write KEY=VALUE", setting));
    } else {
      sources.flags[setting.substr(0, equals)] = setting.substr(equals + 1);
    }
  }
  if (!globals.data_dir.empty()) sources.flags["data_dir"] = globals.data_dir;
  auto loaded = load_config(sources);
  if (const auto* wrong = std::get_if<ConfigProblems>(&loaded)) {
    problems.insert(problems.end(), wrong->begin(), wrong->end());
  }
  for (const std::string& problem : problems) fmt::print(stderr, "reeld: {}\n", problem);
  if (!problems.empty()) return std::nullopt;
  return std::get<LoadedConfig>(std::move(loaded));
}

}  // namespace reeld::cli
