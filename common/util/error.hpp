#pragma once

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>
#include <string>
#include <string_view>
#include <utility>

namespace reeld {

/// What went wrong, in the words that callers branch on.
enum class Errc {
  kBadInput,      ///< what was given breaks a rule; the same input fails again
  kNotFound,      ///< the named thing does not exist
  kConflict,      ///< it exists already, or somebody else holds it
  kLeaseLost,     ///< a newer claim owns the job: normal, the stale worker just stops
  kUnavailable,   ///< the thing is there but cannot serve now (database, network); try again later
  kTimedOut,      ///< a limit of time was reached
  kNotSent,       ///< nothing of a request left this machine
  kMaybeSent,     ///< a request may have reached the peer, its outcome is not known
  kPeerRejected,  ///< the peer answered, and the answer is a no
  kPeerBroken,    ///< the peer's answer breaks the protocol
  kIo,            ///< a file operation failed
  kNoSpace,       ///< the disk or the quota is full
  kCancelled,     ///< this side gave up: shutdown or a person's cancel
  kInternal,      ///< a bug on this side
};

/// The code's name as it stands in logs and JSON: "bad_input", "lease_lost", ...
std::string_view to_string(Errc code);

/// A failed operation that a caller must handle: the code decides, the operation locates, the detail is for
/// people.
struct Error {
  Error() = default;
  Error(Errc c, std::string_view op, std::string words) : code(c), operation(op), detail(std::move(words)) {}

  Errc code = Errc::kInternal;
  std::string_view operation;  ///< always a string literal, "module.verb": "store.claim", "http.connect"
  std::string detail;          ///< words for a person; may quote a peer, so it is never parsed
};

/// "store.claim: database is locked (unavailable)", for log lines.
std::string describe(const Error& error);

/// Makes the error of a failed system call: errno's words, and kNoSpace, kNotFound, kConflict or kIo from its
/// number.
Error errno_error(std::string_view operation, int errno_value, std::string_view what);

/// Called by Result::value() on an error: taking a value that is not there is a bug.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& where);

/// Either a value or the Error that explains its absence.
template <class T>
using Result = boost::system::result<T, Error>;

}  // namespace reeld
