#include "tests/simulator/fault_actions.hpp"

#include <algorithm>
#include <array>

#include "tests/simulator/json_shapes.hpp"

namespace reeld::sim {

namespace {

using End = Delivery::End;
using Context = FaultContext;

constexpr std::string_view kErrorPage =
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad "
    "Gateway</h1></center>"
    "\r\n</body>\r\n</html>\r\n";

int code_or(const Fault& fault, int usual) {
  return fault.code != 0 ? fault.code : usual;
}

void apply_headers(const Fault& fault, Answer& answer) {
  for (const auto& header : fault.headers) answer.headers.push_back(header);
  if (fault.retry_after >= 0) answer.headers.emplace_back("Retry-After", std::to_string(fault.retry_after));
}

Answer status_answer(const Fault& fault) {
  Answer answer = json_answer(fault.body, code_or(fault, 503));
  if (fault.body.empty() && answer.status == 429)
    answer.text = R"({"error":"Too many requests"})";
  else if (fault.body.empty())
    answer.text = R"({"error":"Service Error","path":"$","code":"unexpected"})";
  if (!fault.type.empty()) answer.content_type = fault.type;
  apply_headers(fault, answer);
  return answer;
}

void set_end(Context& context, Answer& answer, End end) {
  answer.delivery.end = end;
  answer.delivery.reset = context.fault.reset;
}

void replace_text(Answer& answer, std::string_view text, std::string_view type) {
  answer.text = text;
  answer.shared_text.reset();
  answer.content.reset();
  answer.content_type = type;
}

void refuse(Context& context, int status, std::string_view error, std::string_view code) {
  context.exchange.ready = refusal(code_or(context.fault, status), error, code);
}

// On a status request the end comes at once; on a submit it is decided for later.
void end_now(Context& context, Outcome outcome) {
  Generation* generation = context.state.generations.find(context.exchange.id);
  if (context.exchange.endpoint != Endpoint::kStatus || generation == nullptr) return;
  context.state.generations.force(*generation, outcome);
}

void end_later(Context& context, Outcome outcome) {
  Generation* generation = context.state.generations.find(context.exchange.accepted);
  if (generation != nullptr) context.state.generations.doom(*generation, outcome);
}

void drop_before(Context& context) {
  context.exchange.ready.emplace();
  set_end(context, *context.exchange.ready, End::kNothing);
}

void hang(Context& context) {
  context.exchange.ready.emplace();
  set_end(context, *context.exchange.ready, End::kHang);
}

void html(Context& context) {
  Answer answer;
  answer.status = code_or(context.fault, 502);
  replace_text(answer, context.fault.body.empty() ? kErrorPage : std::string_view(context.fault.body),
               "text/html");
  apply_headers(context.fault, answer);
  context.exchange.ready = std::move(answer);
}

void redirect(Context& context) {
  Answer answer;
  answer.status = code_or(context.fault, 302);
  replace_text(answer, "", "text/html");
  answer.headers.emplace_back("Location", context.fault.location);
  context.exchange.ready = std::move(answer);
}

void no_balance(Context& context) {
  refuse(context, 400, "not enough api tokens userId: " + context.state.options.user_id, "unexpected");
}

void moderated(Context& context) {
  refuse(context, 403,
         "Your prompt appears to contain inappropriate content, please be mindful of our Terms of Service. "
         "You may modify your prompt and try again.",
         "unexpected");
}

void change_etag(Context& context) {
  Generation* generation = context.state.generations.find_by_path(context.request.path);
  if (generation != nullptr) context.state.generations.replace_films(*generation);
}

void no_id(Context& context, Answer& answer) {
  const Generation* generation = context.state.generations.find(context.exchange.accepted);
  if (generation != nullptr)
    answer.text = accepted_body(*generation, context.state.options.top_level_envelope, false);
}

void top_level(Context& context, Answer& answer) {
  const Generation* generation = context.state.generations.find(context.exchange.accepted);
  if (generation != nullptr) answer.text = accepted_body(*generation, true);
}

void other_etag(Context&, Answer& answer) {
  for (auto& [name, value] : answer.headers) {
    if (name == "ETag") value = "\"another\"";
  }
}

void wrong_length(Context& context, Answer& answer) {
  if (!answer.content || answer.status != 200) return;
  answer.content->length = context.fault.bytes != 0 ? context.fault.bytes : answer.content->length / 4 * 3;
}

void wrong_content(Context&, Answer& answer) {
  const std::string type = answer.content_type;
  replace_text(answer, kErrorPage, type);
}

constexpr std::array kActions = {
    // Nothing of the request is processed.
    FaultAction{"drop_before", drop_before},
    FaultAction{"hang", hang},
    FaultAction{"status", [](Context& c) { c.exchange.ready = status_answer(c.fault); }},
    FaultAction{"html", html},
    FaultAction{"redirect", redirect},
    FaultAction{"expired_url",
                [](Context& c) { c.exchange.ready = xml_error(403, "AccessDenied", "Request has expired"); }},
    FaultAction{"moderated", moderated},
    FaultAction{"no_balance", no_balance},
    FaultAction{
        "unauthorized",
        [](Context& c) { refuse(c, 401, "Authentication hook unauthorized this request", "access-denied"); }},
    FaultAction{"null_generation",
                [](Context& c) { c.exchange.ready = json_answer(R"({"generations_by_pk":null})"); }},

    // The request is processed, late or in another way.
    FaultAction{"delay", [](Context& c) { c.exchange.wait = c.fault.delay; }},
    FaultAction{"failed", [](Context& c) { end_now(c, Outcome::kFailed); },
                [](Context& c, Answer&) { end_later(c, Outcome::kFailed); }},
    FaultAction{"complete_empty", [](Context& c) { end_now(c, Outcome::kEmpty); },
                [](Context& c, Answer&) { end_later(c, Outcome::kEmpty); }},
    FaultAction{"no_range", [](Context& c) { c.exchange.ignore_range = true; }, nullptr, true},
    FaultAction{"bad_range", [](Context& c) { c.exchange.shift_range = true; }, nullptr, true},
    FaultAction{"change_etag", change_etag},

    // The request is processed, and its answer comes to harm.
    FaultAction{"drop_after", nullptr, [](Context& c, Answer& a) { set_end(c, a, End::kNothing); }},
    FaultAction{"drop_mid_answer", nullptr, [](Context& c, Answer& a) { set_end(c, a, End::kHalf); }},
    FaultAction{"truncate", nullptr, [](Context& c, Answer& a) { set_end(c, a, End::kHalf); }},
    FaultAction{"hang_after", nullptr, [](Context& c, Answer& a) { set_end(c, a, End::kHang); }},
    FaultAction{"status_after", nullptr, [](Context& c, Answer& a) { a = status_answer(c.fault); }},
    FaultAction{"delay_after", nullptr, [](Context& c, Answer& a) { a.delivery.delay = c.fault.delay; }},
    FaultAction{"no_id", nullptr, no_id},
    FaultAction{"top_level", nullptr, top_level},
    FaultAction{"garbage", nullptr,
                [](Context&, Answer& a) { replace_text(a, "{\"generate\": <<<", "application/json"); }},
    FaultAction{"empty_body", nullptr, [](Context&, Answer& a) { replace_text(a, "", "application/json"); }},
    FaultAction{
        "wrong_type", nullptr,
        [](Context& c, Answer& a) { a.content_type = c.fault.type.empty() ? "text/html" : c.fault.type; }},
    FaultAction{"other_etag", nullptr, other_etag, true},
    FaultAction{"wrong_length", nullptr, wrong_length},
    FaultAction{"wrong_content", nullptr, wrong_content},
    FaultAction{"slow", nullptr,
                [](Context& c, Answer& a) { a.delivery.bytes_per_second = c.fault.bytes_per_second; }},
    FaultAction{"huge_header", nullptr,
                [](Context&, Answer& a) { a.headers.emplace_back("X-Huge", std::string(256 * 1024, 'x')); }},
    FaultAction{"endless_body", nullptr, [](Context& c, Answer& a) { set_end(c, a, End::kEndless); }},
};

}  // namespace

std::vector<std::string_view> action_names() {
  std::vector<std::string_view> names;
  for (const FaultAction& action : kActions) names.push_back(action.name);
  return names;
}

const FaultAction* find_action(std::string_view name) {
  const auto found = std::ranges::find(kActions, name, &FaultAction::name);
  return found == kActions.end() ? nullptr : &*found;
}

}  // namespace reeld::sim
