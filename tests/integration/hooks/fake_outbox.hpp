#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/util/clock.hpp"
#include "daemon/store/outbox.hpp"

namespace reeld::test {

/// The part of the queue that hooks use, in memory. All on one thread.
class FakeOutbox final : public store::Outbox {
 public:
  struct Entry {
    store::Delivery delivery;
    Time due{};
    bool finished = false;
    std::string words;
  };

  explicit FakeOutbox(Clock& clock) : clock_(clock) {}

  /// Adds a line to the history, whose id is the answer.
  std::int64_t happened(store::EventLine line);

  /// Of the only delivery of an event to a hook.
  const Entry& entry(std::int64_t event, const std::string& hook) const;

  std::size_t unfinished() const;

  std::vector<store::EventLine> history;
  std::vector<Entry> entries;
  int refuse = 0;  ///< so many of the calls that say what became of a delivery fail
  int refused = 0;

  Async<int> collect_deliveries(std::vector<std::string> hooks) override;
  Async<std::vector<store::Delivery>> due_deliveries(std::string hook, int limit) override;
  Async<void> finish_delivery(std::int64_t delivery, std::string words) override;
  Async<void> put_off_delivery(std::int64_t delivery, Time due, std::string words) override;
  Async<std::optional<Time>> next_delivery() override;

 private:
  std::vector<const Entry*> waiting() const;
  std::optional<Error> refusal();
  Entry& with_id(std::int64_t delivery);

  Clock& clock_;
  std::size_t collected_ = 0;
};

}  // namespace reeld::test
