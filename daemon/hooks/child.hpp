#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "daemon/files/descriptor.hpp"

namespace reeld::hooks {

/// A program to be started.
struct Launch {
  std::vector<std::string> argv;         ///< argv[0] is looked for in PATH where it holds no slash
  std::vector<std::string> environment;  ///< "NAME=value"
  std::string input;                     ///< what its standard input holds
};

/// A started program, the leader of a process group of its own. It inherits nothing of the daemon's but what
/// Launch says: no descriptor, no signal's handling, no working directory.
///
/// Who forgets it before it was reaped ends it: the whole group is killed.
class Child {
 public:
  /// Starts it. Blocking, since the program may have to be read from a slow disk.
  static Result<Child> start(Launch launch);

  ~Child();
  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;

  /// Readable once the program has ended.
  files::Descriptor take_exit() { return std::move(exit_); }

  /// What it says, on standard output and standard error.
  files::Descriptor take_output() { return std::move(output_); }

  /// Signals the whole group. Only before reap(): until then the number is nobody else's.
  void signal(int number) const;

  /// How it ended, as waitpid() says it. Blocks until then; once only.
  Result<int> reap();

 private:
  Child(pid_t pid, files::Descriptor output) : pid_(pid), output_(std::move(output)) {}

  pid_t pid_;  ///< -1: reaped, or moved from
  files::Descriptor exit_;
  files::Descriptor output_;
};

}  // namespace reeld::hooks
