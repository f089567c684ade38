#include "daemon/http/client/address_policy.hpp"

#include <algorithm>
#include <array>

#include "daemon/http/client/client.hpp"

namespace reeld::http {
namespace {

namespace ip = boost::asio::ip;

struct Network {
  std::uint32_t base;
  int bits;
};

constexpr std::array<Network, 11> kPrivateNetworks = {{
    {0x00000000, 8},   // "this network", with 0.0.0.0
    {0x0A000000, 8},   // RFC 1918
    {0x64400000, 10},  // carrier-grade NAT
    {0x7F000000, 8},   // loopback
    {0xA9FE0000, 16},  // link-local, where clouds keep their metadata service
    {0xAC100000, 12},  // RFC 1918
    {0xC0000000, 24},  // IETF protocol assignments
    {0xC0A80000, 16},  // RFC 1918
    {0xC6120000, 15},  // benchmarking
    {0xE0000000, 4},   // multicast
    {0xF0000000, 4},   // reserved, with the broadcast address
}};

bool is_private_v4(std::uint32_t address) {
  return std::any_of(kPrivateNetworks.begin(), kPrivateNetworks.end(), [address](const Network& network) {
    return (address >> (32 - network.bits)) == (network.base >> (32 - network.bits));
  });
}

std::uint32_t v4_at(const ip::address_v6::bytes_type& bytes, std::size_t at) {
  return (std::uint32_t{bytes[at]} << 24) | (std::uint32_t{bytes[at + 1]} << 16) |
         (std::uint32_t{bytes[at + 2]} << 8) | std::uint32_t{bytes[at + 3]};
}

bool is_private_v6(const ip::address_v6& address) {
  const auto bytes = address.to_bytes();
  const auto starts = [&bytes](std::initializer_list<unsigned char> prefix) {
    return std::equal(prefix.begin(), prefix.end(), bytes.begin());
  };
  if (address.is_unspecified() || address.is_loopback() || address.is_multicast()) return true;
  if ((bytes[0] & 0xFE) == 0xFC) return true;                      // unique-local
  if (bytes[0] == 0xFE && (bytes[1] & 0x80) == 0x80) return true;  // link-local and the old site-local
  // Addresses that lead to an IPv4 address are as private as that one: mapped, compatible, NAT64, 6to4.
  if (address.is_v4_mapped() || starts({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})) {
    return is_private_v4(v4_at(bytes, 12));
  }
  if (starts({0x00, 0x64, 0xFF, 0x9B})) return bytes[5] != 0 || is_private_v4(v4_at(bytes, 12));
  if (starts({0x20, 0x02})) return is_private_v4(v4_at(bytes, 2));
  return false;
}

std::string without_brackets(std::string_view host) {
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  return to_lower(host);
}

}  // namespace

bool is_private(const ip::address& address) {
  return address.is_v4() ? is_private_v4(address.to_v4().to_uint()) : is_private_v6(address.to_v6());
}

bool is_private_address(std::string_view address) {
  boost::system::error_code failed;
  const ip::address parsed = ip::make_address(std::string(address), failed);
  // What is not an address at all has no claim to be reached.
  return failed || is_private(parsed);
}

AddressPolicy::AddressPolicy(const std::vector<std::string>& allowed_hosts) {
  for (const std::string& host : allowed_hosts) allowed_.push_back(without_brackets(host));
}

Result<void> AddressPolicy::check(const Url& url) const {
  if (allowed_.empty()) return {};
  if (!url.tls) return Error{Errc::kBadInput, "http.policy", "only https may be used for " + url.host};
  const bool listed =
      is_named(url.host) || std::any_of(allowed_.begin(), allowed_.end(), [&url](const std::string& rule) {
        return rule.starts_with("*.") && url.host.size() > rule.size() - 1 &&
               url.host.ends_with(std::string_view(rule).substr(1));
      });
  if (!listed) return Error{Errc::kBadInput, "http.policy", url.host + " is not an allowed host"};
  boost::system::error_code no_literal;
  const ip::address literal = ip::make_address(url.host, no_literal);
  if (!no_literal && !permits(url.host, literal)) {
    return Error{Errc::kBadInput, "http.policy", url.host + " is a private address"};
  }
  return {};
}

bool AddressPolicy::permits(std::string_view host, const ip::address& address) const {
  return allowed_.empty() || is_named(host) || !is_private(address);
}

bool AddressPolicy::is_named(std::string_view host) const {
  return std::find(allowed_.begin(), allowed_.end(), host) != allowed_.end();
}

}  // namespace reeld::http
