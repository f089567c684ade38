#include "daemon/cli/command_tree.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>

#include "common/job/state.hpp"

namespace reeld::cli {
namespace {

/// "TEXT:{hour,day}", as CLI11 says of a value that is one of several words: hour and day.
std::vector<std::string> members(const std::string& type) {
  const auto open = type.find('{');
  if (open == std::string::npos) return {};
  return CLI::detail::split(type.substr(open + 1, type.find('}') - open - 1), ',');
}

std::vector<std::string> choices_of(const CLI::Option& option) {
  std::vector<std::string> words = members(option.get_type_name());
  if (option.get_type_name() == "STATE") {
    for (const JobState state : kAllJobStates) words.emplace_back(to_string(state));
  }
  return words;
}

CommandOption describe(const CLI::Option& option) {
  CommandOption described;
  for (const std::string& name : option.get_snames()) described.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) described.names.push_back("--" + name);
  if (option.get_items_expected_max() > 0) {
    const std::string type = option.get_type_name();
    described.value = option.nonpositional() ? type.substr(0, type.find(':')) : option.get_name();
  }
  described.choices = choices_of(option);
  described.description = option.get_description();
  described.required = option.get_required();
  described.many = option.get_items_expected_max() > 1;
  return described;
}

void add_options(Command& command, const CLI::App& app) {
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty() || (option == app.get_help_ptr() && app.get_parent() != nullptr))
      continue;
    (option->nonpositional() ? command.options : command.arguments).push_back(describe(*option));
  }
}

Command read(const CLI::App& app, std::vector<std::string> path) {
  Command command{std::move(path), app.get_description(), {}, {}, {}};
  add_options(command, app);
  for (const CLI::App* part : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (part->get_name().empty()) {
      add_options(command, *part);  // a group of options, which the parser keeps as a verb without a name
      continue;
    }
    auto deeper = command.path;
    deeper.push_back(part->get_name());
    command.verbs.push_back(read(*part, std::move(deeper)));
  }
  return command;
}

}  // namespace

Command command_tree(const CLI::App& program) {
  return read(program, {});
}

std::string spoken(const Command& command) {
  return fmt::format("{}", fmt::join(command.path, " "));
}

}  // namespace reeld::cli
