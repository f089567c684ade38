#pragma once

#include <cstdint>
#include <optional>

#include "common/util/time.hpp"
#include "daemon/leonardo/types.hpp"

namespace reeld::leonardo {

/// What is asked of the service and of where it puts its films.
enum class Endpoint { kSubmit, kStatus, kList, kAccount, kRemove, kImage, kFilm, kPoster };

/// Is told what comes of requests, to count it. Does nothing unless a method is overridden.
///
/// Called on the executor of the client; must not block.
class Observer {
 public:
  virtual ~Observer() = default;

  /// A request came to its end: with a good answer (no `error`), a refusal, or none. `took`: to the answer's
  /// last byte; for a submit since its first byte left, for others since they were asked for.
  virtual void answered([[maybe_unused]] Endpoint endpoint, [[maybe_unused]] std::optional<ErrorClass> error,
                        [[maybe_unused]] Duration took) {}

  /// Bytes of a film or a poster came.
  virtual void received([[maybe_unused]] std::uint64_t bytes) {}
};

}  // namespace reeld::leonardo
