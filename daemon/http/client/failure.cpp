#include "daemon/http/client/failure.hpp"

namespace reeld::http {
namespace {

Errc before_sending(const Progress& progress, Errc code) {
  if (progress.redirected) {
    // An address that the policy refuses was the peer's choice.
    if (code == Errc::kBadInput) return Errc::kPeerBroken;
    // What follows the redirect was not sent, but the POST that led there was.
    if (progress.asked == Method::kPost) return Errc::kMaybeSent;
  }
  return code == Errc::kCancelled ? code : Errc::kNotSent;
}

}  // namespace

Error failure(const Progress& progress, Error error) {
  switch (progress.phase) {
    case Progress::Phase::kNothingSent:
      error.code = before_sending(progress, error.code);
      break;
    case Progress::Phase::kSent:
      // A cancelled GET is just that. A cancelled POST may be on its way, and whoever cancelled it must know.
      if (error.code != Errc::kCancelled || progress.asked == Method::kPost) error.code = Errc::kMaybeSent;
      break;
    case Progress::Phase::kAnswered:
      break;
  }
  return error;
}

}  // namespace reeld::http
