#pragma once

#include "common/util/error.hpp"

/// What the program's exit codes mean; docs/cli.md lists them.
namespace reeld::app {

inline constexpr int kExitDone = 0;
inline constexpr int kExitSomeFailed = 1;    ///< a job failed, or is not valid
inline constexpr int kExitUsage = 2;         ///< the command line is wrong
inline constexpr int kExitNoInput = 66;      ///< a named file is not there
inline constexpr int kExitUnavailable = 69;  ///< the queue cannot be read
inline constexpr int kExitSoftware = 70;     ///< a bug
inline constexpr int kExitIo = 74;           ///< a file cannot be written
inline constexpr int kExitTryLater = 75;     ///< somebody else has the queue
inline constexpr int kExitConfig = 78;       ///< the configuration is wrong

/// The exit code for an error that ends the program.
int exit_code(const Error& error);

}  // namespace reeld::app
