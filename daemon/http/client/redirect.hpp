#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/http/client/client.hpp"
#include "daemon/http/client/url.hpp"

namespace reeld::http {

/// Where an answer sends a request on to, and how.
struct Redirect {
  Url url;
  Method method = Method::kGet;
  bool keeps_body = false;
  bool leaves_origin = false;
};

/// What one answer with `status` and `location` asks for; nothing when it is an answer like any other.
///
/// 301, 302 and 303 turn a POST into a GET without a body; 307 and 308 repeat it, except a careful one, which
/// is never redirected. Errors (kPeerBroken): a Location that cannot be read, or one that leads from https to
/// http.
Result<std::optional<Redirect>> plan_redirect(const Url& from, Method method, bool careful, int status,
                                              std::string_view location);

/// Counts the hops of one request and notices when they go round.
class RedirectTrail {
 public:
  explicit RedirectTrail(int max_redirects) : left_(max_redirects) {}

  bool follows() const { return enabled_; }

  /// Notes that this URL is asked now.
  void visit(Method method, const Url& url);

  /// May the trail go on to this hop? Errors: kPeerBroken.
  Result<void> step(const Redirect& redirect);

 private:
  int left_;
  bool enabled_ = left_ > 0;
  std::set<std::pair<Method, std::string>> visited_;
};

/// Turns `request` into what is sent after the redirect. The hook has done its work; a body that is not kept
/// goes with the headers that describe it; another origin sees only headers that say what is wanted (Accept,
/// Range, ...), since any other may be a secret, by whatever name.
void apply(const Redirect& redirect, Request& request);

}  // namespace reeld::http
