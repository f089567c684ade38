#include <fmt/format.h>
#include <fmt/ranges.h>

#include "daemon/cli/completion.hpp"

namespace reeld::cli {
namespace {

/// Text inside single quotes in which brackets and colons stand for themselves.
std::string quoted(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    if (c == '\'') {
      safe += "'\\''";
      continue;
    }
    if (c == '[' || c == ']' || c == ':' || c == '\\') safe += '\\';
    safe += c;
  }
  return safe;
}

std::string function_name(const Command& command) {
  std::string name = "_reeld";
  for (const std::string& part : command.path) name += "_" + part;
  return name;
}

std::string action(const CommandOption& option) {
  switch (completes(option)) {
    case Completes::kFiles:
      return "_files";
    case Completes::kFolders:
      return "_files -/";
    case Completes::kWords:
      return fmt::format("({})", fmt::join(option.choices, " "));
    case Completes::kNothing:
      break;
  }
  return "()";
}

/// The lines of _arguments for one option: each of its names is one.
std::string option_lines(const CommandOption& option) {
  std::string lines;
  for (const std::string& name : option.names) {
    const bool is_long = name.starts_with("--");
    const std::string value =
        option.value.empty() ? "" : fmt::format(":{}:{}", quoted(option.value), action(option));
    lines += fmt::format(" \\\n    '{}{}{}[{}]{}'", option.many ? "*" : "", name,
                         is_long && !option.value.empty() ? "=" : "", quoted(option.description), value);
  }
  return lines;
}

std::string argument_line(const CommandOption& argument) {
  return fmt::format(" \\\n    '{}:{}:{}'", argument.many ? "*" : "1", quoted(argument.value),
                     action(argument));
}

/// The verbs of a command, and the function that goes on behind each.
std::string verb_lines(const Command& command) {
  std::string verbs, cases;
  for (const Command& verb : command.verbs) {
    verbs += fmt::format("\n      '{}:{}'", verb.path.back(), quoted(verb.description));
    cases += fmt::format("\n      {}) {} ;;", verb.path.back(), function_name(verb));
  }
  return fmt::format(
      "  case $state in\n    verb) local -a verbs=({})\n      _describe verb verbs ;;\n    rest) case "
      "$words[1] in{}\n"
      "      esac ;;\n  esac\n",
      verbs, cases);
}

std::string function(const Command& program, const Command& command) {
  std::string text = fmt::format("{}() {{\n", function_name(command));
  text += "  local curcontext=$curcontext state line\n  local -A opt_args\n  _arguments -C";
  for (const CommandOption& option : command.options) text += option_lines(option);
  if (!command.path.empty()) {
    for (const CommandOption& option : program.options) {
      text += option_lines(option);
    }
  }
  for (const CommandOption& argument : command.arguments) text += argument_line(argument);
  if (command.verbs.empty()) return text + "\n}\n";
  return text + " \\\n    '1: :->verb' '*:: :->rest'\n" + verb_lines(command) + "}\n";
}

}  // namespace

std::string zsh_completion(const Command& program) {
  std::string script =
      "#compdef reeld\n# Completes reeld's command line in zsh. Made by: reeld completion zsh\n";
  for (const Command* command : all_commands(program)) script += function(program, *command);
  return script + "if [[ $funcstack[1] == _reeld ]]; then _reeld \"$@\"; else compdef _reeld reeld; fi\n";
}

}  // namespace reeld::cli
