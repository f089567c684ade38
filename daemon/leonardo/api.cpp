#include "daemon/leonardo/api.hpp"

#include <fmt/format.h>

#include "daemon/leonardo/answers.hpp"
#include "daemon/leonardo/classify.hpp"

namespace reeld::leonardo {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

/// An answer of the API is small; more than this is not one.
constexpr std::size_t kMaxAnswer = 4U << 20;

/// `on_its_way`: the last hook before the first byte had said yes.
ApiError error_of_submit(const Error& error, bool on_its_way) {
  const bool unsent = error.code == Errc::kNotSent || error.code == Errc::kBadInput || !on_its_way;
  return ApiError{unsent ? ErrorClass::kNotSent : ErrorClass::kMaybeSent, error.detail, 0, std::nullopt};
}

class RestApi final : public Api {
 public:
  RestApi(http::Client& client, const Clock& clock, ApiOptions options)
      : client_(client), clock_(clock), options_(std::move(options)) {}

  Async<Accepted> submit(std::string body, BeforeSend before_send) override {
    http::Request request = make_request(http::Method::kPost, "/v2/generations");
    request.headers.push_back({"content-type", "application/json"});
    request.body = std::move(body);
    request.careful = true;
    // An answer that comes late is worth more than none: silence would leave the outcome unknown.
    request.deadlines.idle = request.deadlines.total;
    bool on_its_way = false;
    bool called_off = false;
    Duration began = clock_.elapsed();
    request.before_send = [&]() -> asio::awaitable<Result<void>> {
      auto agreed = co_await before_send();
      on_its_way = agreed.has_value();
      called_off = !on_its_way;
      began = clock_.elapsed();
      co_return agreed;
    };
    const auto answer = co_await client_.send(std::move(request));
    auto accepted = answer ? read_submit(*answer) : error_of_submit(answer.error(), on_its_way);
    // What the caller called off says nothing about the service.
    if (called_off) co_return accepted;
    co_return told(Endpoint::kSubmit, began, std::move(accepted));
  }

  Async<Generation> generation(GenerationId id) override {
    const Duration began = clock_.elapsed();
    auto body = co_await read(http::Method::kGet, "/v1/generations/" + id.str());
    auto generation = body ? read_generation(*body) : ApiResult<Generation>(body.error());
    if (generation && generation->id != id) {
      generation = ApiError{ErrorClass::kServerError, "the status answer is about another generation", 200,
                            std::nullopt};
    }
    co_return told(Endpoint::kStatus, began, std::move(generation));
  }

  Async<std::vector<Generation>> generations_of(std::string user_id, int offset, int limit) override {
    const Duration began = clock_.elapsed();
    auto body = co_await read(http::Method::kGet, fmt::format("/v1/generations/user/{}?offset={}&limit={}",
                                                              user_id, offset, limit));
    auto page = body ? read_generations(*body) : ApiResult<std::vector<Generation>>(body.error());
    co_return told(Endpoint::kList, began, std::move(page));
  }

  Async<Account> me() override {
    const Duration began = clock_.elapsed();
    auto body = co_await read(http::Method::kGet, "/v1/me");
    auto account = body ? read_account(*body) : ApiResult<Account>(body.error());
    co_return told(Endpoint::kAccount, began, std::move(account));
  }

  Async<void> remove(GenerationId id) override {
    const Duration began = clock_.elapsed();
    auto body = co_await read(http::Method::kDelete, "/v1/generations/" + id.str());
    auto removed = body ? ApiResult<void>() : ApiResult<void>(body.error());
    co_return told(Endpoint::kRemove, began, std::move(removed));
  }

  void set_key(std::string api_key) override { options_.api_key = std::move(api_key); }

  Time upstream_now() const override {
    return upstream_at_zero_ ? *upstream_at_zero_ + clock_.elapsed() : clock_.now();
  }

  bool knows_upstream_time() const override { return upstream_at_zero_.has_value(); }

 private:
  http::Request make_request(http::Method method, const std::string& path) const {
    http::Request request(method, options_.base_url + path);
    request.headers.push_back({"accept", "application/json"});
    request.headers.push_back({"authorization", "Bearer " + options_.api_key});
    request.max_body = kMaxAnswer;
    return request;
  }

  ApiResult<Accepted> read_submit(const http::Response& answer) {
    note_date(answer);
    const bool success = answer.status >= 200 && answer.status < 300;
    if (auto accepted = success ? read_accepted(answer.body) : std::nullopt) return std::move(*accepted);
    ApiError refusal = classify_submit(answer.status, answer.body);
    refusal.retry_after = parse_retry_after(answer.header("retry-after"), upstream_now());
    return refusal;
  }

  /// The body of a 2xx answer.
  Async<std::string> read(http::Method method, std::string path) {
    http::Request request = make_request(method, path);
    auto answer = co_await client_.send(std::move(request));
    if (!answer) {
      // For a read it makes no difference whether it was sent.
      co_return ApiError{ErrorClass::kServerError, answer.error().detail, 0, std::nullopt};
    }
    note_date(*answer);
    if (answer->status >= 200 && answer->status < 300) co_return std::move(answer->body);
    ApiError error = classify_read(answer->status, answer->body);
    error.retry_after = parse_retry_after(answer->header("retry-after"), upstream_now());
    co_return error;
  }

  /// Passes a result on, and tells the observer what it is.
  template <class T>
  ApiResult<T> told(Endpoint endpoint, Duration began, ApiResult<T> result) const {
    if (options_.observer == nullptr) return result;
    const auto error = result ? std::nullopt : std::optional(result.error().error_class);
    options_.observer->answered(endpoint, error, clock_.elapsed() - began);
    return result;
  }

  /// Kept against the time since boot: a step of this machine's wall clock does not move the service's.
  void note_date(const http::Response& answer) {
    const auto date = parse_http_date(answer.header("date"));
    if (!date) return;
    // The header counts whole seconds; a difference below that says nothing.
    const Duration difference = *date - upstream_now();
    const bool agrees = difference <= 1s && difference >= -2s;
    const Time now = agrees ? upstream_now() : *date;
    upstream_at_zero_ = now - clock_.elapsed();
  }

  http::Client& client_;
  const Clock& clock_;
  ApiOptions options_;
  std::optional<Time> upstream_at_zero_;  ///< the service's time when Clock::elapsed() was 0
};

}  // namespace

std::unique_ptr<Api> make_api(http::Client& client, const Clock& clock, ApiOptions options) {
  return std::make_unique<RestApi>(client, clock, std::move(options));
}

}  // namespace reeld::leonardo
