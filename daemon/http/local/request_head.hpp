#pragma once

#include <string>

#include "common/util/error.hpp"
#include "daemon/http/local/client.hpp"

namespace reeld::http::local {

/// The first lines of a request up to the empty one, for a daemon that is called `host` and whose paths begin
/// with `base_path`. kBadInput: a method, target or header that would break them apart.
Result<std::string> format_head(const Request& request, const std::string& host, const std::string& base_path,
                                const std::string& token);

/// May the request be sent again when nobody knows whether it was heard? GET, HEAD, PUT and DELETE, and what
/// carries an Idempotency-Key; never one whose body is made on the way.
bool is_repeatable(const Request& request);

}  // namespace reeld::http::local
