#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/util/time.hpp"

namespace reeld::sim {

/// One thing to go wrong: at which requests, how often, and how. docs/simulator.md lists the actions.
struct Fault {
  std::string on = "any";   ///< "submit", "status", "list", ... or "any" (never the control endpoints)
  std::string action{};     ///< "do" in scripts
  std::uint64_t after = 0;  ///< lets this many matching requests pass first
  std::uint64_t times = 1;  ///< how often it strikes; 0: for ever
  double probability = 1;   ///< of striking, where it otherwise would
  std::string match{};      ///< only requests whose prompt or target contains this

  int code = 0;  ///< HTTP status; 0: the action's own
  std::string body{};
  std::vector<std::pair<std::string, std::string>> headers{};
  int retry_after = -1;     ///< seconds; -1: no such header
  Duration delay{1000};     ///< "ms" in scripts
  std::uint64_t bytes = 0;  ///< wrong_length: the size announced and sent
  std::uint64_t bytes_per_second = 1024;
  std::string location{};
  std::string type{};  ///< a content type
  bool reset = false;  ///< drops: break off with RST
};

/// Reads one fault or an array of them. Throws std::invalid_argument that names what is wrong.
std::vector<Fault> parse_faults(std::string_view json);

/// What a fault can be matched against.
struct FaultSubject {
  std::string_view endpoint;
  std::string_view target;
  std::string_view prompt;
  bool has_range = false;
};

/// The faults in force, in the order they were added. At most one strikes a request: the first that is due.
class FaultPlan {
 public:
  explicit FaultPlan(std::uint64_t seed) : random_(seed) {}

  /// Throws std::invalid_argument on an unknown action or endpoint.
  void add(Fault fault);
  void clear() { armed_.clear(); }
  bool empty() const { return armed_.empty(); }
  bool needs_prompt() const;

  /// The fault for this request, if any; counts it.
  std::shared_ptr<const Fault> strike(const FaultSubject& subject);

  /// How often each has struck, in order.
  std::vector<std::pair<std::shared_ptr<const Fault>, std::uint64_t>> struck() const;

 private:
  struct Armed {
    std::shared_ptr<const Fault> fault;
    std::uint64_t seen = 0;
    std::uint64_t struck = 0;
  };
  std::vector<Armed> armed_;
  std::mt19937_64 random_;
};

}  // namespace reeld::sim
