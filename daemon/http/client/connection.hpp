#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "common/util/error.hpp"
#include "daemon/http/client/timing.hpp"

namespace reeld::http {

/// One TCP connection, with or without TLS on it. Destroying it closes it.
///
/// One operation at a time. Errors of all: kTimedOut, kCancelled, else kPeerBroken. After an error, and after
/// a cancellation, the stream is in an unknown place and must be dropped.
class Connection {
 public:
  explicit Connection(boost::asio::any_io_executor executor);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Connects; may be tried again with another address after an error.
  boost::asio::awaitable<Result<void>> open(boost::asio::ip::address address, std::uint16_t port,
                                            Duration user_timeout, SteadyTime deadline);

  /// Puts TLS on the connection and checks that the peer is `host`.
  boost::asio::awaitable<Result<void>> start_tls(boost::asio::ssl::context& context, std::string host,
                                                 SteadyTime deadline);

  /// Sends all of `data`, which must outlive the call.
  boost::asio::awaitable<Result<void>> write(std::string_view data, Timing timing);

  /// Reads what there is, at least a byte; 0 means that the peer ended the stream in order (for TLS: said
  /// so).
  boost::asio::awaitable<Result<std::size_t>> read_some(boost::asio::mutable_buffer into, Timing timing);

  /// Has the peer closed its side, as far as this machine knows?
  bool is_closed() const;

  /// Open and nothing at all arrived: nobody closed it, and no byte belongs to an earlier answer.
  bool is_quiet() const;

  /// While set, closing throws away what the kernel has not sent yet, instead of sending it later.
  void reset_on_close(bool reset);

  /// Notes that an answer was read to its end now.
  void mark_used() { last_used_ = std::chrono::steady_clock::now(); }
  SteadyTime last_used() const { return last_used_; }

  /// Where it goes; the proxy's address when there is one.
  const boost::asio::ip::address& address() const { return address_; }

 private:
  struct Streams;

  std::unique_ptr<Streams> streams_;
  boost::asio::ip::address address_;
  SteadyTime last_used_ = std::chrono::steady_clock::now();
};

}  // namespace reeld::http
