#pragma once

#include <boost/asio/awaitable.hpp>

#include "common/util/error.hpp"

namespace reeld::store {

/// What the queue's interfaces have in common. Each call is one complete operation: when it returns, it is on
/// the disk.
///
/// Calls wait for the store's own thread; they cannot be cancelled once made. Every call may fail with
/// kUnavailable (disk full, I/O error): nothing was changed then. A state change and the event that explains
/// it are one transaction, and one that the table of transitions lacks is kInternal.
class Calls {
 public:
  virtual ~Calls() = default;

  template <class T>
  using Async = boost::asio::awaitable<Result<T>>;

 protected:
  Calls() = default;
  Calls(const Calls&) = default;
  Calls& operator=(const Calls&) = default;
};

}  // namespace reeld::store
