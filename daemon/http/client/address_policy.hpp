#pragma once

#include <boost/asio/ip/address.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "common/util/error.hpp"
#include "daemon/http/client/url.hpp"

namespace reeld::http {

/// Which hosts and addresses one request may reach; from Request::allowed_hosts. Without a list: all.
class AddressPolicy {
 public:
  explicit AddressPolicy(const std::vector<std::string>& allowed_hosts);

  /// May this URL be asked at all, judged by its text? Errors: kBadInput, naming the host.
  Result<void> check(const Url& url) const;

  /// May a connection to `host` go to this address of it?
  bool permits(std::string_view host, const boost::asio::ip::address& address) const;

 private:
  bool is_named(std::string_view host) const;

  std::vector<std::string> allowed_;  ///< lower case, without brackets
};

/// The same as the public is_private_address, for an address that is parsed already.
bool is_private(const boost::asio::ip::address& address);

}  // namespace reeld::http
