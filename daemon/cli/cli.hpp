#pragma once

namespace reeld::cli {

/// Reads the command line, runs the verb that it names, and returns the exit code.
int run(int argc, const char* const* argv);

}  // namespace reeld::cli
