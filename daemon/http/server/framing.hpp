#pragma once

#include <optional>

#include "daemon/http/server/exchange.hpp"
#include "daemon/http/server/refusal.hpp"

namespace reeld::http::server {

/// Refuses a head whose body two programs could measure in two ways, and what else this server does not do.
/// `head` needs its headers only. Nothing where all is well.
std::optional<Refusal> check_framing(const RequestHead& head, bool is_http10);

}  // namespace reeld::http::server
