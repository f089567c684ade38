#pragma once

#include <span>

#include "daemon/api/router.hpp"

namespace reeld::api {

/// All that the API answers.
std::span<const Route> all_routes();

/// True for what anybody may ask who reaches the daemon: whether it lives, and to follow a login link.
bool is_open_route(http::server::Method method, std::span<const std::string> segments);

}  // namespace reeld::api
