#pragma once

#include <string>
#include <string_view>

#include "daemon/http/server/exchange.hpp"

namespace reeld::http::server {

/// Why the server itself answers a request, instead of the handler.
struct Refusal {
  int status = 0;  ///< 0: there is nobody to answer
  std::string detail;
};

/// "Not Found" for 404.
std::string_view reason_phrase(int status);

/// The refusal as application/problem+json.
Response to_response(const Refusal& refusal);

}  // namespace reeld::http::server
