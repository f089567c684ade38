#include "common/job/text.hpp"
#include "daemon/api/body.hpp"
#include "daemon/api/call.hpp"
#include "daemon/api/context.hpp"
#include "daemon/api/handlers.hpp"
#include "daemon/api/shapes.hpp"
#include "daemon/api/users.hpp"

namespace reeld::api {

namespace {

constexpr std::size_t kLongestReason = 500;

Outcome<std::string> read_reason(Json value) {
  Body body(std::move(value));
  auto reason = body.members().text("reason").value_or("");
  if (count_code_points(reason) > kLongestReason || has_control(reason)) {
    body.members().problem("reason", "may have 500 characters at most, none of them a control character");
  }
  if (auto checked = body.check({"reason"}); !checked) return checked.error();
  return reason;
}

}  // namespace

Task<void> show_queue(Context& context, Call& call) {
  co_return co_await call.answer(200, queue_json(context.parts.control.situation()));
}

Task<void> pause_queue(Context& context, Call& call) {
  auto value = co_await call.read_json();
  if (!value) co_return value.error();
  auto reason = read_reason(std::move(*value));
  if (!reason) co_return reason.error();
  std::string by = co_await context.users.name(call.head().peer);
  store::Pause pause{std::move(*reason), std::move(by), context.parts.clock.now()};
  auto paused = co_await context.parts.control.pause(std::move(pause));
  if (!paused) co_return paused.error();
  co_return co_await show_queue(context, call);
}

Task<void> resume_queue(Context& context, Call& call) {
  auto value = co_await call.read_json();
  if (!value) co_return value.error();
  Body body(std::move(*value));
  if (auto checked = body.check({}); !checked) co_return checked.error();
  std::string by = co_await context.users.name(call.head().peer);
  auto resumed = co_await context.parts.control.resume(std::move(by));
  if (!resumed) co_return resumed.error();
  co_return co_await show_queue(context, call);
}

Task<void> show_stats(Context& context, Call& call) {
  const Parts& parts = context.parts;
  std::function<Result<store::Stats>(store::Reader&)> look = [](store::Reader& reader) {
    return reader.stats();
  };
  auto stats = co_await parts.reading.run(std::move(look));
  if (!stats) co_return stats.error();
  const engine::Situation situation = parts.control.situation();
  Json value = stats_json(*stats, parts.clock.now());
  value["version"] = context.options.version;
  value["started_at"] = format_time(context.options.started_at);
  value["queue"] = queue_json(situation);
  value["limits"] = limits_json(situation);
  value["budget"] = budget_json(*stats, situation, parts.clock.now());
  value["connections"] = parts.connections();
  value["paths"] = {{"incoming", context.options.incoming.string()},
                    {"results", context.options.results.string()}};
  co_return co_await call.answer(200, std::move(value));
}

}  // namespace reeld::api
