#include "daemon/cli/completion.hpp"

#include <fmt/format.h>

#include <map>

#include "daemon/app/exit_codes.hpp"
#include "daemon/cli/registration.hpp"

namespace reeld::cli {
namespace {

using Writer = std::string (*)(const Command& program);

const std::map<std::string, Writer> kWriters{
    {"bash", bash_completion}, {"zsh", zsh_completion}, {"fish", fish_completion}, {"man", manual_of_verbs}};

}  // namespace

Completes completes(const CommandOption& option) {
  if (!option.choices.empty()) return Completes::kWords;
  if (option.value == "FILE" || option.value == "PATH") return Completes::kFiles;
  if (option.value == "DIR") return Completes::kFolders;
  return Completes::kNothing;
}

std::vector<const Command*> all_commands(const Command& program) {
  std::vector<const Command*> found{&program};
  for (const Command& verb : program.verbs) {
    const auto below = all_commands(verb);
    found.insert(found.end(), below.begin(), below.end());
  }
  return found;
}

void add_completion(CLI::App& program, Parsed& parsed) {
  CLI::App* verb = program.add_subcommand("completion", "Print what completes this command line in a shell");
  verb->add_option("SHELL", parsed.completion_for, "bash, zsh or fish (or man: the verbs in the manual page)")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish", "man"}));
  verb->callback([&program, &parsed] {
    fmt::print("{}", kWriters.at(parsed.completion_for)(command_tree(program)));
    parsed.exit_code = app::kExitDone;
  });
}

}  // namespace reeld::cli
