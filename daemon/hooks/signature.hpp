#pragma once

#include <string>
#include <string_view>

namespace reeld::hooks {

/// Says that whoever sent `body` at `timestamp` (Unix seconds, as in the header) knows the secret: "v1=" and
/// the HMAC-SHA-256 of "TIMESTAMP.BODY" in hex.
std::string sign(std::string_view secret, std::string_view timestamp, std::string_view body);

}  // namespace reeld::hooks
