#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/e2e/daemon.hpp"

namespace reeld::test {

/// Where the power goes, and what the disk keeps.
struct PowerLoss {
  int at = 0;          ///< the sync point that is struck; 0: none
  bool after = false;  ///< strikes when it took effect, not before
  bool torn = false;   ///< names stay, and of the unsynced bytes what chance leaves
  unsigned seed = 1;   ///< of that chance
  std::string lie;     ///< "files", "folders": their syncs are confirmed and do nothing
};

std::string describe(const PowerLoss& loss);

/// How the first part of a run ended.
enum class Ending {
  kPowerLost,
  kAtRest,  ///< the loss's sync point did not come, and all jobs rest
  kBroken,  ///< the daemon ended by itself, or jobs are still on their way
};

/// The real daemon with 100 jobs on a forgetful disk: until the power goes, then again on a good disk to the
/// end. The cloud lives through it.
class PowerRun {
 public:
  static constexpr int kJobs = 100;

  explicit PowerRun(const PowerLoss& loss);

  /// Runs until the power goes, or until all jobs rest.
  Ending until_loss();
  /// The sync points of a run that came to its end.
  int sync_points() const;

  /// What must hold at once, before the next start: each promise that is broken, in words.
  std::vector<std::string> broken_on_disk();
  /// Starts again, waits until all rest, and looks at everything.
  std::vector<std::string> broken_after_restart();

  std::string log() const { return read_file(daemon_.log_file()); }

 private:
  static sim::Options cloud();
  void drop_jobs(int first_file, int files);
  Ending ending(Process& process);
  /// Each film below results is the whole one that the cloud served.
  void check_films(std::vector<std::string>& broken);
  bool all_rest() const;
  void check_job(const Json& job, std::vector<std::string>& broken);
  void check_paid_once(std::vector<std::string>& broken);

  PowerLoss loss_;
  Daemon daemon_;
  std::filesystem::path count_file_;
};

}  // namespace reeld::test
