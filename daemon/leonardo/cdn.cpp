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

class HttpCdn final : public Cdn {
 public:
  HttpCdn(http::Client& client, std::vector<std::string> allowed_hosts)
      : client_(client), allowed_hosts_(std::move(allowed_hosts)) {}

  asio::awaitable<Result<void>> fetch_film(FilmRequest film, FilmSink& sink) override {
    http::Request request = make_request(film.url);
    request.deadlines.total = 7 * 24h;
    if (film.validator.empty()) film.offset = 0;
    if (film.offset > 0) {
      request.headers.push_back({"range", fmt::format("bytes={}-", film.offset)});
      request.headers.push_back({"if-range", film.validator});
    }
    const http::ChooseSink choose =
        [&film, &sink](const http::Response& head) -> asio::awaitable<Result<ByteSink*>> {
      ByteSink* nothing = nullptr;
      if (head.status != 200 && head.status != 206) co_return nothing;
      auto film_head = read_head(head, film);
      if (!film_head) co_return film_head.error();
      FilmHead begins = std::move(*film_head);
      auto begun = co_await sink.begin(std::move(begins));
      if (!begun) co_return begun.error();
      ByteSink* target = &sink;
      co_return target;
    };
    auto answer = co_await client_.fetch(std::move(request), choose);
    if (!answer) co_return answer.error();
    if (answer->status != 200 && answer->status != 206) co_return refusal(*answer);
    co_return Result<void>();
  }

  asio::awaitable<Result<std::string>> fetch_poster(std::string url) override {
    http::Request request = make_request(url);
    request.max_body = kMaxPoster;
    auto answer = co_await client_.send(std::move(request));
    if (!answer) co_return answer.error();
    if (answer->status != 200) co_return refusal(*answer);
    co_return std::move(answer->body);
  }

 private:
  http::Request make_request(const std::string& url) const {
    http::Request request(http::Method::kGet, url);
    request.allowed_hosts = allowed_hosts_;
    request.max_redirects = kMaxRedirects;
    return request;
  }

  http::Client& client_;
  std::vector<std::string> allowed_hosts_;
};

}  // namespace

std::unique_ptr<Cdn> make_cdn(http::Client& client, std::vector<std::string> allowed_hosts) {
  return std::make_unique<HttpCdn>(client, std::move(allowed_hosts));
}

std::string without_query(const std::string& url) {
  return url.substr(0, url.find_first_of("?#"));
}

}  // namespace reeld::leonardo
