#pragma once

#include <string>
#include <string_view>

#include "common/util/error.hpp"
#include "daemon/http/client/client.hpp"
#include "daemon/http/client/url.hpp"

namespace reeld::http {

/// "GET", "POST", "DELETE".
std::string_view to_string(Method method);

/// May these headers be sent? Errors (kBadInput), naming a header but never its value: a name that is no
/// token, a value with a control character, and headers that are the client's own business (Host,
/// Content-Length, ...).
Result<void> check_headers(const std::vector<Header>& headers);

/// Request line and headers, with the empty line behind them. The headers are checked already.
std::string request_head(const Request& request, const Url& url, std::string_view user_agent);

}  // namespace reeld::http
