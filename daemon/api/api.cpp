#include "daemon/api/api.hpp"

#include "common/util/log.hpp"
#include "daemon/api/access.hpp"
#include "daemon/api/call.hpp"
#include "daemon/api/context.hpp"
#include "daemon/api/event_feed.hpp"
#include "daemon/api/live_jobs.hpp"
#include "daemon/api/login.hpp"
#include "daemon/api/routes.hpp"
#include "daemon/api/submission.hpp"
#include "daemon/api/users.hpp"

namespace reeld::api {

namespace asio = boost::asio;
using http::server::Exchange;
using http::server::RequestHead;

struct Api::State {
  State(Parts given, ApiOptions set, SecretSource secret)
      : parts(std::move(given)),
        options(std::move(set)),
        users(parts.pool),
        logins(parts.clock, std::move(secret)),
        live_jobs(parts.reading, parts.clock, parts.control),
        feed(parts.executor, parts.reading, parts.clock, parts.on_event) {}

  Parts parts;
  ApiOptions options;
  Users users;
  LoginCodes logins;
  LiveJobs live_jobs;
  Submissions submissions;
  EventFeed feed;
  Context context{parts, options, users, logins, live_jobs, submissions, feed};
};

namespace {

/// Whether this peer may ask this at all.
Outcome<void> check_access(const Context& context, const RequestHead& head,
                           std::span<const std::string> segments) {
  if (auto known = check_host(head, context.options); !known) return known;
  if (auto own = check_origin(head); !own) return own;
  if (is_open_route(head.method, segments)) return {};
  return check_credentials(head, context.options, context.parts.clock.now());
}

Task<void> answer(Context& context, Exchange& exchange) {
  const RequestHead& head = exchange.head();
  const auto segments = without_base(head.segments, context.options.base_path);
  if (auto may = check_access(context, head, segments); !may) co_return may;
  auto route = find_route(all_routes(), head.method, segments);
  if (!route) co_return route.error();
  Call call(exchange, std::move(route->arguments));
  co_return co_await route->handler(context, call);
}

}  // namespace

Api::Api(Parts parts, ApiOptions options, SecretSource secret)
    : state_(std::make_unique<State>(std::move(parts), std::move(options), std::move(secret))) {}

Api::~Api() = default;

asio::awaitable<void> Api::handle(Exchange& exchange) {
  const auto answered = co_await answer(state_->context, exchange);
  if (answered) co_return;
  const Refusal& refusal = answered.error();
  if (!refusal.cause.empty()) {
    log_event(spdlog::level::warn, "api: a request failed",
              {{"path", exchange.head().path}, {"status", refusal.status}, {"error", refusal.cause}});
  }
  if (exchange.is_answered()) co_return;
  Call call(exchange, {});
  co_await call.answer(problem_response(refusal));
}

asio::awaitable<void> Api::run() {
  return state_->feed.run();
}

void Api::wake() {
  state_->feed.wake();
}

void Api::close() {
  state_->feed.close();
}

}  // namespace reeld::api
