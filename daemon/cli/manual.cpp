#include <fmt/format.h>
#include <fmt/ranges.h>

#include "daemon/cli/completion.hpp"

namespace reeld::cli {
namespace {

/// Text in which nothing is Markdown's.
std::string plain(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    if (std::string_view("*_`<>[]\\#|").find(c) != std::string_view::npos) safe += '\\';
    safe += c;
  }
  return safe;
}

std::string option_entry(const CommandOption& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.names) names.push_back("**" + name + "**");
  std::string entry = fmt::format("{}", fmt::join(names, ", "));
  if (!option.value.empty()) entry += (entry.empty() ? "*" : " *") + plain(option.value) + "*";
  entry += fmt::format("\n: {}", plain(option.description));
  if (!option.choices.empty()) entry += fmt::format(". One of {}", fmt::join(option.choices, ", "));
  return entry + ".\n\n";
}

/// "**render** PATH... **-o** *DIR*": what must be given.
std::string heading(const Command& command) {
  std::string line = "## " + spoken(command);
  for (const CommandOption& argument : command.arguments) {
    const std::string name = plain(argument.value) + (argument.many ? "..." : "");
    line += argument.required ? " " + name : fmt::format(" \\[{}\\]", name);
  }
  for (const CommandOption& option : command.options) {
    if (option.required) line += fmt::format(" {} {}", option.names.front(), plain(option.value));
  }
  return line + "\n\n";
}

std::string section(const Command& command) {
  std::string text = heading(command) + plain(command.description) + ".\n\n";
  for (const CommandOption& argument : command.arguments) text += option_entry(argument);
  for (const CommandOption& option : command.options) {
    text += option_entry(option);
  }
  return text;
}

}  // namespace

std::string manual_of_verbs(const Command& program) {
  std::string text = "# OPTIONS\n\nThey may stand before or behind the verb.\n\n";
  for (const CommandOption& option : program.options) text += option_entry(option);
  text += "# VERBS\n\n";
  for (const Command* command : all_commands(program)) {
    if (command->verbs.empty()) text += section(*command);
  }
  return text;
}

}  // namespace reeld::cli
