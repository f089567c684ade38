#include "daemon/cli/registration.hpp"

namespace reeld::cli {
namespace {

void add_doctor(CLI::App& program, Parsed& parsed) {
  DoctorArguments& arguments = parsed.doctor;
  CLI::App* verb = program.add_subcommand("doctor", "Look for what is wrong, and say what to do");
  auto* quick =
      verb->add_flag("--quick", arguments.quick,
                     "Only what is quick: configuration, daemon, disk, database (for a health check)");
  auto* live = verb->add_flag("--live", arguments.live,
                              "Ask the service what its documentation leaves open, by free requests");
  verb->add_flag("--spend", arguments.spend, "Also by one render of 6 s, which costs real money")
      ->needs(live);
  verb->add_flag("--yes", arguments.yes, "Do not ask whether that money may be spent");
  live->excludes(quick);
  verb->callback([&parsed] { parsed.exit_code = doctor(parsed.globals, parsed.doctor); });
}

void add_backup(CLI::App& program, Parsed& parsed) {
  CLI::App* verb =
      program.add_subcommand("backup", "Copy the queue as it is now, also while the daemon runs");
  verb->add_option("FILE", parsed.backup.file, "Where the copy goes")->required();
  verb->add_flag("--force", parsed.backup.force, "Replace a file that is there");
  verb->callback([&parsed] { parsed.exit_code = backup(parsed.globals, parsed.backup); });
}

void add_prune(CLI::App& program, Parsed& parsed) {
  PruneArguments& arguments = parsed.prune;
  CLI::App* verb = program.add_subcommand("prune", "Forget finished jobs that ended long ago");
  verb->add_option("--older-than", arguments.older_than, "Jobs that ended so long ago: 30d")->required();
  verb->add_option("--state", arguments.states,
                   "Only these: succeeded, failed, cancelled (default: all three)")
      ->type_name("STATE")
      ->delimiter(',')
      ->allow_extra_args(false);
  verb->add_flag("--files", arguments.files, "Remove their films, posters and result files, too");
  verb->add_flag("--dry-run", arguments.dry_run, "Only say how many that would be");
  verb->add_flag("--yes", arguments.yes, "This machine's clock is right: for --files without a daemon");
  verb->callback([&parsed] { parsed.exit_code = prune(parsed.globals, parsed.prune); });
}

}  // namespace

void add_upkeep_verbs(CLI::App& program, Parsed& parsed) {
  add_doctor(program, parsed);
  add_backup(program, parsed);
  add_prune(program, parsed);
}

}  // namespace reeld::cli
