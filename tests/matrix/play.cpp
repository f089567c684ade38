#include "tests/matrix/play.hpp"

#include <fmt/format.h>

#include <csignal>
#include <map>
#include <sstream>

#include "tests/e2e/api_client.hpp"
#include "tests/e2e/daemon.hpp"
#include "tests/matrix/judge.hpp"
#include "tests/support/pictures.hpp"

namespace reeld::matrix {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using test::ApiClient;
using test::Daemon;

namespace {

/// Far more than any row needs, on a machine that does much else.
constexpr int kPatience = 400;  // seconds

sim::Options cloud_of(const Row& row) {
  sim::Options cloud = Daemon::fast_cloud();
  cloud.render_time = 100ms;
  cloud.echo_seed = row.echo_seed;
  cloud.video_bytes = row.video_bytes;
  return cloud;
}

std::string picture_of(int number) {
  return fmt::format("picture-{}.png", number);
}

std::string job_line(const Row& row, int number) {
  // Twins are told apart by their names alone, which the service never sees.
  const int prompt = row.twins ? number / 2 : number;
  Json job = test::guide_job(fmt::format("{}, shot {}", row.name(), prompt));
  if (row.twins) job["parameters"]["seed"] = 1000 + prompt;
  if (row.enhance) job["parameters"]["prompt_enhance"] = "ON";
  if (row.start_frames) job["parameters"]["start_frame"] = {{"file", picture_of(number)}};
  job["reeld"] = {{"name", fmt::format("job-{}", number)}};
  return job.dump() + "\n";
}

/// In several files, so that intake goes wrong more than once.
void drop_jobs(Daemon& daemon, const Row& row) {
  constexpr int kFiles = 4;
  fs::create_directories(daemon.incoming());
  // Each job has a picture of its own: pictures with the same bytes share an upload.
  for (int i = 0; row.start_frames && i < row.jobs; ++i) {
    test::drop_file(daemon.incoming() / picture_of(i), test::png(1920, 1080, picture_of(i)));
  }
  for (int file = 0; file < kFiles; ++file) {
    std::string lines;
    for (int i = row.jobs * file / kFiles; i < row.jobs * (file + 1) / kFiles; ++i) lines += job_line(row, i);
    daemon.drop(fmt::format("shots-{}.jsonl", file), lines);
  }
}

bool is_at_rest(Daemon& daemon, int jobs) {
  const Json counts = ApiClient(daemon).get_json("/v1/stats").at("counts");
  int at_rest = 0;
  for (const JobState state : kAllJobStates) {
    if (is_final(state) || state == JobState::kParked)
      at_rest += counts.at(std::string(to_string(state))).get<int>();
  }
  return at_rest == jobs;
}

bool settled(Daemon& daemon, int jobs) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(kPatience);
  while (!is_at_rest(daemon, jobs)) {
    if (daemon.process().wait(50ms) || std::chrono::steady_clock::now() > until) return false;
  }
  return true;
}

/// Runs an armed daemon until it has killed itself; false when it ended all jobs without, or failed.
bool die(Daemon& daemon, const Row& row) {
  daemon.use_program(REELD_CRASHABLE);
  daemon.set_variable("REELD_CRASH_AT", fmt::format("{}:{}", row.kill->point, row.kill->passage));
  daemon.launch();
  const fs::path socket = daemon.data() / "reeld.sock";
  for (int i = 0; !daemon.process().wait(50ms); ++i) {
    // Some passages come after the last job's end: a while is waited for them.
    constexpr int kRounds = 40;
    if (i % kRounds == kRounds - 1 && fs::exists(socket)) {
      bool over = false;
      try {
        over = is_at_rest(daemon, row.jobs);
      } catch (const std::runtime_error&) {
        continue;  // it died just now, or has not yet begun to listen
      }
      if (over && !daemon.process().wait(1s)) break;
    }
  }
  const auto code = daemon.process().wait(0ms);
  if (!code) daemon.kill();
  daemon.use_program(REELD_BINARY);
  return code == -SIGKILL;
}

std::string tail_of(const fs::path& log) {
  constexpr std::size_t kMost = 4'000;
  const std::string text = test::read_file(log);
  return text.size() <= kMost ? text : text.substr(text.size() - kMost);
}

Tally play_out(Daemon& daemon, const Row& row) {
  for (const sim::Fault& fault : row.faults) daemon.cloud().add_fault(fault);
  daemon.use_config(REELD_FAST_CONFIG);
  daemon.set("reconcile.if_absent", row.if_absent);
  drop_jobs(daemon, row);
  const int kills = row.kill && die(daemon, row) ? 1 : 0;
  daemon.start();
  const bool ended = settled(daemon, row.jobs);
  Tally tally = judge(daemon, row);
  tally.kills = kills;
  // In the middle a run may have fewer passages than the one that was counted; the table judges those rows.
  if (row.kill && row.kill->passage == 1 && kills == 0) tally.problems.emplace_back("it was not killed");
  if (!ended) tally.problems.push_back("jobs are still on their way:\n" + tail_of(daemon.log_file()));
  if (const int code = daemon.stop(); code != 0) tally.problems.push_back(fmt::format("exit code {}", code));
  return tally;
}

}  // namespace

Tally play(const Row& row) {
  const auto began = std::chrono::steady_clock::now();
  try {
    Daemon daemon(cloud_of(row));
    Tally tally = play_out(daemon, row);
    tally.took = std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - began);
    return tally;
  } catch (const std::exception& error) {
    Tally tally;
    tally.jobs = row.jobs;
    tally.lost = row.jobs;
    tally.problems.emplace_back(error.what());
    return tally;
  }
}

std::vector<Passages> count_passages(const Row& row) {
  Daemon daemon(cloud_of(row));
  const fs::path log = daemon.data().parent_path() / "passages";
  daemon.use_program(REELD_CRASHABLE);
  daemon.set_variable("REELD_CRASH_LOG", log.string());
  const Tally tally = play_out(daemon, row);
  if (!tally.problems.empty()) throw std::runtime_error(tally.problems.front());
  std::map<std::string, int> times;
  std::istringstream lines(test::read_file(log));
  for (std::string line; std::getline(lines, line);) ++times[line];
  std::vector<Passages> passages;
  for (const auto& [point, count] : times) passages.push_back({point, count});
  return passages;
}

}  // namespace reeld::matrix
