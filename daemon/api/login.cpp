#include "daemon/api/login.hpp"

#include <algorithm>

#include "daemon/api/access.hpp"
#include "daemon/api/call.hpp"
#include "daemon/api/context.hpp"
#include "daemon/api/handlers.hpp"

namespace reeld::api {
namespace {

constexpr std::size_t kMostCodes = 64;

}  // namespace

std::string LoginCodes::issue() {
  forget_old();
  if (ends_.size() >= kMostCodes) {
    ends_.erase(std::ranges::min_element(ends_, {}, [](const auto& entry) { return entry.second; }));
  }
  std::string code = secret_();
  ends_.emplace(sha256_hex(code), clock_.elapsed() + kLoginTime);
  return code;
}

bool LoginCodes::redeem(std::string_view code) {
  forget_old();
  return ends_.erase(sha256_hex(code)) > 0;
}

void LoginCodes::forget_old() {
  std::erase_if(ends_, [now = clock_.elapsed()](const auto& entry) { return entry.second <= now; });
}

Task<void> make_login_link(Context& context, Call& call) {
  const ApiOptions& options = context.options;
  // Without a token there is nothing to log in to.
  const std::string path = options.token.empty() ? "/" : "/login?code=" + context.logins.issue();
  Json body{{"path", options.base_path + path}, {"expires_in_ms", kLoginTime.count()}};
  co_return co_await call.answer(200, std::move(body));
}

Task<void> log_in(Context& context, Call& call) {
  const ApiOptions& options = context.options;
  // Programs that look at a link before a person follows it must not use it up.
  if (call.is_head()) {
    Refusal refusal(405, "method_not_allowed", "a login link is followed with GET");
    refusal.headers.push_back({"Allow", "GET"});
    co_return refusal;
  }
  http::server::Response response{303, {{"Location", options.base_path + "/"}}, ""};
  if (!options.token.empty()) {
    if (!context.logins.redeem(call.query("code").value_or(""))) {
      co_return Refusal(403, "forbidden",
                        "this login link was used already, or is older than two minutes; make a new one with "
                        "`reeld open`");
    }
    // A proxy may say that its side is TLS; a forged header can only make the cookie stricter.
    const bool is_tls = call.head().peer.is_tls || call.head().header("X-Forwarded-Proto") == "https";
    response.headers.push_back({"Set-Cookie", session_cookie(options, context.parts.clock.now(), is_tls)});
  }
  co_return co_await call.answer(std::move(response));
}

}  // namespace reeld::api
