#include "tests/simulator/cloud.hpp"

#include <stdexcept>

#include "tests/simulator/fault_actions.hpp"
#include "tests/simulator/handlers.hpp"
#include "tests/simulator/json_shapes.hpp"
#include "tests/simulator/routes.hpp"

namespace reeld::sim {

namespace {

/// Empty for a key of nobody.
std::string user_of(const Options& options, std::string_view key) {
  if (key == options.api_key) return options.user_id;
  return key == options.other_api_key ? options.other_user_id : std::string();
}

std::optional<Answer> check_key(const CloudState& state, const Request& request, Exchange& exchange) {
  constexpr std::string_view kScheme = "Bearer ";
  const std::string_view header = request.authorization;
  const bool formed = header.starts_with(kScheme) && is_uuid(header.substr(kScheme.size()));
  if (!formed) return refusal(500, "Invalid response from authorization hook", "unexpected");
  exchange.user_id = user_of(state.options, header.substr(kScheme.size()));
  if (!exchange.user_id.empty()) return std::nullopt;
  return refusal(401, "Authentication hook unauthorized this request", "access-denied");
}

// The prompt that a request is about: the one it brings, or that of the generation it names.
std::string prompt_of(CloudState& state, const Request& request, const Exchange& exchange) {
  if (exchange.endpoint == Endpoint::kSubmit) {
    const auto body = parse_body(request.body);
    static const Json::json_pointer kPrompt("/parameters/prompt");
    if (!body || !body->is_object() || !body->contains(kPrompt)) return {};
    const Json& prompt = body->at(kPrompt);
    return prompt.is_string() ? prompt.get<std::string>() : std::string();
  }
  const Generation* generation = state.generations.find_by_path(request.path);
  return generation == nullptr ? std::string() : generation->order.prompt;
}

void pick_fault(CloudState& state, const Request& request, Exchange& exchange) {
  if (state.faults.empty() || exchange.endpoint == Endpoint::kControl) return;
  const std::string prompt =
      state.faults.needs_prompt() ? prompt_of(state, request, exchange) : std::string();
  std::string target(request.path);
  if (!request.query.empty()) target.append("?").append(request.query);
  exchange.fault =
      state.faults.strike({to_string(exchange.endpoint), target, prompt, !request.range.empty()});
}

Answer dispatch(CloudState& state, const Request& request, Exchange& exchange) {
  switch (exchange.endpoint) {
    case Endpoint::kStatus:
      return handle_status(state, exchange);
    case Endpoint::kSubmit:
      return handle_submit(state, request, exchange);
    case Endpoint::kList:
      return handle_list(state, request, exchange);
    case Endpoint::kMe:
      return handle_me(state, exchange);
    case Endpoint::kDelete:
      return handle_delete(state, exchange);
    case Endpoint::kInitImage:
      return handle_init_image(state, request);
    case Endpoint::kImage:
      return handle_image(state, request, exchange);
    case Endpoint::kUpload:
      return handle_upload(state, request, exchange);
    case Endpoint::kDownload:
    case Endpoint::kPoster:
      return handle_cdn(state, request, exchange);
    case Endpoint::kControl:
      return handle_control(state, request, exchange);
    case Endpoint::kOther:
      break;
  }
  return refusal(404, "Endpoint not found", "not-found");
}

Answer process(CloudState& state, const Request& request, Exchange& exchange) {
  if (request.body_too_large) return refusal(413, "Request body too large", "bad-request");
  if (!exchange.needs_key) return dispatch(state, request, exchange);
  if (auto refused = check_key(state, request, exchange)) return std::move(*refused);
  const Time now = state.now();
  if (!state.requests.has_room(now)) return too_many_requests(state.options, "Too many requests");
  state.requests.count(now);
  return dispatch(state, request, exchange);
}

}  // namespace

CloudState::CloudState(Options given)
    : options(std::move(given)),
      log(options.state),
      generations(options, log),
      images(options, log),
      requests(options.requests_per_minute),
      submits(options.submits_per_minute),
      faults(options.random_seed) {
  if (options.video_bytes != 0 && options.video_bytes < min_film_bytes()) {
    throw std::invalid_argument("video_bytes: the smallest film has " + std::to_string(min_film_bytes()) +
                                " bytes");
  }
  log.open([this](const Json& line) {
    const bool image = line.at("event").get<std::string>().starts_with("image");
    if (image)
      images.restore(line);
    else
      generations.restore(line);
  });
}

Time CloudState::now() const {
  return std::chrono::floor<Duration>(std::chrono::system_clock::now()) + options.clock_skew;
}

Exchange Cloud::begin(const Request& request) {
  const std::lock_guard lock(mutex_);
  const Route route = find_route(request);
  Exchange exchange;
  exchange.endpoint = route.endpoint;
  exchange.id = route.id;
  exchange.needs_key = route.needs_key;
  pick_fault(state_, request, exchange);
  const FaultAction* action = exchange.fault ? find_action(exchange.fault->action) : nullptr;
  if (action != nullptr && action->before != nullptr) {
    FaultContext context{*exchange.fault, state_, request, exchange};
    action->before(context);
  }
  return exchange;
}

Answer Cloud::finish(const Request& request, Exchange& exchange) {
  const std::lock_guard lock(mutex_);
  const Time now = state_.now();
  state_.generations.settle(now);
  Answer answer = exchange.ready ? std::move(*exchange.ready) : process(state_, request, exchange);
  if (exchange.fault && !exchange.ready) {
    const FaultAction* action = find_action(exchange.fault->action);
    FaultContext context{*exchange.fault, state_, request, exchange};
    if (action->after != nullptr) action->after(context, answer);
  }
  const bool silent =
      answer.delivery.end == Delivery::End::kNothing || answer.delivery.end == Delivery::End::kHang;
  state_.records.add(now, exchange.endpoint, request, silent ? 0 : answer.status);
  return answer;
}

}  // namespace reeld::sim
