#pragma once

#include <boost/asio/awaitable.hpp>

#include "common/util/json.hpp"
#include "daemon/api/reading.hpp"
#include "daemon/store/intake_store.hpp"
#include "daemon/store/records.hpp"

namespace reeld::app {

/// What hooks are told of the job and the batch of an event; docs/hooks.md describes it.
class HookFacts {
 public:
  /// Both outlive the object.
  HookFacts(api::Reading& reading, store::IntakeStore& store) : reading_(reading), store_(store) {}

  /// {"job": {...} or null, "batch": {...} or null}, as things stand now.
  boost::asio::awaitable<Json> describe(store::EventLine event);

 private:
  boost::asio::awaitable<Json> job(JobId id);
  boost::asio::awaitable<Json> batch(BatchId id, bool with_films);
  boost::asio::awaitable<void> add_films(BatchId id, Json& batch);

  api::Reading& reading_;
  store::IntakeStore& store_;
};

}  // namespace reeld::app
