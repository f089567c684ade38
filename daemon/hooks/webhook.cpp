#include "daemon/hooks/webhook.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <charconv>

#include "common/job/text.hpp"
#include "daemon/hooks/signature.hpp"

namespace reeld::hooks {
namespace {

using namespace std::chrono_literals;

constexpr int kGone = 410;
constexpr std::size_t kMostAnswer = 64U << 10;
constexpr std::size_t kMostQuoted = 200;
constexpr Duration kMostRetryAfter = 1h;

bool is_success(int status) {
  return status >= 200 && status < 300;
}

/// Seconds, or a date; never longer than an hour.
std::optional<Duration> retry_after(std::string_view header, Time now) {
  long long seconds = 0;
  const char* end = header.data() + header.size();
  const auto [rest, failed] = std::from_chars(header.data(), end, seconds);
  if (failed == std::errc() && rest == end && seconds >= 0) {
    return std::chrono::seconds(std::min<long long>(seconds, 3600));
  }
  const auto date = parse_http_date(header);
  if (!date) return std::nullopt;
  return std::clamp<Duration>(*date - now, 0ms, kMostRetryAfter);
}

Outcome outcome_of(const http::Response& answer, Time now) {
  if (is_success(answer.status)) return {};
  std::string words = fmt::format("answered {}", answer.status);
  if (!is_blank(answer.body)) words += ": " + printable(answer.body, kMostQuoted);
  Outcome outcome(Error{Errc::kPeerRejected, "hooks.url", std::move(words)});
  outcome.retry_after = retry_after(answer.header("retry-after"), now);
  outcome.gone = answer.status == kGone;
  return outcome;
}

}  // namespace

Webhook::Webhook(Parts parts, std::string url, std::string secret, Duration limit)
    : parts_(parts), url_(std::move(url)), secret_(std::move(secret)), limit_(limit) {}

http::Request Webhook::request(const Message& message) const {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(parts_.clock.now()).time_since_epoch();
  const std::string timestamp = std::to_string(seconds.count());
  http::Request request(http::Method::kPost, url_);
  request.headers = {{"Content-Type", "application/json"},
                     {"Reeld-Event", message.event},
                     {"Reeld-Delivery", std::to_string(message.id)},
                     {"Reeld-Timestamp", timestamp}};
  if (!secret_.empty()) {
    request.headers.push_back({"Reeld-Signature", sign(secret_, timestamp, message.body)});
  }
  request.body = message.body;
  request.deadlines = {std::min(request.deadlines.connect, limit_), limit_, limit_};
  request.max_body = kMostAnswer;
  return request;
}

asio::awaitable<Outcome> Webhook::post(const Message& message) {
  auto answer = co_await parts_.client.send(request(message));
  const auto state = co_await asio::this_coro::cancellation_state;
  if (!answer && state.cancelled() != asio::cancellation_type::none) {
    // The client says of a POST that was cut off that it may have arrived; here it is simply sent again.
    co_return Error{Errc::kCancelled, "hooks.url", "the daemon stops"};
  }
  if (!answer) co_return Outcome(answer.error());
  co_return outcome_of(*answer, parts_.clock.now());
}

}  // namespace reeld::hooks
