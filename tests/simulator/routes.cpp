#include "tests/simulator/routes.hpp"

#include <array>

namespace reeld::sim {

namespace {

struct Row {
  Method method;
  std::string_view path;
  bool has_id;  // the path goes on with an id
  Endpoint endpoint;
  bool needs_key;
};

// The first that fits is taken.
constexpr std::array kRows = {
    Row{Method::kGet, "/api/rest/v1/generations/user/", true, Endpoint::kList, true},
    Row{Method::kGet, "/api/rest/v1/generations/", true, Endpoint::kStatus, true},
    Row{Method::kPost, "/api/rest/v2/generations", false, Endpoint::kSubmit, true},
    Row{Method::kDelete, "/api/rest/v1/generations/", true, Endpoint::kDelete, true},
    Row{Method::kGet, "/api/rest/v1/me", false, Endpoint::kMe, true},
    Row{Method::kPost, "/api/rest/v1/init-image", false, Endpoint::kInitImage, true},
    Row{Method::kGet, "/api/rest/v1/init-image/", true, Endpoint::kImage, true},
    Row{Method::kDelete, "/api/rest/v1/init-image/", true, Endpoint::kImage, true},
    Row{Method::kPost, "/upload/", true, Endpoint::kUpload, false},
};

}  // namespace

Route find_route(const Request& request) {
  const std::string_view path = request.path;
  for (const Row& row : kRows) {
    if (row.method != request.method || !path.starts_with(row.path)) continue;
    const std::string_view rest = path.substr(row.path.size());
    const bool fits = row.has_id ? !rest.empty() && rest.find('/') == std::string_view::npos : rest.empty();
    if (fits) return {row.endpoint, rest, row.needs_key};
  }
  const bool reads = request.method == Method::kGet || request.method == Method::kHead;
  if (reads && path.starts_with("/cdn/")) {
    return {path.ends_with(".jpg") ? Endpoint::kPoster : Endpoint::kDownload, {}, false};
  }
  if (path.starts_with("/_sim/")) return {Endpoint::kControl, path.substr(6), false};
  return {Endpoint::kOther, {}, path.starts_with("/api/")};
}

}  // namespace reeld::sim
