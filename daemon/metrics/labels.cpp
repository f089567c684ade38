#include "daemon/metrics/labels.hpp"

namespace reeld::metrics {

std::string label(leonardo::Endpoint endpoint) {
  switch (endpoint) {
    case leonardo::Endpoint::kSubmit:
      return "submit";
    case leonardo::Endpoint::kStatus:
      return "status";
    case leonardo::Endpoint::kList:
      return "list";
    case leonardo::Endpoint::kAccount:
      return "account";
    case leonardo::Endpoint::kRemove:
      return "remove";
    case leonardo::Endpoint::kImage:
      return "image";
    case leonardo::Endpoint::kFilm:
      return "film";
    case leonardo::Endpoint::kPoster:
      return "poster";
  }
  return "unknown";
}

std::string label(std::optional<leonardo::ErrorClass> error) {
  return error ? std::string(to_string(*error)) : "ok";
}

std::string label(engine::RetryReason reason) {
  switch (reason) {
    case engine::RetryReason::kNotSent:
      return "not_sent";
    case engine::RetryReason::kRateLimited:
      return "rate_limited";
    case engine::RetryReason::kAccount:
      return "account";
    case engine::RetryReason::kRenderFailed:
      return "render_failed";
    case engine::RetryReason::kDownload:
      return "download";
  }
  return "unknown";
}

std::string label(std::optional<JobState> state) {
  return state ? std::string(to_string(*state)) : "new";
}

}  // namespace reeld::metrics
