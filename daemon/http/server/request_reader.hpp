#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "common/util/error.hpp"
#include "daemon/http/server/exchange.hpp"
#include "daemon/http/server/refusal.hpp"
#include "daemon/http/server/server.hpp"
#include "daemon/http/server/stream.hpp"

namespace reeld::http::server {

/// A request's head with what concerns the connection.
struct IncomingRequest {
  RequestHead head;
  bool is_http10 = false;
  bool keep_alive = true;      ///< the client would like to go on
  bool waits_for_100 = false;  ///< the client sends no body before it is asked to
};

/// Reads the requests of one connection, one after the other. Bytes that came too early stay for the next.
class RequestReader {
 public:
  RequestReader(Stream& stream, const ServerLimits& limits);
  ~RequestReader();
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;

  /// Waits for the next request and reads its head; the body before it must be at its end.
  boost::asio::awaitable<boost::system::result<IncomingRequest, Refusal>> read_head();

  /// The next bytes of the body, at most 64 KiB; empty at its end. kBadInput, kTimedOut, kPeerBroken.
  boost::asio::awaitable<Result<std::string>> read_some();

  bool is_body_done() const;

  /// Did any byte behind the head arrive already?
  bool has_early_bytes() const;

  /// How much of the body is still to come, where its length was announced.
  std::optional<std::uint64_t> body_left() const;

 private:
  struct Parsing;

  boost::asio::awaitable<std::optional<Refusal>> gather_head();
  boost::asio::awaitable<Result<void>> read_more_of_body();
  Duration body_patience() const;

  Stream& stream_;
  const ServerLimits& limits_;
  std::unique_ptr<Parsing> parsing_;
};

}  // namespace reeld::http::server
