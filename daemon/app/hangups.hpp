#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

namespace reeld::app {

/// SIGHUP as something to wait for. It is read from a descriptor and has no handler, so that it ends the
/// process at no moment of its stop.
class Hangups {
 public:
  /// Keeps SIGHUP until it is read, for this thread and those that it starts from now on. Call before any
  /// other thread is there.
  static void block();

  /// Errors: std::system_error.
  explicit Hangups(boost::asio::any_io_executor executor);

  /// Returns for one that came since the last call too. Several that came meanwhile are one.
  boost::asio::awaitable<void> wait();

 private:
  boost::asio::posix::stream_descriptor descriptor_;
};

}  // namespace reeld::app
