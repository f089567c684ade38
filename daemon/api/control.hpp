#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>
#include <vector>

#include "common/util/error.hpp"
#include "daemon/engine/situation.hpp"
#include "daemon/store/records.hpp"

namespace reeld::api {

/// What the API asks of the engine, which engine::Engine does under the same names.
class Control {
 public:
  virtual ~Control() = default;

  template <class T>
  using Async = boost::asio::awaitable<Result<T>>;

  virtual Async<store::ActionResult> act(store::Action action, std::vector<JobId> jobs, std::string by,
                                         bool delete_upstream) = 0;
  virtual Async<store::ActionResult> resolve(JobId job, store::Resolution resolution, std::string by) = 0;
  virtual Async<int> release_batch(BatchId batch, std::string by) = 0;
  virtual Async<void> pause(store::Pause pause) = 0;
  virtual Async<void> resume(std::string by) = 0;
  virtual engine::Situation situation() const = 0;

  /// There may be work to claim.
  virtual void poke() = 0;
};

}  // namespace reeld::api
