#include "daemon/api/router.hpp"

#include <algorithm>
#include <optional>
#include <set>

namespace reeld::api {

using http::server::Method;

namespace {

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::size_t end = std::min(path.find('/'), path.size());
    if (end > 0) parts.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return parts;
}

/// What stands for the pattern's names; nothing where the path is another one.
std::optional<std::vector<std::string>> match(std::string_view pattern,
                                              std::span<const std::string> segments) {
  const auto parts = split(pattern);
  if (parts.size() != segments.size()) return std::nullopt;
  std::vector<std::string> arguments;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].front() == '{') {
      arguments.push_back(segments[i]);
    } else if (parts[i] != segments[i]) {
      return std::nullopt;
    }
  }
  return arguments;
}

Refusal not_allowed(const std::set<std::string_view>& allowed) {
  Refusal refusal(405, "method_not_allowed", "this path does not take that method");
  std::string names;
  for (std::string_view name : allowed) names.append(names.empty() ? "" : ", ").append(name);
  refusal.headers.push_back({"Allow", names});
  return refusal;
}

}  // namespace

Outcome<RouteMatch> find_route(std::span<const Route> routes, Method method,
                               std::span<const std::string> segments) {
  const Method wanted = method == Method::kHead ? Method::kGet : method;
  std::set<std::string_view> allowed;
  for (const Route& route : routes) {
    auto arguments = match(route.pattern, segments);
    if (!arguments) continue;
    if (route.method == wanted) return RouteMatch{route.handler, std::move(*arguments)};
    allowed.insert(to_string(route.method));
    if (route.method == Method::kGet) allowed.insert(to_string(Method::kHead));
  }
  if (allowed.empty()) return not_found("there is nothing at this path");
  return not_allowed(allowed);
}

std::span<const std::string> without_base(std::span<const std::string> segments, std::string_view base_path) {
  const auto base = split(base_path);
  const bool has_base =
      base.size() <= segments.size() && std::equal(base.begin(), base.end(), segments.begin());
  return has_base ? segments.subspan(base.size()) : segments;
}

}  // namespace reeld::api
