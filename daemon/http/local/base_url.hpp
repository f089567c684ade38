#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/util/error.hpp"

namespace reeld::http::local {

/// Where a daemon's control API begins, taken apart.
struct BaseUrl {
  bool is_tls = false;
  std::string host;  ///< an IPv6 address without its brackets
  std::uint16_t port = 80;
  std::string path;  ///< "/reeld", without a "/" at its end; mostly empty

  /// What the Host header says: brackets where needed, and a port that is not the scheme's own.
  std::string host_header() const;
};

/// Reads "http://127.0.0.1:8420" and "https://render.example.com/reeld/". kBadInput: another scheme, a user
/// name, a query, a host or a port that cannot be.
Result<BaseUrl> parse_base_url(std::string_view text);

}  // namespace reeld::http::local
