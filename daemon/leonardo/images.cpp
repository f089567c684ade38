#include "daemon/leonardo/images.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/leonardo/classify.hpp"
#include "daemon/leonardo/upload_form.hpp"

namespace reeld::leonardo {
namespace {

using namespace std::chrono_literals;

/// Answers of both hosts are small; more than this is none.
constexpr std::size_t kMaxAnswer = 1U << 20;

/// A slow line may take longer over an image than over anything else that is sent.
constexpr Duration kUploadTime = 10min;

bool is_success(const http::Response& answer) {
  return answer.status >= 200 && answer.status < 300;
}

/// The wait that an answer asks for, by the clock of whoever sent it.
std::optional<Duration> retry_after(const http::Response& answer) {
  const auto date = parse_http_date(answer.header("date"));
  return parse_retry_after(answer.header("retry-after"), date.value_or(Time{}));
}

ApiError error_of_transport(const Error& error) {
  const bool unsent = error.code == Errc::kNotSent;
  return ApiError{unsent ? ErrorClass::kNotSent : ErrorClass::kServerError, error.detail, 0, std::nullopt};
}

/// A refusal that the table of known errors does not have leaves nothing in doubt here: there is no image.
ApiError error_of_announcement(const http::Response& answer) {
  ApiError error = classify_submit(answer.status, answer.body);
  if (error.error_class == ErrorClass::kMaybeSent) error.error_class = ErrorClass::kServerError;
  error.retry_after = retry_after(answer);
  return error;
}

/// The storage's own words: what stands between <Message> and </Message>.
std::string storage_message(std::string_view xml) {
  constexpr std::string_view kOpen = "<Message>";
  constexpr std::size_t kLongest = 200;
  const auto open = xml.find(kOpen);
  if (open == std::string_view::npos) return "";
  const std::string_view message = xml.substr(open + kOpen.size());
  return std::string(message.substr(0, std::min(message.find('<'), kLongest)));
}

ApiError error_of_storage(const http::Response& answer) {
  const bool of_the_image = answer.status == 400 || answer.status == 413;
  std::string words = fmt::format("the image storage answered HTTP {}", answer.status);
  if (const std::string message = storage_message(answer.body); !message.empty()) words += ": " + message;
  return ApiError{of_the_image ? ErrorClass::kInvalid : ErrorClass::kServerError, std::move(words),
                  answer.status, retry_after(answer)};
}

/// "Policy expired.", "Request has expired", "ExpiredToken": the storage says it in several ways.
bool says_expired(const http::Response& answer) {
  const bool refused = answer.status == 400 || answer.status == 403;
  return refused && (answer.body.find("expired") != std::string::npos ||
                     answer.body.find("Expired") != std::string::npos);
}

class RestImages final : public Images {
 public:
  RestImages(http::Client& client, ApiOptions options) : client_(client), options_(std::move(options)) {}

  Async<UploadedImage> upload(ImageFile image) override {
    const auto began = std::chrono::steady_clock::now();
    auto uploaded = co_await announce_and_send(std::move(image));
    if (options_.observer != nullptr) {
      const auto took = std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - began);
      options_.observer->answered(
          Endpoint::kImage, uploaded ? std::nullopt : std::optional(uploaded.error().error_class), took);
    }
    co_return uploaded;
  }

  void set_key(std::string api_key) override { options_.api_key = std::move(api_key); }

 private:
  Async<UploadedImage> announce_and_send(ImageFile image) {
    auto ticket = co_await announce(image.format);
    if (!ticket) co_return ticket.error();
    auto answer = co_await send_file(*ticket, image);
    if (answer && says_expired(*answer)) {
      ticket = co_await announce(image.format);
      if (!ticket) co_return ticket.error();
      answer = co_await send_file(*ticket, image);
    }
    if (!answer) co_return error_of_transport(answer.error());
    if (!is_success(*answer)) co_return error_of_storage(*answer);
    co_return UploadedImage{ticket->id};
  }

  Async<UploadTicket> announce(ImageFormat format) {
    http::Request request(http::Method::kPost, options_.base_url + "/v1/init-image");
    request.headers.push_back({"accept", "application/json"});
    request.headers.push_back({"authorization", "Bearer " + options_.api_key});
    request.headers.push_back({"content-type", "application/json"});
    request.body = fmt::format(R"({{"extension":"{}"}})", to_string(format));
    request.max_body = kMaxAnswer;
    auto answer = co_await client_.send(std::move(request));
    if (!answer) co_return error_of_transport(answer.error());
    if (!is_success(*answer)) co_return error_of_announcement(*answer);
    auto ticket = read_upload_ticket(answer->body);
    // A refusal with status 200 has the shape of an error, not of a ticket.
    if (!ticket && classify_submit(answer->status, answer->body).error_class != ErrorClass::kMaybeSent) {
      co_return error_of_announcement(*answer);
    }
    co_return ticket;
  }

  /// Another host than the API's: no Authorization.
  boost::asio::awaitable<Result<http::Response>> send_file(const UploadTicket& ticket,
                                                           const ImageFile& image) {
    const std::string file_name = fmt::format("image.{}", to_string(image.format));
    UploadForm form = make_upload_form(ticket.fields, file_name, image.bytes);
    http::Request request(http::Method::kPost, ticket.url);
    request.headers.push_back({"content-type", std::move(form.content_type)});
    request.body = std::move(form.body);
    request.deadlines.total = kUploadTime;
    request.max_body = kMaxAnswer;
    auto answer = co_await client_.send(std::move(request));
    co_return answer;
  }

  http::Client& client_;
  ApiOptions options_;
};

}  // namespace

std::unique_ptr<Images> make_images(http::Client& client, ApiOptions options) {
  return std::make_unique<RestImages>(client, std::move(options));
}

}  // namespace reeld::leonardo
