#include "tests/simulator/records.hpp"

namespace reeld::sim {

namespace {
constexpr std::size_t kMaxRecent = 20'000;
constexpr std::size_t kMaxViolations = 1'000;
}  // namespace

void Records::add(Time now, Endpoint endpoint, const Request& request, int status) {
  ++counts_[static_cast<std::size_t>(endpoint)][status];
  if (endpoint == Endpoint::kControl) return;
  // The oldest record's memory is used again: this runs for every status answer.
  RequestRecord record;
  if (recent_.size() >= kMaxRecent) {
    record = std::move(recent_.front());
    recent_.pop_front();
  }
  record.at = now;
  record.endpoint = endpoint;
  record.method = request.method;
  record.target.assign(request.path);
  if (!request.query.empty()) record.target.append("?").append(request.query);
  record.status = status;
  record.connection = request.connection;
  recent_.push_back(std::move(record));
}

void Records::add_violation(std::string what) {
  if (violations_.size() < kMaxViolations) violations_.push_back(std::move(what));
}

}  // namespace reeld::sim
