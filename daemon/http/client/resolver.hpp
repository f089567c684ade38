#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/address.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/util/error.hpp"
#include "daemon/http/client/timing.hpp"

namespace reeld::http {

using Addresses = std::vector<boost::asio::ip::address>;

/// Looks a name up and blocks as long as that takes; called on threads of the resolver's own.
using BlockingLookup = std::function<Result<Addresses>(const std::string& host)>;

/// getaddrinfo.
Result<Addresses> system_lookup(const std::string& host);

/// Turns names into addresses without ever holding up the executor.
///
/// A blocking lookup cannot be interrupted, so it can be abandoned: the waiting ends at its deadline, the
/// lookup goes on by itself and its answer is of use to the next who asks. At most 4 lookups run at a time;
/// each has a thread that lives no longer than there is work. All calls on one executor.
class Resolver {
 public:
  Resolver(boost::asio::any_io_executor executor, BlockingLookup lookup);
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  /// The host's addresses, at least one, at most 30 s old. Errors: kUnavailable, kTimedOut, kCancelled.
  boost::asio::awaitable<Result<Addresses>> resolve(std::string host, SteadyTime deadline);

  /// Ends every wait with kCancelled and makes lookups that still run forget whom they work for. Never
  /// blocks.
  void shutdown();

 private:
  class Threads;
  class Names;

  boost::asio::any_io_executor executor_;
  std::shared_ptr<Names> names_;
  std::shared_ptr<Threads> threads_;
};

}  // namespace reeld::http
