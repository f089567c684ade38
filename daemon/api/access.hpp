#pragma once

#include <string>
#include <string_view>

#include "common/util/time.hpp"
#include "daemon/api/parts.hpp"
#include "daemon/api/problem.hpp"
#include "daemon/http/server/exchange.hpp"

namespace reeld::api {

/// The name or address in a Host header, in lower case and without the port: "[::1]:8420" -> "::1".
std::string host_of(std::string_view header);

/// 421: a TCP peer asks for a host that is not this one. A page of somebody else's whose name was made to
/// resolve to this machine is kept out by this.
Outcome<void> check_host(const http::server::RequestHead& head, const ApiOptions& options);

/// 403: the request would change something, and a page of another origin made the browser send it.
Outcome<void> check_origin(const http::server::RequestHead& head);

/// 401: a TCP peer showed neither the token nor a cookie of this daemon's. Over the socket nothing is asked:
/// its file mode is the permission.
Outcome<void> check_credentials(const http::server::RequestHead& head, const ApiOptions& options, Time now);

// The cookie of a browser that logged in: "EXPIRY.HMAC", with nothing kept here.

/// "reeld_session=...; HttpOnly; SameSite=Strict; ..."
std::string session_cookie(const ApiOptions& options, Time now, bool is_tls);

/// True for a cookie's value that this token made and whose time is not over.
bool is_session(std::string_view value, std::string_view token, Time now);

}  // namespace reeld::api
