#include <fmt/format.h>

#include "daemon/api/call.hpp"
#include "daemon/api/context.hpp"
#include "daemon/api/handlers.hpp"

namespace reeld::api {

using http::server::Response;

Task<void> welcome(Context& context, Call& call) {
  Response response{200,
                    {{"Content-Type", "text/plain; charset=utf-8"}},
                    fmt::format("reeld {}: the control API is at {}/v1\n", context.options.version,
                                context.options.base_path)};
  co_return co_await call.answer(std::move(response));
}

Task<void> tell_health(Context& context, Call& call) {
  Json answer{{"status", "ok"}, {"version", context.options.version}};
  co_return co_await call.answer(200, std::move(answer));
}

Task<void> tell_readiness(Context& context, Call& call) {
  const auto asked = co_await context.parts.store.paused();
  const engine::Situation situation = context.parts.control.situation();
  const auto words = [](const std::string& trouble) { return trouble.empty() ? "ok" : trouble; };
  const bool stores = asked && situation.store_trouble.empty();
  Json checks{{"store", asked ? words(situation.store_trouble) : asked.error().detail},
              {"account", words(situation.account_hold)},
              {"disk", words(situation.disk_low)}};
  const bool ready = stores && !situation.stopping;
  Json answer{{"ready", ready}, {"checks", std::move(checks)}};
  co_return co_await call.answer(ready ? 200 : 503, std::move(answer));
}

Task<void> tell_metrics(Context& context, Call& call) {
  auto text = co_await context.parts.metrics();
  if (!text) co_return text.error();
  Response response{200, {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}}, std::move(*text)};
  co_return co_await call.answer(std::move(response));
}

}  // namespace reeld::api
