#include "daemon/leonardo/classify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace reeld::leonardo {
namespace {

using namespace std::chrono_literals;

/// One known error: `code` must be equal where it is given, `words` must occur in the message (any case).
struct KnownError {
  std::string_view code;
  std::string_view words;
  ErrorClass error_class;
};

/// The first row that fits decides. The service uses the code "unexpected" for almost everything, so words
/// come first.
constexpr std::array kKnownErrors{
    KnownError{"", "not enough api tokens", ErrorClass::kNoBalance},
    KnownError{"", "content moderation filter", ErrorClass::kModerated},
    KnownError{"", "inappropriate content", ErrorClass::kModerated},
    KnownError{"", "prompt_moderation_blocked", ErrorClass::kModerated},
    KnownError{"", "image_moderation_blocked", ErrorClass::kModerated},
    KnownError{"", "is not supported within the production api", ErrorClass::kUnsupportedModel},
    KnownError{"", "authentication hook unauthorized", ErrorClass::kUnauthorized},
    KnownError{"access-denied", "", ErrorClass::kUnauthorized},
    KnownError{"", "invalid prompt", ErrorClass::kInvalid},
    KnownError{"", "unexpected variable", ErrorClass::kInvalid},
    KnownError{"", "invalid init image id", ErrorClass::kInvalid},
    KnownError{"", "couldn't access image", ErrorClass::kInvalid},
    KnownError{"", "failed to find init variation", ErrorClass::kInvalid},
    KnownError{"", "invalid file extension", ErrorClass::kInvalid},
    KnownError{"", "invalid dimensions", ErrorClass::kInvalid},
    KnownError{"", "expecting a value for non-nullable variable", ErrorClass::kInvalid},
    KnownError{"validation-failed", "", ErrorClass::kInvalid},
    KnownError{"bad-request", "", ErrorClass::kInvalid},
    KnownError{"VALIDATION_ERROR", "", ErrorClass::kInvalid},
};

/// Words of the table above that mean an image which was there once.
constexpr std::array<std::string_view, 2> kLostImageWords{"invalid init image id", "couldn't access image"};

constexpr std::size_t kMaxWords = 500;

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

/// A string member of an object, or "".
std::string member_text(const Json& value, const char* name) {
  if (!value.is_object()) return "";
  const auto found = value.find(name);
  return found != value.end() && found->is_string() ? found->get<std::string>() : "";
}

const Json& member(const Json& value, const char* name) {
  static const Json kNothing;
  if (!value.is_object()) return kNothing;
  const auto found = value.find(name);
  return found == value.end() ? kNothing : *found;
}

/// GraphQL's error: the most particular message there is.
ErrorBody read_graphql_error(const Json& error) {
  const Json& extensions = member(error, "extensions");
  const Json& details = member(extensions, "details");
  const Json& errors = member(details, "errors");
  ErrorBody body;
  body.code = member_text(extensions, "code");
  if (errors.is_array() && !errors.empty()) body.words = member_text(errors.front(), "message");
  if (body.words.empty()) body.words = member_text(details, "message");
  if (body.words.empty()) body.words = member_text(error, "message");
  return body;
}

std::string shortened(std::string_view text) {
  return text.size() <= kMaxWords ? std::string(text) : std::string(text.substr(0, kMaxWords)) + "...";
}

/// The error in a body of unknown kind; words for a person where it holds none.
ErrorBody error_in(int status, std::string_view body) {
  ErrorBody error;
  if (auto value = parse_json_leniently(body)) error = read_error(*value).value_or(ErrorBody{});
  if (error.words.empty()) error.words = fmt::format("HTTP {} with a body that names no error", status);
  return error;
}

}  // namespace

std::optional<ErrorBody> read_error(const Json& body) {
  if (body.is_array() && !body.empty()) {
    ErrorBody error = read_graphql_error(body.front());
    if (error.words.empty()) return std::nullopt;
    return error;
  }
  const Json& errors = member(body, "errors");
  if (errors.is_array() && !errors.empty()) return read_graphql_error(errors.front());
  const Json& error = member(body, "error");
  if (error.is_object()) return ErrorBody{member_text(error, "message"), member_text(error, "code")};
  if (error.is_string()) return ErrorBody{error.get<std::string>(), member_text(body, "code")};
  const std::string message = member_text(body, "message");
  if (message.empty()) return std::nullopt;
  return ErrorBody{message, member_text(body, "code")};
}

std::optional<ErrorClass> classify_words(const ErrorBody& error) {
  const std::string words = lower(error.words);
  for (const KnownError& known : kKnownErrors) {
    const bool code_fits = known.code.empty() || known.code == error.code;
    const bool words_fit = known.words.empty() || words.find(known.words) != std::string::npos;
    if (code_fits && words_fit) return known.error_class;
  }
  return std::nullopt;
}

ApiError classify_submit(int status, std::string_view body) {
  const ErrorBody error = error_in(status, body);
  ApiError result{ErrorClass::kMaybeSent, shortened(error.words), status, std::nullopt};
  const bool may_refuse = status == 200 || (status >= 400 && status < 500 && status != 408);
  if (!may_refuse) return result;
  if (status == 429) {
    result.error_class = ErrorClass::kRateLimited;
    return result;
  }
  if (const auto known = classify_words(error)) result.error_class = *known;
  // Only a 401 says that the key is wrong; the same words with another status have been seen to pass.
  if (result.error_class == ErrorClass::kUnauthorized && status != 401)
    result.error_class = ErrorClass::kMaybeSent;
  return result;
}

bool is_lost_image(const ApiError& error) {
  const std::string words = lower(error.words);
  return error.error_class == ErrorClass::kInvalid && std::ranges::any_of(kLostImageWords, [&](auto lost) {
           return words.find(lost) != std::string::npos;
         });
}

ApiError classify_read(int status, std::string_view body) {
  const ErrorBody error = error_in(status, body);
  ApiError result{ErrorClass::kServerError, shortened(error.words), status, std::nullopt};
  if (status == 429) result.error_class = ErrorClass::kRateLimited;
  if (status == 401) result.error_class = ErrorClass::kUnauthorized;
  if (status == 404) result.error_class = ErrorClass::kNotFound;
  return result;
}

std::optional<Duration> parse_retry_after(std::string_view header, Time now) {
  if (header.empty()) return std::nullopt;
  Duration wait{0};
  long long seconds = 0;
  const char* end = header.data() + header.size();
  const auto [rest, failed] = std::from_chars(header.data(), end, seconds);
  if (failed == std::errc() && rest == end) {
    if (seconds < 0 || seconds > 86'400) return std::nullopt;
    wait = std::chrono::seconds(seconds);
  } else if (const auto date = parse_http_date(header)) {
    wait = *date - now;
  }
  if (wait <= 0ms || wait > 24h) return std::nullopt;
  return wait;
}

}  // namespace reeld::leonardo
