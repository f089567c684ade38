#include "tests/e2e/daemon.hpp"

#include <csignal>
#include <sstream>
#include <stdexcept>

namespace reeld::test {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

sim::Options Daemon::fast_cloud() {
  sim::Options options;
  options.render_time = 200ms;
  options.requests_per_minute = 0;
  options.submits_per_minute = 0;
  options.concurrency = 0;
  options.max_pending = 0;
  return options;
}

Daemon::Daemon(sim::Options cloud) {
  cloud.dir = dir_.path() / "cloud";
  fs::create_directories(cloud.dir);
  cloud_ = std::make_unique<sim::Simulator>(std::move(cloud));
  cloud_->start();
  settings_ = {{"leonardo.base_url", cloud_->base_url()},
               {"leonardo.ca_file", cloud_->ca_file().string()},
               {"leonardo.allowed_download_hosts", "localhost"},
               {"limits.submits_per_minute", "0"},
               {"limits.requests_per_minute", "0"},
               {"poll.first", "150ms"},
               {"poll.min_interval", "100ms"},
               {"poll.max_interval", "500ms"},
               {"retry.base_delay", "100ms"},
               {"retry.max_delay", "1s"},
               {"spool.settle", "100ms"},
               // Only the control socket: tests run side by side.
               {"http.listen", ""},
               {"results.min_free_mib", "0"},
               {"log.level", "debug"}};
}

Daemon::~Daemon() = default;

std::map<std::string, std::string> Daemon::environment() const {
  return {{"LEONARDO_API_KEY", cloud_->api_key()}, {"HTTPS_PROXY", ""}, {"https_proxy", ""}};
}

std::vector<std::string> Daemon::command(const std::vector<std::string>& arguments) const {
  std::vector<std::string> argv{program_.string(), "--config", config_.string(), "--data-dir",
                                data().string()};
  for (const auto& [key, value] : settings_) {
    argv.push_back("--set");
    argv.push_back(key + "=" + value);
  }
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return argv;
}

void Daemon::use_config(const fs::path& file) {
  config_ = file;
  std::erase_if(settings_, [](const auto& setting) {
    const std::string section = setting.first.substr(0, setting.first.find('.'));
    return section == "limits" || section == "poll" || section == "retry" || section == "spool";
  });
}

void Daemon::launch() {
  auto variables = variables_;
  variables.merge(environment());
  process_ = std::make_unique<Process>(Process::Command{command({"serve"}), variables, log_file(), ""});
}

void Daemon::start() {
  launch();
  const bool ready = eventually([this] {
    const bool is_up = fs::exists(incoming()) && reeld({"batches"}).exit_code == 0;
    return is_up || process_->wait(0ms).has_value();
  });
  if (!ready || process_->wait(0ms))
    throw std::runtime_error("reeld did not start: " + read_file(log_file()));
}

int Daemon::stop() {
  process_->signal(SIGTERM);
  const auto code = process_->wait(30s);
  process_.reset();
  if (!code) throw std::runtime_error("reeld did not stop: " + read_file(log_file()));
  return *code;
}

void Daemon::kill() {
  process_->signal(SIGKILL);
  process_->wait(30s);
  process_.reset();
}

void Daemon::drop(const std::string& file_name, const std::string& text) const {
  drop_file(incoming() / file_name, text);
}

Finished Daemon::reeld(std::vector<std::string> arguments, const std::string& input) const {
  return run_program({command(arguments), environment(), "", input});
}

std::vector<Json> Daemon::jobs() const {
  const Finished listed = reeld({"list", "--json", "--limit", "100000"});
  if (listed.exit_code != 0) return {};
  std::vector<Json> jobs;
  std::istringstream lines(listed.output);
  for (std::string line; std::getline(lines, line);) {
    // Without a daemon a line of standard error says so.
    if (line.starts_with('{')) jobs.push_back(Json::parse(line));
  }
  return jobs;
}

int Daemon::count(JobState state) const {
  int count = 0;
  for (const Json& job : jobs()) count += job.at("state") == to_string(state) ? 1 : 0;
  return count;
}

bool Daemon::settled(int expected, int seconds) const {
  return eventually(
      [&] {
        int resting = 0;
        const auto all = jobs();
        for (const Json& job : all) {
          const JobState state = parse_job_state(job.at("state").get<std::string>()).value();
          resting += is_final(state) || state == JobState::kUnknown || state == JobState::kParked ? 1 : 0;
        }
        return static_cast<int>(all.size()) == expected && resting == expected;
      },
      seconds);
}

fs::path Daemon::accepted_file(const std::string& name) const {
  for (const fs::path& path : files_below(data() / "spool" / "accepted")) {
    if (path.filename() == name) return path;
  }
  return {};
}

Json guide_job(const std::string& prompt) {
  return {{"model", "ltxv-2.0-pro"},
          {"public", false},
          {"parameters",
           {{"prompt", prompt},
            {"mode", "RESOLUTION_1080"},
            {"prompt_enhance", "OFF"},
            {"quantity", 1},
            {"duration", 8},
            {"width", 1920},
            {"height", 1080},
            {"audio", true}}}};
}

}  // namespace reeld::test
