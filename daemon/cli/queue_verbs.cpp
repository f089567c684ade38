#include "daemon/cli/registration.hpp"

namespace reeld::cli {
namespace {

constexpr const char* kIdHelp = "A job's id, or a unique beginning or end of it (4 digits or more)";

void add_submit(CLI::App& program, Parsed& parsed) {
  SubmitArguments& arguments = parsed.submit;
  CLI::App* verb = program.add_subcommand("submit", "Hand jobs to the daemon");
  verb->add_option("FILE", arguments.files, "Job files (.json, .jsonl), or - for standard input")->required();
  verb->add_option("--batch", arguments.batch, "The batch's name (default: the file's)");
  verb->add_option(
      "--key", arguments.key,
      "Idempotency-Key: what was submitted under it is not taken in again (default: a random one)");
  auto* wait =
      verb->add_flag("--wait", arguments.wait, "Follow the jobs to their end and exit by the result");
  auto* ids = verb->add_flag("--ids", arguments.ids, "Print the jobs' ids alone, one a line");
  verb->add_flag("--check", arguments.check, "Only ask the daemon whether the jobs are valid")
      ->excludes(wait)
      ->excludes(ids);
  verb->callback([&parsed] { parsed.exit_code = submit(parsed.globals, parsed.submit); });
}

void add_looks(CLI::App& program, Parsed& parsed) {
  CLI::App* list_verb = program.add_subcommand("list", "List jobs, newest first");
  add_choice(*list_verb, parsed.list.choice);
  list_verb->add_option("--limit", parsed.list.limit, "At most so many (default 100; 0: all)")
      ->check(CLI::Range(0, 100'000'000));
  list_verb->callback([&parsed] { parsed.exit_code = list(parsed.globals, parsed.list); });

  CLI::App* show_verb =
      program.add_subcommand("show", "Show one job: what it is, why it waits, its history, its films");
  show_verb->add_option("ID", parsed.show.id, kIdHelp)->required();
  show_verb->callback([&parsed] { parsed.exit_code = show(parsed.globals, parsed.show); });

  CLI::App* watch_verb = program.add_subcommand(
      "watch", "Follow jobs live: the named ones or a batch to their end, else the whole queue");
  watch_verb->add_option("ID", parsed.watch.ids, kIdHelp);
  watch_verb->add_option("--batch", parsed.watch.batch, "The jobs of this batch (id or name)");
  watch_verb->callback([&parsed] { parsed.exit_code = watch(parsed.globals, parsed.watch); });
}

void add_sums(CLI::App& program, Parsed& parsed) {
  program.add_subcommand("stats", "Say how the queue stands: counts, holds, limits, ages")
      ->callback([&parsed] { parsed.exit_code = stats(parsed.globals); });

  CLI::App* costs_verb = program.add_subcommand("costs", "Sum up what renders cost");
  costs_verb->add_option("--by", parsed.costs.by, "hour, day (default), model, batch or tag")
      ->check(CLI::IsMember({"hour", "day", "model", "batch", "tag"}));
  costs_verb->add_option("--since", parsed.costs.since,
                         "From when: 7d for seven days ago, or 2026-12-01T00:00:00Z (default: 30 days ago)");
  costs_verb->add_option("--until", parsed.costs.until, "Until when (default: now)");
  costs_verb->callback([&parsed] { parsed.exit_code = costs(parsed.globals, parsed.costs); });

  CLI::App* batches_verb = program.add_subcommand("batches", "List batches, newest first");
  batches_verb->add_option("--limit", parsed.batches.limit, "At most so many (default 50; 0: all)")
      ->check(CLI::Range(0, 100'000'000));
  batches_verb->callback([&parsed] { parsed.exit_code = batches(parsed.globals, parsed.batches); });
}

}  // namespace

void add_choice(CLI::App& verb, JobChoice& choice) {
  verb.add_option("--state", choice.states, "Only jobs in these states (queued,failed)")
      ->type_name("STATE")
      ->delimiter(',')
      ->allow_extra_args(false);
  verb.add_option("--batch", choice.batch, "Only jobs of this batch (id or name)");
  verb.add_option("--tag", choice.tag, "Only jobs with this tag");
  verb.add_option("--model", choice.model, "Only jobs of this model");
  verb.add_option("--text", choice.text, "Only jobs with this in their name, key or prompt");
}

void add_queue_verbs(CLI::App& program, Parsed& parsed) {
  add_submit(program, parsed);
  add_looks(program, parsed);
  add_sums(program, parsed);
  program
      .add_subcommand("open",
                      "Print the link by which a browser gets in, and open it in the desktop's browser")
      ->callback([&parsed] { parsed.exit_code = open(parsed.globals); });
}

}  // namespace reeld::cli
