#pragma once

#include <string_view>
#include <vector>

#include "tests/simulator/cloud.hpp"

namespace reeld::sim {

/// What an action works on.
struct FaultContext {
  const Fault& fault;
  CloudState& state;
  const Request& request;
  Exchange& exchange;
};

/// One row of the table of actions. Either function may be missing.
struct FaultAction {
  std::string_view name;
  /// Runs first; what it sets as exchange.ready goes out and the request is never processed.
  void (*before)(FaultContext&) = nullptr;
  /// Runs on the real answer; the request has been processed.
  void (*after)(FaultContext&, Answer&) = nullptr;
  bool only_ranges = false;  ///< strikes only requests with a Range
};

/// The names of all actions.
std::vector<std::string_view> action_names();

/// Null for an unknown name.
const FaultAction* find_action(std::string_view name);

}  // namespace reeld::sim
