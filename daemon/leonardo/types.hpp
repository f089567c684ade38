#pragma once

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/job/ids.hpp"
#include "common/util/time.hpp"

/// The Leonardo.AI REST API in types. docs/leonardo-api.md says what reeld relies on, and on whose word.
namespace reeld::leonardo {

/// What an answer, or its absence, means for whoever asked.
enum class ErrorClass {
  kNotSent,           ///< nothing left this machine: asking again is safe
  kMaybeSent,         ///< no answer that can be understood: it may have been accepted
  kRateLimited,       ///< refused for now: too many requests, or the account's queue is full
  kUnauthorized,      ///< the key is wrong: the account's trouble, no job's
  kNoBalance,         ///< the account is out of money: no job's trouble either
  kModerated,         ///< the content was refused
  kInvalid,           ///< the request breaks a rule
  kUnsupportedModel,  ///< the model is gone, or never was
  kNotFound,          ///< a GET for something that is not there, or not yet
  kServerError,       ///< a GET failed on the service's side
};

/// "not_sent", "rate_limited", ...: as in tables, JSON, metrics and logs.
std::string_view to_string(ErrorClass error_class);

struct ApiError {
  ErrorClass error_class = ErrorClass::kMaybeSent;
  std::string words;                    ///< the service's own where it gave some; untrusted
  int status = 0;                       ///< of the HTTP answer; 0: there was none
  std::optional<Duration> retry_after;  ///< as asked for by the answer
};

[[noreturn]] void throw_exception_from_error(const ApiError& error, const boost::source_location& where);

template <class T>
using ApiResult = boost::system::result<T, ApiError>;

/// An amount as the service states it, never computed with in floating point.
struct Cost {
  std::string amount;  ///< decimal: "0.0147"; empty: not stated
  std::string unit;    ///< "DOLLARS" or "CREDITS"
};

struct Accepted {
  GenerationId id;
  Cost cost;
};

enum class RenderStatus { kPending, kComplete, kFailed, kOther };

struct RenderedFilm {
  std::string video_url;
  std::string poster_url;  ///< may be empty
};

/// A generation as the service shows it. Whatever it leaves out or calls null is empty here.
struct Generation {
  GenerationId id;
  RenderStatus status = RenderStatus::kOther;
  std::string status_word;
  std::vector<RenderedFilm> films;
  bool moderated = false;  ///< a marker says that moderation is why it failed
  std::string failure;     ///< the service's words, where it gives any
  std::string prompt;
  std::optional<std::int64_t> seed;
  std::optional<int> width;
  std::optional<int> height;
  std::optional<Time> created_at;
};

struct Account {
  std::string user_id;
  std::string user_name;
};

}  // namespace reeld::leonardo
