#include "daemon/api/query.hpp"

#include <fmt/format.h>

#include <charconv>

#include "common/job/text.hpp"
#include "common/util/uuid.hpp"
#include "daemon/api/body.hpp"

namespace reeld::api {

namespace {

constexpr int kDefaultLimit = 100;
constexpr int kMostLimit = 1000;
constexpr std::size_t kLongestValue = 1000;

}  // namespace

Outcome<int> read_limit(const Call& call) {
  const auto text = call.query("limit");
  if (!text) return kDefaultLimit;
  int limit = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), limit);
  const bool is_number = error == std::errc() && end == text->data() + text->size();
  if (!is_number || limit < 1 || limit > kMostLimit) {
    return bad_input(fmt::format("limit: {} is not from 1 to {}", in_quotes(*text), kMostLimit));
  }
  return limit;
}

Outcome<std::string> read_after(const Call& call) {
  auto after = call.query("after").value_or("");
  if (!after.empty() && !is_uuid(after)) {
    return bad_input(fmt::format("after: {} is no id; send the last answer's \"next\"", in_quotes(after)));
  }
  return after;
}

Outcome<store::JobFilter> read_filter(const Call& call) {
  store::JobFilter filter;
  const std::string states = call.query("state").value_or("");
  auto parsed = parse_states(states);
  if (!parsed) return bad_input("state: " + state_words(states));
  filter.states = std::move(*parsed);
  filter.batch = call.query("batch").value_or("");
  filter.tag = call.query("tag").value_or("");
  filter.model = call.query("model").value_or("");
  filter.text = call.query("q").value_or("");
  for (const std::string* value : {&filter.batch, &filter.tag, &filter.model, &filter.text}) {
    if (value->size() > kLongestValue) {
      return bad_input(fmt::format("a filter's text may have {} bytes at most", kLongestValue));
    }
  }
  return filter;
}

Outcome<Time> read_time(const Call& call, std::string_view name, Time otherwise) {
  const auto text = call.query(name);
  if (!text) return otherwise;
  const auto time = parse_time(*text);
  if (!time) {
    return bad_input(
        fmt::format("{}: {} is no instant such as 2026-12-01T02:00:00Z", name, in_quotes(*text)));
  }
  return *time;
}

bool is_id_part(std::string_view text) {
  return text.size() >= 4 && text.size() <= 36 &&
         text.find_first_not_of("0123456789abcdef-") == std::string_view::npos;
}

Task<JobId> find_job(Context& context, std::string name) {
  if (is_uuid(name)) co_return JobId(std::move(name));
  if (!is_id_part(name)) co_return not_found(fmt::format("{} is no job's id", in_quotes(name)));
  std::function<Result<std::vector<JobId>>(store::Reader&)> look = [name](store::Reader& reader) {
    return reader.match(name);
  };
  auto found = co_await context.parts.reading.run(std::move(look));
  if (!found) co_return found.error();
  if (found->empty()) co_return not_found(fmt::format("no job's id begins or ends with {}", name));
  if (found->size() == 1) co_return found->front();
  Refusal refusal(409, to_string(Errc::kConflict),
                  fmt::format("{} is not enough of an id: several jobs have it", name));
  refusal.more["candidates"] = Json::array();
  for (const JobId& id : *found) refusal.more["candidates"].push_back(id.str());
  co_return refusal;
}

}  // namespace reeld::api
