#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/api/problem.hpp"
#include "daemon/http/server/exchange.hpp"

namespace reeld::api {

struct Context;
class Call;

/// Answers one kind of request. A refusal before anything was answered becomes the answer; after that it says
/// that the connection is lost.
using RouteHandler = Task<void> (*)(Context&, Call&);

/// "{id}" in a pattern stands for any one segment: "/v1/jobs/{id}/files/{file}".
struct Route {
  http::server::Method method;
  std::string_view pattern;
  RouteHandler handler;
};

struct RouteMatch {
  RouteHandler handler = nullptr;
  std::vector<std::string> arguments;  ///< what stood for the pattern's names, in their order
};

/// The first route that fits; HEAD is served by the route of GET. 404: none has this path; 405: those that
/// have it take other methods, which Allow names.
Outcome<RouteMatch> find_route(std::span<const Route> routes, http::server::Method method,
                               std::span<const std::string> segments);

/// The segments behind the base path; all of them where the request came without it, as it does over the
/// socket and behind a proxy that takes it away.
std::span<const std::string> without_base(std::span<const std::string> segments, std::string_view base_path);

}  // namespace reeld::api
