#pragma once

#include <boost/asio/awaitable.hpp>
#include <map>
#include <string>
#include <vector>

#include "common/util/clock.hpp"
#include "daemon/api/control.hpp"
#include "daemon/api/reading.hpp"

namespace reeld::api {

/// How long renders of each kind take, by the median of recent ones; asked of the store at most every 30 s.
class ExpectedTimes {
 public:
  ExpectedTimes(Reading& reading, const Clock& clock) : reading_(reading), clock_(clock) {}

  /// Nothing where no render of this kind was watched yet, or the store does not answer.
  boost::asio::awaitable<std::optional<Duration>> of(store::RenderKind kind);

 private:
  struct Entry {
    std::optional<Duration> median;
    Duration until{};  ///< on the clock that never steps
  };

  Reading& reading_;
  const Clock& clock_;
  std::map<std::string, Entry> known_;
};

/// Jobs as JSON, with what only the running daemon knows: why they wait, and how far they are.
class LiveJobs {
 public:
  LiveJobs(Reading& reading, const Clock& clock, const Control& control)
      : reading_(reading), clock_(clock), control_(control), times_(reading, clock) {}

  /// A part of a list.
  boost::asio::awaitable<Result<Json>> list(std::vector<store::JobLine> jobs);

  /// A line of a list. kNotFound.
  boost::asio::awaitable<Result<Json>> line(JobId id);

  /// All that is known of a job. kNotFound.
  boost::asio::awaitable<Result<Json>> detail(JobId id);

 private:
  boost::asio::awaitable<Result<std::map<BatchId, std::string>>> held_batches(
      const std::vector<store::JobLine>& jobs);
  boost::asio::awaitable<Json> complete(Json value, const store::JobDetail& job);
  boost::asio::awaitable<Json> progress(store::JobLine job);
  boost::asio::awaitable<Result<store::JobDetail>> show(JobId id);
  std::string waiting(const store::JobLine& job, const std::string& hold_reason) const;

  Reading& reading_;
  const Clock& clock_;
  const Control& control_;
  ExpectedTimes times_;
};

}  // namespace reeld::api
