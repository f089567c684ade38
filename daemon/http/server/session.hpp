#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/context.hpp>

#include "daemon/http/server/request_reader.hpp"
#include "daemon/http/server/service.hpp"
#include "daemon/http/server/stream.hpp"
#include "daemon/http/server/turn.hpp"

namespace reeld::http::server {

/// One connection: its requests are answered one after the other.
class Session {
 public:
  /// `tls` is null for none; it and the service must outlive the session.
  Session(Stream::Socket socket, Peer peer, boost::asio::ssl::context* tls, const Service& service);

  /// Serves until one side ends it. Cancellation (terminal) closes the connection at the next wait.
  boost::asio::awaitable<void> run();

  /// Closes the connection unless a request is being answered.
  void wind_down();

 private:
  boost::asio::awaitable<bool> serve_one();
  boost::asio::awaitable<void> handle(Turn& turn);
  boost::asio::awaitable<void> refuse(const Refusal& refusal);

  Peer peer_;
  const Service& service_;
  Stream stream_;
  RequestReader reader_;
  bool is_answering_ = false;
};

}  // namespace reeld::http::server
