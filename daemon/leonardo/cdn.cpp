#include "daemon/leonardo/cdn.hpp"

#include <fmt/format.h>

#include <charconv>

namespace reeld::leonardo {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr std::size_t kMaxPoster = 16U << 20;
constexpr int kMaxRedirects = 3;

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [rest, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || rest != text.data() + text.size()) return std::nullopt;
  return value;
}

/// "bytes 100-199/200": the first byte's place and the whole size.
std::optional<FilmHead> read_content_range(std::string_view header) {
  static constexpr std::string_view kUnit = "bytes ";
  if (!header.starts_with(kUnit)) return std::nullopt;
  header.remove_prefix(kUnit.size());
  const auto dash = header.find('-');
  const auto slash = header.find('/');
  if (dash == std::string_view::npos || slash == std::string_view::npos || dash > slash) return std::nullopt;
  const auto first = number(header.substr(0, dash));
  const auto total = number(header.substr(slash + 1));
  if (!first || !total) return std::nullopt;
  return FilmHead{*first, *total, ""};
}

/// A weak ETag promises equal meaning, not equal bytes: nothing to resume by.
std::string strong_etag(const http::Response& head) {
  const std::string_view etag = head.header("etag");
  return etag.starts_with('"') ? std::string(etag) : "";
}

Result<FilmHead> read_head(const http::Response& answer, const FilmRequest& request) {
  if (answer.status == 200) return FilmHead{0, number(answer.header("content-length")), strong_etag(answer)};
  auto range = read_content_range(answer.header("content-range"));
  if (!range || range->offset != request.offset) {
    return Error{Errc::kConflict, "cdn.range", "the server sent another range than was asked for"};
  }
  range->validator = strong_etag(answer);
  if (request.offset > 0 && !range->validator.empty() && range->validator != request.validator) {
    return Error{Errc::kConflict, "cdn.range", "the film has changed since its first bytes came"};
  }
  return *range;
}

Error refusal(const http::Response& answer) {
  const int status = answer.status;
  const std::string words = fmt::format("the film's server answered HTTP {}", status);
  if (status == 403 || status == 404 || status == 410) return Error{Errc::kNotFound, "cdn.fetch", words};
  if (status == 416) return Error{Errc::kConflict, "cdn.fetch", words};
  return Error{Errc::kPeerRejected, "cdn.fetch", words};
}

/// What a failed fetch says about the server; nothing where the trouble is on this side: the sink, a stop.
std::optional<ErrorClass> class_of(const Error& error, int status) {
  if (status == 429) return ErrorClass::kRateLimited;
  switch (error.code) {
    case Errc::kNotSent:
      return ErrorClass::kNotSent;
    case Errc::kNotFound:
      return ErrorClass::kNotFound;
    case Errc::kConflict:
    case Errc::kMaybeSent:
    case Errc::kTimedOut:
    case Errc::kPeerRejected:
    case Errc::kPeerBroken:
      return ErrorClass::kServerError;
    default:
      return std::nullopt;
  }
}

/// Passes bytes on and tells the observer how many.
class CountingSink final : public ByteSink {
 public:
  CountingSink(ByteSink& sink, Observer* observer) : sink_(sink), observer_(observer) {}

  asio::awaitable<Result<void>> write(std::string chunk) override {
    if (observer_ != nullptr) observer_->received(chunk.size());
    return sink_.write(std::move(chunk));
  }

 private:
  ByteSink& sink_;
  Observer* observer_;
};

class HttpCdn final : public Cdn {
 public:
  HttpCdn(http::Client& client, const Clock& clock, CdnOptions options)
      : client_(client), clock_(clock), options_(std::move(options)) {}

  asio::awaitable<Result<void>> fetch_film(FilmRequest film, FilmSink& sink) override {
    http::Request request = make_request(film.url);
    request.deadlines.total = 7 * 24h;
    if (film.validator.empty()) film.offset = 0;
    if (film.offset > 0) {
      request.headers.push_back({"range", fmt::format("bytes={}-", film.offset)});
      request.headers.push_back({"if-range", film.validator});
    }
    CountingSink counted(sink, options_.observer);
    const http::ChooseSink choose = [&](const http::Response& head) -> asio::awaitable<Result<ByteSink*>> {
      ByteSink* target = nullptr;
      if (head.status != 200 && head.status != 206) co_return target;
      auto film_head = read_head(head, film);
      if (!film_head) co_return film_head.error();
      FilmHead begins = std::move(*film_head);
      auto begun = co_await sink.begin(std::move(begins));
      if (!begun) co_return begun.error();
      target = &counted;
      co_return target;
    };
    const Duration began = clock_.elapsed();
    const auto answer = co_await client_.fetch(std::move(request), choose);
    Result<void> fetched;
    if (!answer) fetched = answer.error();
    if (answer && answer->status != 200 && answer->status != 206) fetched = refusal(*answer);
    tell(Endpoint::kFilm, began, fetched, answer ? answer->status : 0);
    co_return fetched;
  }

  asio::awaitable<Result<std::string>> fetch_poster(std::string url) override {
    http::Request request = make_request(url);
    request.max_body = kMaxPoster;
    const Duration began = clock_.elapsed();
    auto answer = co_await client_.send(std::move(request));
    Result<void> fetched;
    if (!answer) fetched = answer.error();
    if (answer && answer->status != 200) fetched = refusal(*answer);
    tell(Endpoint::kPoster, began, fetched, answer ? answer->status : 0);
    if (!fetched) co_return fetched.error();
    if (options_.observer != nullptr) options_.observer->received(answer->body.size());
    co_return std::move(answer->body);
  }

  void allow_hosts(std::vector<std::string> hosts) override { options_.allowed_hosts = std::move(hosts); }

 private:
  http::Request make_request(const std::string& url) const {
    http::Request request(http::Method::kGet, url);
    request.allowed_hosts = options_.allowed_hosts;
    request.max_redirects = kMaxRedirects;
    return request;
  }

  void tell(Endpoint endpoint, Duration began, const Result<void>& fetched, int status) const {
    if (options_.observer == nullptr) return;
    const auto error = fetched ? std::nullopt : class_of(fetched.error(), status);
    if (!fetched && !error) return;
    options_.observer->answered(endpoint, error, clock_.elapsed() - began);
  }

  http::Client& client_;
  const Clock& clock_;
  CdnOptions options_;
};

}  // namespace

std::unique_ptr<Cdn> make_cdn(http::Client& client, const Clock& clock, CdnOptions options) {
  return std::make_unique<HttpCdn>(client, clock, std::move(options));
}

std::string without_query(const std::string& url) {
  return url.substr(0, url.find_first_of("?#"));
}

}  // namespace reeld::leonardo
