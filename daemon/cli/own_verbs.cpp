#include "daemon/cli/registration.hpp"

namespace reeld::cli {
namespace {

void add_config(CLI::App& program, Parsed& parsed) {
  CLI::App* verb = program.add_subcommand("config", "Check or show the configuration");
  verb->require_subcommand(1);
  verb->add_subcommand("check", "Say whether the configuration is right")->callback([&parsed] {
    parsed.exit_code = config_check(parsed.globals);
  });
  verb->add_subcommand("show", "Print every setting and where it comes from")->callback([&parsed] {
    parsed.exit_code = config_show(parsed.globals);
  });
}

void add_migrate(CLI::App& program, Parsed& parsed) {
  CLI::App* verb = program.add_subcommand("migrate", "Look at or upgrade the queue's database");
  verb->require_subcommand(1);
  verb->add_subcommand("status", "List the schema's steps and which are applied")->callback([&parsed] {
    parsed.exit_code = migrate_status(parsed.globals);
  });
  verb->add_subcommand("up", "Apply the steps that are missing (serve does so by itself)")
      ->callback([&parsed] { parsed.exit_code = migrate_up(parsed.globals); });
}

void add_render(CLI::App& program, Parsed& parsed) {
  CLI::App* verb =
      program.add_subcommand("render", "Render job files and exit: a queue of their own, no daemon needed");
  verb->add_option("PATH", parsed.render.paths, "Job files, folders of them, or - for standard input")
      ->required();
  verb->add_option("-o,--output", parsed.render.output, "The folder of the films")
      ->type_name("DIR")
      ->required();
  verb->add_option("--state", parsed.render.state,
                   "The folder of the queue (default: .reeld in the films' folder)")
      ->type_name("DIR");
  verb->add_flag("--retry-failed", parsed.render.retry_failed,
                 "Also try again what failed in an earlier run");
  // An empty text must not pass for no limit, as it would in an option of its own kind.
  const auto take_max_cost = [&parsed](const std::string& text) { parsed.render.max_cost = text; };
  verb->add_option_function<std::string>("--max-cost", take_max_cost,
                                         "The most dollars that this queue may cost, all its runs together")
      ->type_name("AMOUNT");
  verb->add_flag("--dry-run", parsed.render.dry_run,
                 "Only check the files and say what would be rendered; nothing is sent");
  verb->callback([&parsed] { parsed.exit_code = render(parsed.globals, parsed.render); });
}

}  // namespace

void add_own_verbs(CLI::App& program, Parsed& parsed) {
  program.add_subcommand("serve", "Run the daemon: take jobs in, render them, store the films")
      ->callback([&parsed] { parsed.exit_code = serve(parsed.globals); });

  add_render(program, parsed);

  CLI::App* check_verb =
      program.add_subcommand("check", "Say whether job files are valid, without sending anything");
  check_verb->add_option("FILE", parsed.check.files, "Job files (.json, .jsonl), or - for standard input")
      ->required();
  check_verb->callback([&parsed] { parsed.exit_code = check(parsed.globals, parsed.check); });

  add_config(program, parsed);
  add_migrate(program, parsed);
}

}  // namespace reeld::cli
