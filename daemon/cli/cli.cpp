#include "daemon/cli/cli.hpp"

#include <unistd.h>

#include <cstdio>
#include <exception>

#include "daemon/app/exit_codes.hpp"
#include "daemon/cli/registration.hpp"
#include "daemon/cli/version_text.hpp"

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

void add_version(CLI::App& program, bool& verbose) {
  CLI::Option* more = program.add_flag("--verbose", verbose, "With --version: also what it was built with");
  more->needs(program.set_version_flag("--version", [&verbose] { return version_text(verbose); }));
}

void add_globals(CLI::App& program, Globals& globals) {
  program
      .add_option("--config", globals.config_file,
                  "Configuration file (default: /etc/reeld/reeld.toml for a service, "
                  "~/.config/reeld/reeld.toml for a person)")
      ->type_name("FILE");
  program
      .add_option("--data-dir", globals.data_dir, "Folder of queue, spool and results, instead of data_dir")
      ->type_name("DIR");
  program
      .add_option("--set", globals.settings,
                  "A setting instead of the file's: --set limits.max_generations=2")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  program.add_flag("--json", globals.json, "Print JSON, for programs");
  program.add_option("--url", globals.url,
                     "A daemon's address (http://127.0.0.1:8420), instead of this machine's control socket");
  program
      .add_option("--token-file", globals.token_file,
                  "File of the token that --url needs (default: the variable REELD_TOKEN)")
      ->type_name("FILE");
}

void add_verbs(CLI::App& program, Parsed& parsed) {
  add_own_verbs(program, parsed);
  add_queue_verbs(program, parsed);
  add_action_verbs(program, parsed);
  add_upkeep_verbs(program, parsed);
  add_completion(program, parsed);
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
      "Exit codes: 0 done, 1 some job failed or is not valid, 2 usage or no such job, 69 no daemon, 75 try "
      "again later, 78 configuration.");
  program.require_subcommand(1);
  Parsed parsed;
  parsed.globals.environment = read_environment();
  add_version(program, parsed.verbose);
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
