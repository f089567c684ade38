// The endpoints under /_sim/, by which tests look in and interfere. They need no key.
#include <stdexcept>

#include "tests/simulator/handlers.hpp"
#include "tests/simulator/json_shapes.hpp"
#include "tests/simulator/ledger.hpp"

namespace reeld::sim {

namespace {

Answer show_ledger(CloudState& state, const Request& request) {
  const auto offset = parse_number(query_value(request.query, "offset")).value_or(0);
  const auto limit = parse_number(query_value(request.query, "limit")).value_or(UINT64_MAX);
  std::string text = "[";
  std::uint64_t index = 0;
  for (Generation& generation : state.generations.all()) {
    if (index++ < offset) continue;
    if (index - offset > limit) break;
    if (text.size() > 1) text += ",\n";
    text += ledger_text(ledger_entry(generation, state.options));
  }
  return json_answer(text + "]\n");
}

Answer show_requests(CloudState& state) {
  Json counts = Json::object();
  for (std::size_t i = 0; i < kEndpoints; ++i) {
    const auto endpoint = static_cast<Endpoint>(i);
    Json by_status = Json::object();
    for (const auto& [status, count] : state.records.counts(endpoint))
      by_status[std::to_string(status)] = count;
    if (!by_status.empty()) counts[std::string(to_string(endpoint))] = by_status;
  }
  const Json json = {{"counts", counts},
                     {"open_connections", state.open_connections},
                     {"all_connections", state.all_connections},
                     {"accepted", state.generations.all().size()},
                     {"balance", format_money(state.generations.balance())}};
  return json_answer(dump(json));
}

Answer show_faults(const CloudState& state) {
  Json list = Json::array();
  for (const auto& [fault, struck] : state.faults.struck()) {
    list.push_back({{"on", fault->on}, {"do", fault->action}, {"times", fault->times}, {"struck", struck}});
  }
  return json_answer(dump(list));
}

Answer add_faults(CloudState& state, std::string_view body) {
  try {
    // All of them or none: a script with a mistake must not run half.
    FaultPlan trial(0);
    const std::vector<Fault> faults = parse_faults(body);
    for (const Fault& fault : faults) trial.add(fault);
    for (const Fault& fault : faults) state.faults.add(fault);
    return json_answer(dump({{"added", faults.size()}}));
  } catch (const std::invalid_argument& error) {
    return refusal(400, error.what(), "bad-fault");
  }
}

Answer set_balance(CloudState& state, std::string_view body) {
  const auto json = parse_body(body);
  const bool has_text =
      json && json->is_object() && json->contains("balance") && json->at("balance").is_string();
  const auto money = has_text ? parse_money(json->at("balance").get<std::string>()) : std::nullopt;
  if (!money) return refusal(400, "wants {\"balance\": \"12.50\"}", "bad-request");
  state.generations.set_balance(*money);
  return json_answer(dump({{"balance", format_money(*money)}}));
}

}  // namespace

Answer handle_control(CloudState& state, const Request& request, const Exchange& exchange) {
  const std::string_view what = exchange.id;
  if (request.method == Method::kGet) {
    if (what == "ledger") return show_ledger(state, request);
    if (what == "requests") return show_requests(state);
    if (what == "violations") return json_answer(dump(state.records.violations()));
    if (what == "faults") return show_faults(state);
    if (what == "images") return json_answer(dump(state.images.to_json()));
  }
  if (request.method == Method::kPost) {
    if (what == "faults") return add_faults(state, request.body);
    if (what == "balance") return set_balance(state, request.body);
    if (what == "reset-limits") {
      state.requests.reset();
      state.submits.reset();
      return json_answer("{}");
    }
  }
  if (request.method == Method::kDelete && what == "faults") {
    state.faults.clear();
    return json_answer("{}");
  }
  return refusal(404, "no such control", "not-found");
}

}  // namespace reeld::sim
