#include "common/util/error.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace reeld {

std::string_view to_string(Errc code) {
  switch (code) {
    case Errc::kBadInput:
      return "bad_input";
    case Errc::kNotFound:
      return "not_found";
    case Errc::kConflict:
      return "conflict";
    case Errc::kLeaseLost:
      return "lease_lost";
    case Errc::kUnavailable:
      return "unavailable";
    case Errc::kTimedOut:
      return "timed_out";
    case Errc::kNotSent:
      return "not_sent";
    case Errc::kMaybeSent:
      return "maybe_sent";
    case Errc::kPeerRejected:
      return "peer_rejected";
    case Errc::kPeerBroken:
      return "peer_broken";
    case Errc::kIo:
      return "io";
    case Errc::kNoSpace:
      return "no_space";
    case Errc::kCancelled:
      return "cancelled";
    case Errc::kInternal:
      return "internal";
  }
  return "internal";
}

std::string describe(const Error& error) {
  return fmt::format("{}: {} ({})", error.operation, error.detail, to_string(error.code));
}

Error errno_error(std::string_view operation, int errno_value, std::string_view what) {
  Errc code = Errc::kIo;
  if (errno_value == ENOSPC || errno_value == EDQUOT) code = Errc::kNoSpace;
  if (errno_value == ENOENT) code = Errc::kNotFound;
  if (errno_value == EEXIST) code = Errc::kConflict;
  return Error{code, operation, fmt::format("{}: {}", what, std::strerror(errno_value))};
}

void throw_exception_from_error(const Error& error, const boost::source_location& where) {
  throw std::logic_error(fmt::format("{}:{}: {}", where.file_name(), where.line(), describe(error)));
}

}  // namespace reeld
