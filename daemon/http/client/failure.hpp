#pragma once

#include "common/util/error.hpp"
#include "daemon/http/client/client.hpp"

namespace reeld::http {

/// How far a request has come, which decides what an error means to the caller.
struct Progress {
  enum class Phase {
    kNothingSent,
    kSent,      ///< the first byte may have left, the answer's header is not complete
    kAnswered,  ///< the answer's header is complete
  };

  Method asked;             ///< what the caller asked for, before any redirect
  bool redirected = false;  ///< an answer has come already, and sent the request on
  Phase phase = Phase::kNothingSent;
};

/// What the failure of a step is to the caller of send() or fetch(), as `Client` promises.
Error failure(const Progress& progress, Error error);

}  // namespace reeld::http
