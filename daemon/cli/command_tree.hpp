#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

/// The command line as the parser knows it, for whatever describes it: completions and the manual page.
namespace reeld::cli {

/// An option, or what stands behind a verb without one.
struct CommandOption {
  std::vector<std::string> names;    ///< "-o", "--output"; empty: an argument
  std::string value;                 ///< what it takes: "FILE", "PATH", "DIR", "STATE"; empty: a flag
  std::vector<std::string> choices;  ///< the words that the value may be; empty: others
  std::string description;
  bool required = false;
  bool many = false;  ///< may be given more than once
};

struct Command {
  std::vector<std::string> path;  ///< {"config", "check"}; empty: the program
  std::string description;
  std::vector<CommandOption> options;
  std::vector<CommandOption> arguments;
  std::vector<Command> verbs;
};

/// The program's verbs, options and arguments, without what is hidden from the help. The program's own
/// options, --help among them, may follow each verb.
Command command_tree(const CLI::App& program);

/// The verbs' names, as they stand on the command line: "config check".
std::string spoken(const Command& command);

}  // namespace reeld::cli
