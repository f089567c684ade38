#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "daemon/http/server/exchange.hpp"

namespace reeld::server_test {

/// Answers by the first segment of the path:
///   echo      method, path and whole body in one answer
///   count     reads the body piece by piece: "bytes N pieces N largest N"
///   refuse    413 without a look at the body
///   peer      who asks: "unix UID", "tcp ADDRESS" or "tls ADDRESS"
///   pieces    an answer of three pieces; with a query: of a known length
///   endless   pieces until the peer does not take them
///   hold      waits until it is cancelled, after a first piece
///   slow      ends its answer after the time in ?ms=
///   throw     throws; with a query: after the answer has begun
///   nothing   does not answer
///   half      begins an answer and leaves it
///   evil      answers with a header that holds a line break
///   204       an answer without a body
boost::asio::awaitable<void> handle(http::server::Exchange& exchange);

}  // namespace reeld::server_test
