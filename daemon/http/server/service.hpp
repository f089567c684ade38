#pragma once

#include "daemon/http/server/exchange.hpp"
#include "daemon/http/server/server.hpp"

namespace reeld::http::server {

/// What all sessions of a server share.
struct Service {
  ServerLimits limits;
  Handler handler;
  bool is_stopping = false;  ///< no connection is kept for another request
};

}  // namespace reeld::http::server
