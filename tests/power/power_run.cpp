#include "tests/power/power_run.hpp"

#include <algorithm>
#include <csignal>

namespace reeld::test {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

constexpr int kFiles = 5;

std::string prompt(int job) {
  return "shot number " + std::to_string(job);
}

}  // namespace

std::string describe(const PowerLoss& loss) {
  std::string words =
      (loss.after ? "after" : "before") + std::string(" sync point ") + std::to_string(loss.at);
  if (loss.torn) words += ", torn by seed " + std::to_string(loss.seed);
  if (!loss.lie.empty()) words += ", on a disk that lies about its " + loss.lie;
  return words;
}

sim::Options PowerRun::cloud() {
  sim::Options options = Daemon::fast_cloud();
  options.render_time = 50ms;
  return options;
}

PowerRun::PowerRun(const PowerLoss& loss)
    : loss_(loss), daemon_(cloud()), count_file_(daemon_.data().parent_path() / "sync-points") {
  daemon_.set("limits.max_generations", "40");
  daemon_.set("poll.first", "50ms");
  daemon_.set("spool.settle", "10ms");
  daemon_.set("reconcile.settle_time", "300ms");
  fs::create_directories(daemon_.incoming());
}

void PowerRun::drop_jobs(int first_file, int files) {
  for (int file = first_file; file < first_file + files; ++file) {
    std::string lines;
    for (int i = 0; i < kJobs / kFiles; ++i)
      lines += guide_job(prompt(file * kJobs / kFiles + i)).dump() + "\n";
    daemon_.drop("shots-" + std::to_string(file) + ".jsonl", lines);
  }
}

Ending PowerRun::until_loss() {
  // Some files wait for the first start, some come while it works.
  drop_jobs(0, 2);
  auto environment = daemon_.environment();
  environment["LD_PRELOAD"] = REELD_FORGETFUL;
  environment["FORGETFUL_BELOW"] = fs::canonical(daemon_.data()).string();
  environment["FORGETFUL_COUNT"] = count_file_.string();
  environment["FORGETFUL_LIE"] = loss_.lie;
  environment["FORGETFUL_LOSS_AT"] = std::to_string(loss_.at) + (loss_.after ? "+" : "");
  environment["FORGETFUL_KIND"] = loss_.torn ? "torn" : "strict";
  environment["FORGETFUL_SEED"] = std::to_string(loss_.seed);
  Process process({daemon_.command({"serve"}), environment, daemon_.log_file(), ""});
  const fs::path accepted = daemon_.data() / "spool" / "accepted";
  eventually([&] { return !files_below(accepted).empty() || process.wait(0ms).has_value(); });
  drop_jobs(2, kFiles - 2);
  return ending(process);
}

Ending PowerRun::ending(Process& process) {
  constexpr int kPatience = 120;  // seconds
  bool at_rest = false;
  eventually(
      [&] {
        at_rest = daemon_.cloud().ledger().size() == kJobs && daemon_.settled(kJobs, 0);
        return at_rest || process.wait(0ms).has_value();
      },
      kPatience);
  // The last sync points come while it stops.
  if (at_rest) process.signal(SIGTERM);
  const auto code = process.wait(at_rest ? 30s : 0s);
  if (code == -SIGKILL) return Ending::kPowerLost;
  return at_rest && code == 0 ? Ending::kAtRest : Ending::kBroken;
}

int PowerRun::sync_points() const {
  const std::string count = read_file(count_file_);
  return count.empty() ? 0 : std::stoi(count);
}

void PowerRun::check_films(std::vector<std::string>& broken) {
  std::set<std::string> served;
  for (const sim::LedgerEntry& entry : daemon_.cloud().ledger()) {
    served.insert(daemon_.cloud().film_sha256(entry.id, 0));
  }
  for (const fs::path& file : files_below(daemon_.results())) {
    if (file.extension() == ".mp4" && !served.contains(sha256_of(read_file(file)))) {
      broken.push_back("whole: " + file.string() + " is not a film that was served");
    }
  }
}

std::vector<std::string> PowerRun::broken_on_disk() {
  std::vector<std::string> broken;
  check_films(broken);
  if (log().find("forgetful: not seen") != std::string::npos ||
      log().find("forgetful: a write was not seen") != std::string::npos) {
    broken.push_back("the forgetful disk missed a change, see the log");
  }
  return broken;
}

std::vector<std::string> PowerRun::broken_after_restart() {
  std::vector<std::string> broken;
  try {
    daemon_.start();
  } catch (const std::exception& error) {
    return {error.what()};
  }
  // Once the spool has nothing left to take in, what is missing is lost and not late.
  const fs::path claimed = daemon_.incoming().parent_path() / "claimed";
  const bool taken_in = eventually([&] { return fs::is_empty(daemon_.incoming()) && fs::is_empty(claimed); });
  if (!taken_in) return {"durable: the spool is not taken in"};
  const std::size_t there = daemon_.jobs().size();
  if (there != kJobs)
    return {"durable: " + std::to_string(there) + " jobs are there, not " + std::to_string(kJobs)};
  if (!all_rest()) broken.push_back("durable: not all jobs come to rest");
  std::set<std::string> prompts;
  for (const Json& job : daemon_.jobs()) {
    if (!prompts.insert(job.at("name").get<std::string>()).second) broken.push_back("twice: " + job.dump());
    check_job(job, broken);
  }
  check_paid_once(broken);
  check_films(broken);
  daemon_.stop();
  return broken;
}

/// What became of submits of unknown outcome is found out, too.
bool PowerRun::all_rest() const {
  return eventually(
      [this] {
        const auto jobs = daemon_.jobs();
        return jobs.size() == kJobs && std::ranges::all_of(jobs, [](const Json& job) {
                 const JobState state = parse_job_state(job.at("state").get<std::string>()).value();
                 return is_final(state) || state == JobState::kParked;
               });
      },
      120);
}

void PowerRun::check_job(const Json& job, std::vector<std::string>& broken) {
  const std::string state = job.at("state");
  if (state == "parked") {
    if (job.at("error").is_null()) broken.push_back("explained: no reason: " + job.dump());
    return;
  }
  if (state != "succeeded") {
    broken.push_back("durable: " + job.dump());
    return;
  }
  const fs::path film = daemon_.results() / (job.at("output").get<std::string>() + ".mp4");
  const std::string id = job.at("generation_id");
  if (sha256_of(read_file(film)) != daemon_.cloud().film_sha256(id, 0)) {
    broken.push_back("durable: a job succeeded, and its film is not at " + film.string());
  }
}

void PowerRun::check_paid_once(std::vector<std::string>& broken) {
  std::set<std::string> paid;
  for (const sim::LedgerEntry& entry : daemon_.cloud().ledger()) {
    if (!paid.insert(entry.prompt).second) broken.push_back("paid twice: " + entry.prompt);
  }
}

}  // namespace reeld::test
