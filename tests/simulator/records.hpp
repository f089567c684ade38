#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "tests/simulator/http.hpp"

namespace reeld::sim {

/// One request as it was answered.
struct RequestRecord {
  Time at;
  Endpoint endpoint = Endpoint::kOther;
  Method method = Method::kOther;
  std::string target;
  int status = 0;                ///< 0: no answer was meant to go out
  std::uint64_t connection = 0;  ///< counts from 1 in the order of acceptance
};

/// What came in, counted for ever and remembered for a while.
class Records {
 public:
  void add(Time now, Endpoint endpoint, const Request& request, int status);
  void add_violation(std::string what);

  std::vector<RequestRecord> recent() const { return {recent_.begin(), recent_.end()}; }
  const std::vector<std::string>& violations() const { return violations_; }
  /// Answers by status, for one endpoint.
  const std::map<int, std::uint64_t>& counts(Endpoint endpoint) const {
    return counts_[static_cast<std::size_t>(endpoint)];
  }

 private:
  std::array<std::map<int, std::uint64_t>, kEndpoints> counts_;
  std::deque<RequestRecord> recent_;
  std::vector<std::string> violations_;
};

}  // namespace reeld::sim
