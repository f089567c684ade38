#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "tests/simulator/options.hpp"

namespace reeld::sim {

/// The command line of reeld-sim.
struct Flags {
  Options options;
  std::filesystem::path script;  ///< faults; empty: none
};

/// Reads the command line. Nothing where the program should end now, with `exit_code`: help was shown, or an
/// error.
std::optional<Flags> parse_flags(int argc, const char* const* argv, int& exit_code);

}  // namespace reeld::sim
