#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "daemon/cli/completion.hpp"

namespace reeld::cli {
namespace {

constexpr std::string_view kBegin =
    R"(# Completes reeld's command line in bash. Made by: reeld completion bash
_reeld() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} verb='' options='' offer='' i
  # bash takes --option=value for three words.
  if [[ $word == = ]]; then word=''; elif [[ $before == = ]]; then before=${COMP_WORDS[COMP_CWORD-2]}; fi
)";

constexpr std::string_view kFindVerb = R"(  for ((i = 1; i < COMP_CWORD; i++)); do
    [[ $valued == *" ${COMP_WORDS[i-1]} "* ]] && continue
    case "$verb ${COMP_WORDS[i]}" in
      )";

constexpr std::string_view kEnd = R"(  case $offer in
    files) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
    folders) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$word") ;;
    words*)
      # Of a list, its last element.
      local first=''
      [[ $word == *,* ]] && first=${word%,*},
      mapfile -t COMPREPLY < <(compgen -P "$first" -W "${offer#words}" -- "${word##*,}") ;;
  esac
}
complete -F _reeld reeld
)";

std::string offer(const CommandOption& option) {
  switch (completes(option)) {
    case Completes::kFiles:
      return "files";
    case Completes::kFolders:
      return "folders";
    case Completes::kWords:
      return fmt::format("words {}", fmt::join(option.choices, " "));
    case Completes::kNothing:
      break;
  }
  return "";
}

/// " --config --data-dir = ": the words whose next one is a value.
std::string valued_words(const Command& program) {
  std::set<std::string> words{"="};
  for (const Command* command : all_commands(program)) {
    for (const CommandOption& option : command->options) {
      if (!option.value.empty()) words.insert(option.names.begin(), option.names.end());
    }
  }
  return fmt::format(" {} ", fmt::join(words, " "));
}

/// "' serve'|' config'|'config check'": each verb behind those that it belongs to.
std::string verb_patterns(const Command& program) {
  std::vector<std::string> patterns;
  for (const Command* command : all_commands(program)) {
    for (const Command& verb : command->verbs) {
      patterns.push_back(fmt::format("'{} {}'", spoken(*command), verb.path.back()));
    }
  }
  return fmt::format("{}", fmt::join(patterns, "|"));
}

/// "'render -o'|'render --output'", or "*' --config'": the program's own options may follow any verb.
std::string value_patterns(const Command& command, const CommandOption& option) {
  std::vector<std::string> patterns;
  for (const std::string& name : option.names) {
    patterns.push_back(command.path.empty() ? fmt::format("*' {}'", name)
                                            : fmt::format("'{} {}'", spoken(command), name));
  }
  return fmt::format("{}", fmt::join(patterns, "|"));
}

/// The cases of "$verb $before" in which a value comes next; a verb's own before those of the program.
std::string value_cases(const Command& program) {
  std::string own, global;
  for (const Command* command : all_commands(program)) {
    for (const CommandOption& option : command->options) {
      if (option.value.empty()) continue;
      (command->path.empty() ? global : own) +=
          fmt::format("    {}) offer='{}' ;;\n", value_patterns(*command, option), offer(option));
    }
  }
  return own + global;
}

std::string option_names(const Command& command) {
  std::vector<std::string> names;
  for (const CommandOption& option : command.options) {
    names.insert(names.end(), option.names.begin(), option.names.end());
  }
  return fmt::format("{}", fmt::join(names, " "));
}

/// What may stand behind a verb: its own verbs or its arguments, and its options.
std::string verb_case(const Command& command) {
  std::string offered;
  if (!command.verbs.empty()) {
    offered = "words";
    for (const Command& verb : command.verbs) offered += " " + verb.path.back();
  } else if (!command.arguments.empty()) {
    offered = offer(command.arguments.front());
  }
  const std::string options = command.path.empty() ? "" : option_names(command);
  return fmt::format("        '{}') offer='{}' options='{}' ;;\n", spoken(command), offered, options);
}

}  // namespace

std::string bash_completion(const Command& program) {
  std::string script(kBegin);
  script += fmt::format("  local valued='{}'\n", valued_words(program));
  script += kFindVerb;
  script += verb_patterns(program) + ") verb=${verb:+$verb }${COMP_WORDS[i]} ;;\n    esac\n  done\n";
  script += "  case \"$verb $before\" in\n" + value_cases(program) + "    *)\n      case $verb in\n";
  for (const Command* command : all_commands(program)) script += verb_case(*command);
  script += fmt::format("      esac\n      [[ $word == -* ]] && offer=\"words $options {}\" ;;\n  esac\n",
                        option_names(program));
  script += kEnd;
  return script;
}

}  // namespace reeld::cli
