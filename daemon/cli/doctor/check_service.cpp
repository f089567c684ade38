#include <fmt/format.h>
#include <netdb.h>

#include "common/job/text.hpp"
#include "daemon/cli/doctor/checks.hpp"
#include "daemon/http/client/url.hpp"

namespace reeld::cli::checks {
namespace {

using namespace std::chrono_literals;
using leonardo::ErrorClass;

constexpr Duration kSlowLookup = 2s;
/// Below, nothing of reeld's minds; above, deadlines and prunes wait.
constexpr Duration kMostSkew = 5min;
constexpr Duration kSomeSkew = 30s;

/// Whether the name is known; behind a proxy that is the proxy's business.
void check_name(Service& service, Findings& findings) {
  const auto url = http::parse_url(service.base_url());
  if (!url || service.behind_proxy() || http::is_ip_literal(url->host)) return;
  const Duration began = service.clock().elapsed();
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int failed = ::getaddrinfo(url->host.c_str(), nullptr, &hints, &found);
  const Duration took = service.clock().elapsed() - began;
  if (failed != 0) {
    findings.problem("dns", fmt::format("{} is not found ({}); look at /etc/resolv.conf and the network",
                                        url->host, ::gai_strerror(failed)));
    return;
  }
  ::freeaddrinfo(found);
  const std::string words = fmt::format("{} is found in {}", url->host, humanize(took));
  if (took < kSlowLookup) return findings.ok("dns", words);
  findings.warning("dns", words + ": the name server is slow, and every new connection waits for it");
}

void tell_refusal(Service& service, const leonardo::ApiError& error, Findings& findings) {
  const std::string words = printable(error.words, 300);
  if (error.status == 0) {
    findings.problem(
        "connection",
        fmt::format("{} cannot be asked: {}. If it is a certificate, see leonardo.ca_file and the "
                    "clock; if it is the connection, the firewall and leonardo.proxy",
                    service.base_url(), words));
    return;
  }
  findings.ok("connection", fmt::format("{} answers over TLS", service.base_url()));
  switch (error.error_class) {
    case ErrorClass::kUnauthorized:
      findings.problem("key",
                       fmt::format("the service does not take the key: {}. Put the right one where it was "
                                   "found; submits are held until then",
                                   words));
      return;
    case ErrorClass::kNoBalance:
      findings.problem("account", fmt::format("the account has no balance: {}. Top it up; jobs wait", words));
      return;
    default:
      findings.warning("account",
                       fmt::format("GET /v1/me brings HTTP {} ({}): {}. Often that passes; try again",
                                   error.status, to_string(error.error_class), words));
  }
}

void check_clock(Service& service, Findings& findings) {
  const Duration ahead = service.api().upstream_now() - service.clock().now();
  const Duration skew = ahead < 0ms ? -ahead : ahead;
  const std::string words = fmt::format("this machine's clock is {} {} the service's", humanize(skew),
                                        ahead > 0ms ? "behind" : "ahead of");
  if (skew > kMostSkew) {
    findings.problem("clock", words + "; put it right (NTP): until then deadlines and prunes wait");
  } else if (skew > kSomeSkew) {
    findings.warning("clock", words + "; let NTP keep it");
  } else {
    findings.ok("clock", "agrees with the service's");
  }
}

}  // namespace

std::optional<leonardo::Account> check_service(Service& service, Findings& findings) {
  check_name(service, findings);
  auto account = service.wait(service.api().me());
  const bool answered = account.has_value() || account.error().status != 0;
  if (account) {
    findings.ok("connection", fmt::format("{} answers over TLS", service.base_url()));
    findings.ok("account", fmt::format("the key is {}'s ({})", printable(account->user_name),
                                       printable(account->user_id)));
  } else if (service.has_key() || account.error().status == 0) {
    tell_refusal(service, account.error(), findings);
  } else {
    findings.ok("connection", fmt::format("{} answers over TLS", service.base_url()));
  }
  if (answered) check_clock(service, findings);
  if (!account) return std::nullopt;
  return std::move(*account);
}

}  // namespace reeld::cli::checks
