#include <fmt/format.h>
#include <fmt/ranges.h>

#include "daemon/cli/completion.hpp"

namespace reeld::cli {
namespace {

constexpr std::string_view kFunctions = R"(
# The words so far that are neither options nor their values: the verb, then its arguments.
function __reeld_words
    set -l is_value 0
    for word in (commandline -opc)[2..]
        if test $is_value = 1
            set is_value 0
        else if contains -- $word $__reeld_valued
            set is_value 1
        else if not string match -q -- '-*' $word
            echo $word
        end
    end
end

# Whether just these words were given.
function __reeld_is
    set -l words (__reeld_words)
    test "$words" = "$argv"
end

# Whether these words were given, and perhaps more.
function __reeld_below
    set -l words (__reeld_words)
    test "$words[1..$(count $argv)]" = "$argv"
end

complete -c reeld -f
)";

std::string quoted(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    if (c == '\'' || c == '\\') safe += '\\';
    safe += c;
  }
  return "'" + safe + "'";
}

/// What a value is completed with, and that there is one.
std::string values(const CommandOption& option) {
  switch (completes(option)) {
    case Completes::kFiles:
      return " -r -F";
    case Completes::kFolders:
      return " -x -a '(__fish_complete_directories)'";
    case Completes::kWords:
      return fmt::format(" -x -a '{}'", fmt::join(option.choices, " "));
    case Completes::kNothing:
      break;
  }
  return " -x";
}

std::string condition(const Command& command) {
  return fmt::format(" -n '{} {}'", command.verbs.empty() ? "__reeld_below" : "__reeld_is", spoken(command));
}

std::string option_line(const Command& command, const CommandOption& option) {
  std::string line = "complete -c reeld";
  if (!command.path.empty()) line += condition(command);
  for (const std::string& name : option.names) {
    line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  if (!option.value.empty()) line += values(option);
  return line + " -d " + quoted(option.description) + "\n";
}

std::string command_lines(const Command& command) {
  std::string lines;
  for (const CommandOption& option : command.options) {
    lines += option_line(command, option);
  }
  for (const Command& verb : command.verbs) {
    lines += fmt::format("complete -c reeld{} -a {} -d {}\n", condition(command), verb.path.back(),
                         quoted(verb.description));
  }
  for (const CommandOption& argument : command.arguments) {
    if (completes(argument) == Completes::kNothing) continue;
    lines += fmt::format("complete -c reeld{}{}\n", condition(command), values(argument));
  }
  return lines;
}

}  // namespace

std::string fish_completion(const Command& program) {
  std::string script =
      "# Completes reeld's command line in fish. Made by: reeld completion fish\nset -g __reeld_valued";
  for (const Command* command : all_commands(program)) {
    for (const CommandOption& option : command->options) {
      if (!option.value.empty()) script += fmt::format(" {}", fmt::join(option.names, " "));
    }
  }
  script += "\n";
  script += kFunctions;
  for (const Command* command : all_commands(program)) script += command_lines(*command);
  return script;
}

}  // namespace reeld::cli
