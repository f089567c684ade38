#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/job/state.hpp"
#include "common/util/json.hpp"
#include "tests/simulator/simulator.hpp"
#include "tests/support/files.hpp"
#include "tests/support/process.hpp"

namespace reeld::test {

/// A scratch installation: a simulated cloud, a data folder, and the real `reeld serve` over both.
class Daemon {
 public:
  explicit Daemon(sim::Options cloud = fast_cloud());
  ~Daemon();

  /// Renders in 200 ms and sets no limits.
  static sim::Options fast_cloud();

  /// Starts `reeld serve`; waits until the spool takes files and the control socket answers.
  void start();
  /// Starts `reeld serve` and waits for nothing: for one that may die on its way.
  void launch();
  /// SIGTERM, and the exit code.
  int stop();
  /// SIGKILL.
  void kill();
  bool running() const { return process_ != nullptr; }
  Process& process() { return *process_; }

  /// A setting for the next start: "limits.max_generations" -> "2".
  void set(const std::string& key, const std::string& value) { settings_[key] = value; }
  /// A setting that the configuration file makes from the next start on.
  void leave_to_file(const std::string& key) { settings_.erase(key); }
  /// A configuration file for the next start, instead of this class's own limits and times.
  void use_config(const std::filesystem::path& file);
  /// Another program than `reeld`, and what it finds in its environment when it serves.
  void use_program(const std::filesystem::path& program) { program_ = program; }
  void set_variable(const std::string& name, const std::string& value) { variables_[name] = value; }

  void drop(const std::string& file_name, const std::string& text) const;

  /// The program with this installation's configuration, and what it needs in its environment.
  std::vector<std::string> command(const std::vector<std::string>& arguments) const;
  std::map<std::string, std::string> environment() const;

  /// Runs another verb with this installation's configuration.
  Finished reeld(std::vector<std::string> arguments, const std::string& input = "") const;
  /// `reeld list --json`, every job.
  std::vector<Json> jobs() const;
  int count(JobState state) const;
  /// Waits until `jobs` jobs are in the queue and none of them is on its way any more.
  bool settled(int jobs, int seconds = 60) const;

  sim::Simulator& cloud() { return *cloud_; }
  std::filesystem::path data() const { return dir_.path() / "data"; }
  std::filesystem::path incoming() const { return data() / "spool" / "incoming"; }
  std::filesystem::path accepted_file(const std::string& name) const;
  std::filesystem::path results() const { return data() / "results"; }
  std::filesystem::path log_file() const { return dir_.path() / "log"; }
  std::string api_key() const { return cloud_->api_key(); }

 private:
  TempDir dir_;
  std::unique_ptr<sim::Simulator> cloud_;
  std::filesystem::path program_ = REELD_BINARY;
  std::filesystem::path config_ = "/dev/null";
  std::map<std::string, std::string> settings_;
  std::map<std::string, std::string> variables_;
  std::unique_ptr<Process> process_;
};

/// The guide's request body without a start frame.
Json guide_job(const std::string& prompt);

}  // namespace reeld::test
