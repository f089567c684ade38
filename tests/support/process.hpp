#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace reeld::test {

/// A program that a test started; killed when the test forgets it.
class Process {
 public:
  struct Command {
    std::vector<std::string> argv;
    std::map<std::string, std::string> environment;  ///< added to (and replacing in) the test's own
    std::filesystem::path output;                    ///< takes standard output and standard error, appended
    std::string input;                               ///< what standard input holds
  };

  explicit Process(const Command& command);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }
  void signal(int number) const;

  /// The exit code, or minus the signal that ended it. Nothing when it still runs after `limit`.
  std::optional<int> wait(std::chrono::milliseconds limit);

 private:
  pid_t pid_ = -1;
  std::optional<int> ended_;
};

/// What a program that ended has said.
struct Finished {
  int exit_code = 0;
  std::string output;  ///< standard output and standard error
};

/// Runs a program to its end, for a minute at most.
Finished run_program(Process::Command command);

}  // namespace reeld::test
