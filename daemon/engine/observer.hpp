#pragma once

#include "common/util/time.hpp"

namespace reeld::engine {

/// Why something is tried again.
enum class RetryReason {
  kNotSent,       ///< the service could not be reached: the job is back in the queue
  kRateLimited,   ///< the service refused the submit for now: the job is back in the queue
  kAccount,       ///< the key or the balance is in trouble: the job is back in the queue
  kRenderFailed,  ///< the service failed the render, another attempt follows
  kDownload,      ///< the films are not stored yet, they are fetched again
};

/// Is told what the engine does, to count it. Does nothing unless a method is overridden.
///
/// Called on the engine's executor; must not block.
class Observer {
 public:
  virtual ~Observer() = default;

  virtual void retried([[maybe_unused]] RetryReason reason) {}

  /// A render that was watched from its acceptance is complete.
  virtual void rendered([[maybe_unused]] Duration took) {}
};

}  // namespace reeld::engine
