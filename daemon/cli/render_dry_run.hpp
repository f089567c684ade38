#pragma once

#include "common/config/load.hpp"
#include "daemon/cli/verbs.hpp"

namespace reeld::cli {

/// `reeld render --dry-run`: checks the files and prints what a run would do, time and cost as far as they
/// are known. Starts no daemon, sends nothing, needs no key and makes nothing in the films' folder. The exit
/// code.
int dry_run(const LoadedConfig& loaded, const Globals& own, const RenderArguments& arguments);

}  // namespace reeld::cli
