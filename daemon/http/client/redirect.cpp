#include "daemon/http/client/redirect.hpp"

#include <algorithm>
#include <array>

namespace reeld::http {
namespace {

constexpr std::array<std::string_view, 9> kHarmless = {
    "accept",   "accept-language",   "content-type",        "if-match", "if-none-match",
    "if-range", "if-modified-since", "if-unmodified-since", "range"};

bool is_harmless(const Header& header) {
  return std::find(kHarmless.begin(), kHarmless.end(), to_lower(header.name)) != kHarmless.end();
}

Error refused(std::string detail) {
  return Error{Errc::kPeerBroken, "http.redirect", std::move(detail)};
}

}  // namespace

Result<std::optional<Redirect>> plan_redirect(const Url& from, Method method, bool careful, int status,
                                              std::string_view location) {
  const bool rewrites = status == 301 || status == 302 || status == 303;
  const bool repeats = status == 307 || status == 308;
  if ((!rewrites && !repeats) || location.empty()) return std::optional<Redirect>();
  if (careful && method == Method::kPost) return std::optional<Redirect>();
  auto url = resolve_location(from, location);
  if (!url) return refused("the answer's Location is unusable: " + url.error().detail);
  if (from.tls && !url->tls) return refused("from https to http, at " + url->host);
  Redirect redirect;
  redirect.leaves_origin = url->origin() != from.origin();
  redirect.method = method;
  // A DELETE stays one after 301 and 302; only 303 says "now look here".
  if (rewrites && (method == Method::kPost || status == 303)) redirect.method = Method::kGet;
  redirect.keeps_body = redirect.method == method;
  redirect.url = std::move(*url);
  return std::optional<Redirect>(std::move(redirect));
}

void RedirectTrail::visit(Method method, const Url& url) {
  visited_.emplace(method, url.text());
}

Result<void> RedirectTrail::step(const Redirect& redirect) {
  if (left_-- <= 0) return refused("too many redirects, the last one to " + redirect.url.host);
  if (visited_.contains({redirect.method, redirect.url.text()})) {
    return refused("redirects go round at " + redirect.url.host);
  }
  return {};
}

void apply(const Redirect& redirect, Request& request) {
  request.url = redirect.url.text();
  request.method = redirect.method;
  request.before_send = nullptr;
  if (!redirect.keeps_body) {
    request.body.clear();
    std::erase_if(request.headers, [](const Header& h) { return to_lower(h.name).starts_with("content-"); });
  }
  if (redirect.leaves_origin) std::erase_if(request.headers, [](const Header& h) { return !is_harmless(h); });
}

}  // namespace reeld::http
