#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/util/error.hpp"
#include "daemon/http/server/exchange.hpp"

namespace reeld::http::server {

/// A request's target, taken apart.
struct Target {
  std::string path;                   ///< as sent
  std::vector<std::string> segments;  ///< decoded
  std::vector<QueryItem> query;       ///< decoded
};

/// Reads a target in origin form: "/v1/jobs?state=queued". kBadInput: another form, broken percent-encoding,
/// a control character in any disguise, a segment that is "." or ".." or holds an encoded "/".
Result<Target> parse_target(std::string_view text);

}  // namespace reeld::http::server
