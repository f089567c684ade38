#pragma once

#include <array>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>

#include "common/util/error.hpp"
#include "common/util/time.hpp"

namespace reeld::http::server {

/// A client's connection: TCP, TLS or a socket in the file system, all alike. Destroying it closes it.
///
/// One operation at a time. Errors: kTimedOut (the stream can still be used: nothing is lost), else
/// kPeerBroken (it is gone).
class Stream {
 public:
  using Socket = boost::asio::generic::stream_protocol::socket;
  /// What one write() sends; unused places stay empty.
  using Buffers = std::array<boost::asio::const_buffer, 3>;

  /// `tls`: null for none.
  Stream(Socket socket, boost::asio::ssl::context* tls);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  /// Puts TLS on the connection where it has any.
  boost::asio::awaitable<Result<void>> handshake(Duration limit);

  /// Reads what there is, at least a byte; 0 means that the peer sends no more.
  boost::asio::awaitable<Result<std::size_t>> read_some(boost::asio::mutable_buffer into, Duration limit);

  /// Sends all of `buffers`, whose bytes must outlive the call. After kTimedOut some of them are sent.
  boost::asio::awaitable<Result<void>> write(Buffers buffers, Duration limit);

  /// Says goodbye and lets the peer read what is on its way, for at most `limit`; then closes. Closing at
  /// once on a peer that still sends would take the answer from it.
  boost::asio::awaitable<void> end(Duration limit);

  /// Closes now; operations under way end with an error.
  void close();

  /// Closes now and throws away what the peer has not taken, so that it sees a break and not an end.
  void reset();

  bool is_open() const;
  boost::asio::any_io_executor executor();

 private:
  struct Layers;

  boost::asio::awaitable<void> drain(std::chrono::steady_clock::time_point deadline);

  std::unique_ptr<Layers> layers_;
};

}  // namespace reeld::http::server
