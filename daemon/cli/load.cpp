#include <fmt/format.h>

#include <cstdio>

#include "daemon/cli/verbs.hpp"

namespace reeld::cli {

std::variant<LoadedConfig, ConfigProblems> read_config(const Globals& globals) {
  ConfigSources sources;
  sources.environment = globals.environment;
  // The client's, and no setting.
  sources.environment.erase("REELD_TOKEN");
  sources.file = globals.config_file.empty() ? default_config_file(globals.environment)
                                             : std::optional<std::filesystem::path>(globals.config_file);
  ConfigProblems problems;
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
  if (!problems.empty()) return problems;
  return loaded;
}

std::optional<LoadedConfig> load(const Globals& globals) {
  auto loaded = read_config(globals);
  const auto* problems = std::get_if<ConfigProblems>(&loaded);
  if (problems == nullptr) return std::get<LoadedConfig>(std::move(loaded));
  for (const std::string& problem : *problems) fmt::print(stderr, "reeld: {}\n", problem);
  return std::nullopt;
}

}  // namespace reeld::cli
