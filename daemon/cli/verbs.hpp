#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/config/load.hpp"

/// The verbs, one file each. Every one returns the program's exit code.
namespace reeld::cli {

/// What stands before or behind any verb.
struct Globals {
  std::string config_file;            ///< --config; empty: the default place
  std::string data_dir;               ///< --data-dir; empty: not given
  std::vector<std::string> settings;  ///< --set section.key=value
  bool json = false;                  ///< --json
  std::map<std::string, std::string> environment;
};

/// Loads the configuration; tells every problem on stderr and gives nothing when it is wrong.
std::optional<LoadedConfig> load(const Globals& globals);

int serve(const Globals& globals);

struct CheckArguments {
  std::vector<std::string> files;  ///< "-": standard input
};
int check(const Globals& globals, const CheckArguments& arguments);

int config_check(const Globals& globals);
int config_show(const Globals& globals);

int migrate_status(const Globals& globals);
int migrate_up(const Globals& globals);

struct ListArguments {
  std::string state;
  std::string batch;
  int limit = 100;
};
int list(const Globals& globals, const ListArguments& arguments);

struct ShowArguments {
  std::string id;
};
int show(const Globals& globals, const ShowArguments& arguments);

}  // namespace reeld::cli
