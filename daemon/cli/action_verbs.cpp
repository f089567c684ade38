#include "daemon/cli/act_request.hpp"
#include "daemon/cli/registration.hpp"

namespace reeld::cli {
namespace {

/// A verb that acts on many jobs.
CLI::App* add_act(CLI::App& program, Parsed& parsed, ActArguments& arguments, const std::string& help) {
  CLI::App* verb = program.add_subcommand(std::string(to_string(arguments.action)), help);
  verb->add_option("JOB", arguments.jobs,
                   "Ids or unique parts of them, - for ids on standard input, or ALL for every job");
  add_choice(*verb, arguments.choice);
  verb->add_flag("--dry-run", arguments.dry_run, "Only say what would be done");
  verb->callback([&parsed, &arguments] { parsed.exit_code = act(parsed.globals, arguments); });
  return verb;
}

void add_resolve(CLI::App& program, Parsed& parsed) {
  ResolveArguments& arguments = parsed.resolve;
  CLI::App* verb =
      program.add_subcommand("resolve", "Say what became of a submit whose outcome nobody knows");
  verb->add_option("ID", arguments.id, "The job's id, or a unique beginning or end of it")->required();
  CLI::Option_group* verdict = verb->add_option_group("verdict", "Exactly one of");
  verdict->add_flag("--resend", arguments.resend,
                    "It never arrived: send it again (it is paid twice if it did)");
  verdict->add_option("--adopt", arguments.adopt, "It arrived, and became this generation");
  verdict->add_flag("--fail", arguments.fail, "Give it up");
  verdict->require_option(1);
  verb->callback([&parsed] { parsed.exit_code = resolve(parsed.globals, parsed.resolve); });
}

}  // namespace

void add_action_verbs(CLI::App& program, Parsed& parsed) {
  parsed.cancel.action = store::Action::kCancel;
  parsed.retry.action = store::Action::kRetry;
  parsed.hold.action = store::Action::kHold;
  parsed.release.action = store::Action::kRelease;
  CLI::App* cancel = add_act(program, parsed, parsed.cancel,
                             "End jobs; a render that was accepted is paid for and its id kept");
  cancel->add_flag("--delete-upstream", parsed.cancel.delete_upstream,
                   "Delete their generations from the account too");
  add_act(program, parsed, parsed.retry,
          "Take failed or cancelled jobs up again, with the render they paid for");
  add_act(program, parsed, parsed.hold, "Keep waiting jobs out of the queue");
  add_act(program, parsed, parsed.release, "Let held jobs go on, and with --batch a held batch");
  add_resolve(program, parsed);

  CLI::App* pause_verb =
      program.add_subcommand("pause", "Submit nothing more until resume, also over a restart");
  pause_verb->add_option("REASON", parsed.pause.reason, "For whoever looks at the queue");
  pause_verb->callback([&parsed] { parsed.exit_code = pause(parsed.globals, parsed.pause); });
  program.add_subcommand("resume", "Submit again after a pause")->callback([&parsed] {
    parsed.exit_code = resume(parsed.globals);
  });
}

}  // namespace reeld::cli
