#include "daemon/leonardo/types.hpp"

#include <stdexcept>

namespace reeld::leonardo {

std::string_view to_string(ErrorClass error_class) {
  switch (error_class) {
    case ErrorClass::kNotSent:
      return "not_sent";
    case ErrorClass::kMaybeSent:
      return "maybe_sent";
    case ErrorClass::kRateLimited:
      return "rate_limited";
    case ErrorClass::kUnauthorized:
      return "unauthorized";
    case ErrorClass::kNoBalance:
      return "no_balance";
    case ErrorClass::kModerated:
      return "moderated";
    case ErrorClass::kInvalid:
      return "invalid";
    case ErrorClass::kUnsupportedModel:
      return "unsupported_model";
    case ErrorClass::kNotFound:
      return "not_found";
    case ErrorClass::kServerError:
      return "server_error";
  }
  return "maybe_sent";
}

void throw_exception_from_error(const ApiError& error, const boost::source_location&) {
  throw std::logic_error(std::string(to_string(error.error_class)) + ": " + error.words);
}

}  // namespace reeld::leonardo
