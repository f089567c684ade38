#include "daemon/app/listen.hpp"

#include <fmt/format.h>
#include <sys/un.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>

#include "common/config/control_socket.hpp"
#include "common/config/secret_file.hpp"

namespace reeld::app {
namespace {

using http::server::ListenAddress;

constexpr std::string_view kOperation = "app.listen";
constexpr std::size_t kShortestToken = 16;
/// While it is made, a socket has four more characters.
constexpr std::size_t kSuffix = 4;

Result<std::string> read_token(const std::filesystem::path& file) {
  if (file.empty()) return std::string();
  auto token = read_secret_file(file, "a token");
  if (!token) return token;
  if (token->size() < kShortestToken) {
    return Error{
        Errc::kBadInput, kOperation,
        fmt::format("the token in {} is too short to keep anybody out: give it {} characters or more "
                    "(openssl rand -hex 32)",
                    file.string(), kShortestToken)};
  }
  return token;
}

/// Adds the control socket, unless its path is longer than the kernel takes.
void add_control_address(const std::filesystem::path& path, ListenPlan& plan) {
  if (path.native().size() + kSuffix < sizeof(sockaddr_un::sun_path)) {
    plan.server.listen.push_back(ListenAddress{"", 0, path});
  } else {
    plan.warning =
        fmt::format("there is no control socket: its path {} is too long; name a shorter one in http.listen",
                    path.string());
  }
}

/// A host as a request names it, without brackets; an address in its shortest form.
std::string plain_host(std::string host) {
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  boost::system::error_code no_address;
  const auto address = boost::asio::ip::make_address(host, no_address);
  return no_address ? host : address.to_string();
}

}  // namespace

Result<ListenPlan> plan_listening(const Config& config,
                                  const std::map<std::string, std::string>& environment) {
  ListenPlan plan;
  auto token = read_token(config.http.token_file);
  if (!token) return token.error();
  plan.token = std::move(*token);
  for (const std::string& host : config.http.allowed_hosts) plan.hosts.push_back(plain_host(host));
  for (const std::string& text : config.http.listen) {
    auto address = http::server::parse_listen_address(text);
    if (!address) return address.error();
    if (!http::server::is_local(*address) && plan.token.empty()) {
      return Error{
          Errc::kBadInput, kOperation,
          fmt::format("http.listen names {}, which other machines can reach: set http.token_file, or listen "
                      "on 127.0.0.1 only",
                      text)};
    }
    if (!address->is_unix()) plan.hosts.push_back(plain_host(address->host));
    plan.server.listen.push_back(std::move(*address));
  }
  if (std::ranges::none_of(plan.server.listen, &ListenAddress::is_unix)) {
    add_control_address(control_socket(config, environment), plan);
  }
  plan.server.cert_file = config.http.cert_file;
  plan.server.key_file = config.http.key_file;
  return plan;
}

}  // namespace reeld::app
