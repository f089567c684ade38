#pragma once

#include <string_view>

#include "tests/simulator/http.hpp"

namespace reeld::sim {

/// Where a request goes.
struct Route {
  Endpoint endpoint = Endpoint::kOther;
  std::string_view id;     ///< the path's last part, where the route has one
  bool needs_key = false;  ///< and counts against the limit of requests
};

Route find_route(const Request& request);

}  // namespace reeld::sim
