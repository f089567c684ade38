// The generations and the account, as the REST API shows them.
#include <algorithm>

#include "tests/simulator/handlers.hpp"
#include "tests/simulator/json_shapes.hpp"

namespace reeld::sim {

namespace {

constexpr std::uint64_t kDefaultPage = 10;
constexpr std::uint64_t kLargestPage = 100;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool has_word(std::string_view text, std::string_view word) {
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const bool starts = at == 0 || !is_letter(text[at - 1]);
    const bool ends = at + word.size() == text.size() || !is_letter(text[at + word.size()]);
    if (starts && ends) return true;
  }
  return false;
}

std::optional<Answer> check_image(const CloudState& state, const std::optional<ImageRef>& image) {
  if (!image) return std::nullopt;
  if (image->uploaded && !state.images.is_uploaded(image->id)) {
    return refusal(400, "invalid init image id", "unexpected");
  }
  if (!image->uploaded && !state.generations.has_image(image->id)) {
    return refusal(400, "couldn't access image", "unexpected");
  }
  return std::nullopt;
}

std::optional<Answer> check_order(const CloudState& state, const Order& order) {
  if (has_word(order.prompt, "forbidden")) {
    return refusal(400, "content moderation filter: forbidden", "unexpected");
  }
  if (auto refused = check_image(state, order.start_frame)) return refused;
  if (auto refused = check_image(state, order.end_frame)) return refused;
  if (state.generations.balance() <= Money{}) {
    return refusal(400, "not enough api tokens userId: " + state.options.user_id, "unexpected");
  }
  if (!state.generations.has_room()) return too_many_requests(state.options, "Too many pending jobs");
  return std::nullopt;
}

std::optional<Answer> check_id(std::string_view id) {
  if (is_uuid(id)) return std::nullopt;
  return refusal(400, "invalid input syntax for type uuid: \"" + std::string(id) + "\"", "data-exception");
}

}  // namespace

Answer too_many_requests(const Options& options, std::string_view what) {
  Answer answer = refusal(429, what, "too-many-requests");
  if (options.retry_after > 0)
    answer.headers.emplace_back("Retry-After", std::to_string(options.retry_after));
  return answer;
}

Answer handle_submit(CloudState& state, const Request& request, Exchange& exchange) {
  const Time now = state.now();
  if (!state.submits.has_room(now)) return too_many_requests(state.options, "Too many requests");
  state.submits.count(now);
  const SubmitPolicy policy{state.options.accept_request_wrapper};
  auto checked = check_submit(request.body, policy);
  if (auto* refused = std::get_if<Answer>(&checked)) return std::move(*refused);
  Order& order = std::get<Order>(checked);
  if (auto refused = check_order(state, order)) return std::move(*refused);
  const Generation& generation = state.generations.accept(std::move(order), exchange.user_id, now);
  exchange.accepted = generation.id;
  return json_answer(accepted_body(generation, state.options.top_level_envelope));
}

Answer handle_status(CloudState& state, const Exchange& exchange) {
  Generation* generation = state.generations.find(exchange.id);
  if (generation == nullptr || generation->user_id != exchange.user_id) {
    if (auto refused = check_id(exchange.id)) return std::move(*refused);
    return json_answer(status_body(nullptr));
  }
  if (!generation->cached_status) {
    const std::string cdn = state.origin(state.options.cdn_host);
    generation->cached_status =
        std::make_shared<const std::string>(status_body(generation_json(*generation, state.options, cdn)));
  }
  Answer answer;
  answer.shared_text = generation->cached_status;
  return answer;
}

Answer handle_list(CloudState& state, const Request& request, const Exchange& exchange) {
  if (auto refused = check_id(exchange.id)) return std::move(*refused);
  const auto read = [&request](std::string_view name, std::uint64_t usual) {
    const std::string_view text = query_value(request.query, name);
    return text.empty() ? std::optional(usual) : parse_number(text);
  };
  const auto offset = read("offset", 0);
  const auto limit = read("limit", kDefaultPage);
  if (!offset || !limit) return refusal(400, "expecting a value of type Int", "validation-failed");

  Json list = Json::array();
  if (exchange.id == exchange.user_id) {
    const Time visible_until = state.now() - state.options.list_delay;
    const std::string cdn = state.origin(state.options.cdn_host);
    for (const Generation* generation :
         state.generations.page(exchange.user_id, *offset, std::min(*limit, kLargestPage), visible_until)) {
      list.push_back(generation_json(*generation, state.options, cdn));
      for (Json& image : list.back()["generated_images"]) image.erase("fantasyAvatar");
    }
  }
  return json_answer(dump({{"generations", std::move(list)}}));
}

Answer handle_delete(CloudState& state, const Exchange& exchange) {
  if (auto refused = check_id(exchange.id)) return std::move(*refused);
  Generation* generation = state.generations.find(exchange.id);
  if (generation == nullptr) return json_answer(R"({"delete_generations_by_pk":null})");
  state.generations.remove(*generation);
  return json_answer(dump({{"delete_generations_by_pk", {{"id", exchange.id}}}}));
}

Answer handle_me(const CloudState& state, const Exchange& exchange) {
  constexpr int kSlotsWithoutLimit = 1000;
  const int slots = state.options.concurrency == 0 ? kSlotsWithoutLimit : state.options.concurrency;
  // The balance may have a fraction, so it is written as text: a double would not hold it exactly.
  return json_answer(
      R"({"user_details":[{"user":{"id":")" + exchange.user_id +
      R"(","username":"reeld-sim"},"tokenRenewalDate":null,"paidTokens":null,"subscriptionTokens":0,)"
      R"("subscriptionGptTokens":0,"subscriptionModelTokens":0,"apiConcurrencySlots":)" +
      std::to_string(slots) + R"(,"apiPaidTokens":)" + format_money(state.generations.balance()) +
      R"(,"apiSubscriptionTokens":0,"apiPlanTokenRenewalDate":null}]})");
}

}  // namespace reeld::sim
