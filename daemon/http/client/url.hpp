#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/util/error.hpp"

namespace reeld::http {

/// An absolute http or https URL, taken apart. Only parse_url and resolve_location make one.
struct Url {
  bool tls = true;
  std::string host;  ///< lower case, an IPv6 address without its brackets
  std::uint16_t port = 443;
  std::string target = "/";  ///< path and query as they are sent; begins with '/'

  /// "https://host" with a port that is not the scheme's own: two URLs with equal origins share connections.
  std::string origin() const;

  /// What the Host header says: the name in brackets where needed, with a port that is not the scheme's own.
  std::string host_header() const;

  /// "host:port", the port always given: what a proxy is asked for.
  std::string authority() const;

  std::string text() const { return origin() + target; }
};

/// Takes an absolute URL apart; a fragment is dropped. Errors (kBadInput): another scheme, a user name, a
/// host or a port that cannot be, spaces, control and non-ASCII characters. The detail never quotes the URL.
Result<Url> parse_url(std::string_view text);

/// What a Location header means that came from `base`: an absolute URL, or a path or query relative to it.
Result<Url> resolve_location(const Url& base, std::string_view location);

/// Is `host` an IP address in text, and not a name?
bool is_ip_literal(std::string_view host);

/// `text` with A-Z made small.
std::string to_lower(std::string_view text);

}  // namespace reeld::http
