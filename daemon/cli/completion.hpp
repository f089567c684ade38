#pragma once

#include <string>
#include <vector>

#include "daemon/cli/command_tree.hpp"

/// What other programs read of the command line: completion scripts, and the verbs' part of the manual page.
/// Each is made from the parser's own tree, so that none can lag behind it.
namespace reeld::cli {

/// What a shell can complete a value with.
enum class Completes {
  kNothing,  ///< free text
  kFiles,
  kFolders,
  kWords,  ///< CommandOption::choices
};

Completes completes(const CommandOption& option);

/// A script for bash; needs no package bash-completion.
std::string bash_completion(const Command& program);

/// A script for zsh, to be found as `_reeld` in its fpath.
std::string zsh_completion(const Command& program);

/// A script for fish.
std::string fish_completion(const Command& program);

/// The verbs with their options, in Markdown.
std::string manual_of_verbs(const Command& program);

/// Every command of the tree with itself first, parents before their parts.
std::vector<const Command*> all_commands(const Command& program);

}  // namespace reeld::cli
