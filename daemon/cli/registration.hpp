#pragma once

#include <CLI/CLI.hpp>

#include "daemon/cli/verbs.hpp"

/// How the parser learns of the verbs. What it writes into lives in Parsed until the verb has run.
namespace reeld::cli {

struct Parsed {
  Globals globals;
  CheckArguments check;
  RenderArguments render;
  SubmitArguments submit;
  ListArguments list;
  ShowArguments show;
  WatchArguments watch;
  ActArguments cancel;
  ActArguments retry;
  ActArguments hold;
  ActArguments release;
  ResolveArguments resolve;
  PauseArguments pause;
  CostsArguments costs;
  BatchesArguments batches;
  PruneArguments prune;
  BackupArguments backup;
  DoctorArguments doctor;
  std::string completion_for;  ///< the shell of `completion`
  bool verbose = false;        ///< of --version
  int exit_code = 0;
};

/// serve, render, check, config, migrate: those that need no daemon.
void add_own_verbs(CLI::App& program, Parsed& parsed);

/// submit, list, show, watch, stats, costs, batches, open.
void add_queue_verbs(CLI::App& program, Parsed& parsed);

/// cancel, retry, hold, release, resolve, pause, resume.
void add_action_verbs(CLI::App& program, Parsed& parsed);

/// doctor, backup, prune.
void add_upkeep_verbs(CLI::App& program, Parsed& parsed);

/// completion.
void add_completion(CLI::App& program, Parsed& parsed);

/// --state, --batch, --tag, --model and --text.
void add_choice(CLI::App& verb, JobChoice& choice);

}  // namespace reeld::cli
