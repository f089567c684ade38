#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "common/job/spec.hpp"
#include "common/util/error.hpp"
#include "common/util/json.hpp"
#include "daemon/http/server/exchange.hpp"

namespace reeld::api {

/// A no, as it is answered: the status, a word for programs, a sentence for people.
struct Refusal {
  Refusal() = default;
  Refusal(int http_status, std::string_view word, std::string words)
      : status(http_status), code(word), detail(std::move(words)) {}

  /// The status that fits an error of this side. What only its log should tell is left out of the detail.
  Refusal(
      const Error& error);  // NOLINT(google-explicit-constructor): so that errors are handed up as they are

  int status = 500;
  std::string code;
  std::string detail;
  Json more = Json::object();  ///< further members: "problems", "candidates"
  std::vector<http::server::Header> headers;
  std::string cause;  ///< what this side's log should say of it; never answered
};

/// Either a value or the answer that says why there is none.
template <class T>
using Outcome = boost::system::result<T, Refusal>;

/// A handler's work.
template <class T>
using Task = boost::asio::awaitable<Outcome<T>>;

/// Called by Outcome::value() on a refusal: taking a value that is not there is a bug.
[[noreturn]] void throw_exception_from_error(const Refusal& refusal, const boost::source_location& where);

/// So many problems of a body are told one by one.
inline constexpr std::size_t kMostProblems = 100;

/// 400: what was given breaks a rule.
Refusal bad_input(std::string detail);

/// 404.
Refusal not_found(std::string detail);

/// The problems of a body, the first 100 of them, and how many there are in all.
Refusal invalid(int status, std::string detail, const std::vector<Problem>& problems, std::size_t count);

/// The first 100: [{"line": 3, "pointer": "/parameters/duration", "message": "..."}]
Json problems_json(const std::vector<Problem>& problems);

/// application/problem+json (RFC 9457).
http::server::Response problem_response(const Refusal& refusal);

}  // namespace reeld::api
