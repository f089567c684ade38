#include <fmt/format.h>

#include <algorithm>

#include "daemon/cli/doctor/checks.hpp"
#include "daemon/cli/words.hpp"
#include "daemon/store/inspect.hpp"
#include "daemon/store/open.hpp"

namespace reeld::cli::checks {
namespace {

namespace fs = std::filesystem;
using store::Inspection;

/// STRICT tables need it.
constexpr int kLeastSqlite = 3'037;
constexpr std::uint64_t kLongLog = 256U << 20;
/// What intake works on is gone sooner, but for files of very many jobs.
constexpr Duration kIntakeTakes = std::chrono::minutes(5);

void check_sqlite(Findings& findings) {
  const std::string version = store::sqlite_version();
  const std::size_t dot = version.find('.');
  const int number = std::atoi(version.c_str()) * 1000 + std::atoi(version.c_str() + dot + 1);
  if (number < kLeastSqlite) {
    findings.problem("sqlite", fmt::format("SQLite {} is too old: 3.37 is the least", version));
  } else {
    findings.ok(
        "sqlite",
        fmt::format("SQLite {}; its WAL is safe with one writer, which the queue's lock sees to", version));
  }
}

/// False where the schema is not this program's: its jobs cannot be looked at then.
bool check_schema(const fs::path& database, Findings& findings) {
  if (auto known = store::check_schema(database); !known) {
    const bool refused = known.error().code == Errc::kBadInput;
    findings.problem("queue", known.error().detail + (refused ? "; `reeld serve` refuses it"
                                                              : "; where it is damaged, restore a backup"));
    return false;
  }
  const auto steps = store::migration_status(database);
  if (!steps) {
    findings.problem("queue", steps.error().detail);
    return false;
  }
  const auto missing = std::ranges::count(*steps, false, &store::MigrationStatus::applied);
  if (missing == 0) return true;
  findings.warning("queue",
                   fmt::format("the schema lacks {}: `reeld serve` or `reeld migrate up` applies them",
                               count_of(missing, "step")));
  return false;
}

void check_soundness(const Inspection& queue, bool thorough, Findings& findings) {
  if (!queue.damage.empty()) {
    std::string words = "the database is damaged:";
    for (const std::string& line : queue.damage) words += " " + line + ";";
    findings.problem("integrity",
                     words + " stop the daemon, keep a copy of all queue.db files, and restore a backup");
  } else if (thorough) {
    findings.ok("integrity", "the database is sound");
  }
  if (queue.log_bytes > kLongLog) {
    findings.warning("queue",
                     fmt::format("its write-ahead log has {} MiB: some program has been reading queue.db "
                                 "for long; end that",
                                 queue.log_bytes >> 20));
  }
}

std::int64_t jobs_in(const Inspection& queue, JobState state) {
  const auto found = queue.counts.find(state);
  return found == queue.counts.end() ? 0 : found->second;
}

void check_stuck(const Inspection& queue, bool daemon_runs, Findings& findings) {
  const int before = findings.count(Verdict::kWarning);
  const auto warn = [&](std::int64_t jobs, const std::string& words) {
    if (jobs > 0) findings.warning("jobs", count_of(jobs, "job") + " " + words);
  };
  warn(jobs_in(queue, JobState::kUnknown),
       "may have been accepted unheard (`reeld list --state unknown`); `reeld resolve` says what became of "
       "one");
  warn(jobs_in(queue, JobState::kParked),
       "parked for a person: `reeld list --state parked`, then `reeld resolve`");
  warn(queue.overdue, "rendering for longer than retry.render_timeout (`reeld list --state generating`)");
  if (queue.held_batches > 0) {
    findings.warning("jobs",
                     fmt::format("{} held after too many failures; see `reeld batches`, then `reeld release "
                                 "--batch`",
                                 count_of(queue.held_batches, "batch")));
  }
  if (!daemon_runs)
    warn(jobs_in(queue, JobState::kSubmitting), "about to be sent when the daemon ended: start it");
  if (findings.count(Verdict::kWarning) == before) findings.ok("jobs", "none waits for a person");
}

/// True for a claim that lies there for longer than intake works on one. One that is just gone is not old.
bool is_old(const fs::directory_entry& claim) {
  std::error_code gone;
  const fs::file_time_type since = claim.last_write_time(gone);
  return !gone && fs::file_time_type::clock::now() - since > kIntakeTakes;
}

}  // namespace

void check_queue(const fs::path& database, bool thorough, bool daemon_runs, Findings& findings) {
  check_sqlite(findings);
  std::error_code failed;
  const bool is_there = fs::exists(database, failed);
  if (failed) {
    findings.warning("queue", fmt::format("{} cannot be looked at ({}); run doctor as the daemon's user",
                                          database.string(), failed.message()));
    return;
  }
  if (!is_there) {
    findings.ok("queue", fmt::format("there is none at {} yet: `reeld serve` makes it", database.string()));
    return;
  }
  if (!check_schema(database, findings)) return;
  const auto queue = store::inspect_queue(database, thorough);
  if (!queue) {
    findings.problem("queue", queue.error().detail + "; where it is damaged, restore a backup");
    return;
  }
  findings.ok("queue", fmt::format("{} can be read", database.string()));
  check_soundness(*queue, thorough, findings);
  check_stuck(*queue, daemon_runs, findings);
}

void check_spool(const Config& config, Findings& findings) {
  const fs::path claimed = config.spool.dir / "claimed";
  std::error_code failed;
  std::int64_t files = 0;
  for (fs::directory_iterator entry(claimed, failed), end; !failed && entry != end; entry.increment(failed)) {
    if (is_old(*entry)) ++files;
  }
  if (files == 0) return;
  findings.warning("spool",
                   fmt::format("{} in {} for over {}: files that were not taken in to their end, or another "
                               "queue's; a daemon on their queue takes them up at its start",
                               count_of(files, "claim"), claimed.string(), humanize(kIntakeTakes)));
}

}  // namespace reeld::cli::checks
