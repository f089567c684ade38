#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "tests/simulator/fault.hpp"
#include "tests/simulator/generations.hpp"
#include "tests/simulator/http.hpp"
#include "tests/simulator/images.hpp"
#include "tests/simulator/limits.hpp"
#include "tests/simulator/options.hpp"
#include "tests/simulator/records.hpp"

namespace reeld::sim {

/// One request on its way to its answer, and what a fault wants done with it.
struct Exchange {
  Endpoint endpoint = Endpoint::kOther;
  std::string_view id;  ///< the part of the path that names something
  bool needs_key = false;
  std::string user_id;                 ///< whose key it carries
  std::shared_ptr<const Fault> fault;  ///< the one that struck
  Duration wait{0};                    ///< before the request is looked at
  std::optional<Answer> ready;         ///< set by a fault: the request is never looked at
  std::string accepted;                ///< the generation that a submit made
  bool ignore_range = false;
  bool shift_range = false;
};

/// All that the cloud knows. Routes, actions and controls work on it; Cloud guards it.
struct CloudState {
  explicit CloudState(Options given);

  Time now() const;
  /// "https://HOST:PORT", where films and uploads are.
  std::string origin(const std::string& host) const { return "https://" + host + ":" + std::to_string(port); }

  Options options;
  std::uint16_t port = 0;
  StateLog log;
  Generations generations;
  Images images;
  SlidingWindow requests;
  SlidingWindow submits;
  FaultPlan faults;
  Records records;
  std::uint64_t open_connections = 0;
  std::uint64_t all_connections = 0;
};

/// Answers requests. It neither waits nor touches a socket; any thread may call.
class Cloud {
 public:
  explicit Cloud(Options options) : state_(std::move(options)) {}

  /// Names the endpoint and picks the fault, if one is due.
  Exchange begin(const Request& request);
  /// The answer, with the fault applied. Called after the exchange's wait.
  Answer finish(const Request& request, Exchange& exchange);

  /// The cloud's own clock.
  Time now() const { return state_.now(); }

  /// Runs `use` on the state, alone.
  template <class Use>
  auto with(Use use) {
    const std::lock_guard lock(mutex_);
    return use(state_);
  }

 private:
  std::mutex mutex_;
  CloudState state_;
};

}  // namespace reeld::sim
