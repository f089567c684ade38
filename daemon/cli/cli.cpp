#include "daemon/cli/cli.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "daemon/app/exit_codes.hpp"
#include "daemon/cli/verbs.hpp"
#include "version.hpp"

extern char** environ;

namespace reeld::cli {
namespace {

std::map<std::string, std::string> read_environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const auto equals = text.find('=');
    if (equals != std::string::npos) variables[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return variables;
}

/// Holds what the parser writes into until the verb has run.
struct Parsed {
  Globals globals;
  CheckArguments check;
  ListArguments list;
  ShowArguments show;
  int exit_code = app::kExitDone;
};

void add_globals(CLI::App& program, Globals& globals) {
  program.set_version_flag("--version", std::string("reeld ") + kVersion);
  program.add_option("--config", globals.config_file,
                     "Configuration file (default: /etc/reeld/reeld.toml for a service, "
                     "~/.config/reeld/reeld.toml for a person)");
  program.add_option("--data-dir", globals.data_dir,
                     "Folder of queue, spool and results, instead of data_dir");
  program
      .add_option("--set", globals.settings,
                  "A setting instead of the file's: --set limits.max_generations=2")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  program.add_flag("--json", globals.json, "Print JSON, for programs");
}

void add_verbs(CLI::App& program, Parsed& parsed) {
  CLI::App* serve_verb =
      program.add_subcommand("serve", "Run the daemon: take jobs in, render them, store the films");
  serve_verb->callback([&] { parsed.exit_code = serve(parsed.globals); });

  CLI::App* check_verb =
      program.add_subcommand("check", "Say whether job files are valid, without sending anything");
  check_verb->add_option("FILE", parsed.check.files, "Job files (.json, .jsonl), or - for standard input")
      ->required();
  check_verb->callback([&] { parsed.exit_code = check(parsed.globals, parsed.check); });

  CLI::App* list_verb = program.add_subcommand("list", "List jobs, newest first");
  list_verb->add_option("--state", parsed.list.state, "Only jobs in this state");
  list_verb->add_option("--batch", parsed.list.batch, "Only jobs of this batch (id or name)");
  list_verb->add_option("--limit", parsed.list.limit, "At most so many (default 100)")
      ->check(CLI::Range(1, 1'000'000));
  list_verb->callback([&] { parsed.exit_code = list(parsed.globals, parsed.list); });

  CLI::App* show_verb = program.add_subcommand("show", "Show one job: what it is, its history, its films");
  show_verb->add_option("ID", parsed.show.id, "The job's id, or a unique beginning or end of it")->required();
  show_verb->callback([&] { parsed.exit_code = show(parsed.globals, parsed.show); });

  CLI::App* config_verb = program.add_subcommand("config", "Check or show the configuration");
  config_verb->require_subcommand(1);
  config_verb->add_subcommand("check", "Say whether the configuration is right")->callback([&] {
    parsed.exit_code = config_check(parsed.globals);
  });
  config_verb->add_subcommand("show", "Print every setting and where it comes from")->callback([&] {
    parsed.exit_code = config_show(parsed.globals);
  });

  CLI::App* migrate_verb = program.add_subcommand("migrate", "Look at or upgrade the queue's database");
  migrate_verb->require_subcommand(1);
  migrate_verb->add_subcommand("status", "List the schema's steps and which are applied")->callback([&] {
    parsed.exit_code = migrate_status(parsed.globals);
  });
  migrate_verb->add_subcommand("up", "Apply the steps that are missing (serve does so by itself)")
      ->callback([&] { parsed.exit_code = migrate_up(parsed.globals); });

  // --config and the others may also follow the verb.
  program.fallthrough();
  for (CLI::App* verb : program.get_subcommands({})) {
    verb->fallthrough();
    for (CLI::App* part : verb->get_subcommands({})) part->fallthrough();
  }
}

}  // namespace

int run(int argc, const char* const* argv) {
  CLI::App program("reeld: a durable render queue for LTX video on the Leonardo.AI REST API", "reeld");
  program.footer(
      "Exit codes: 0 done, 1 some job failed or is not valid, 2 usage, 75 try again later, 78 "
      "configuration.");
  program.require_subcommand(1);
  Parsed parsed;
  parsed.globals.environment = read_environment();
  add_globals(program, parsed.globals);
  add_verbs(program, parsed);
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? app::kExitDone : app::kExitUsage;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "reeld: a bug: %s\n", error.what());
    return app::kExitSoftware;
  }
  return parsed.exit_code;
}

}  // namespace reeld::cli
