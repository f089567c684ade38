#pragma once

#include <chrono>
#include <cstddef>

namespace reeld::store {

/// Is told what the queue's thread does, to count it. Does nothing unless a method is overridden.
///
/// Called on the store's thread, between a commit and the callers that wait for it: must be quick.
class Observer {
 public:
  virtual ~Observer() = default;

  /// One transaction with this many operations is on the disk. `took`: from its begin to the end of its
  /// commit.
  virtual void committed([[maybe_unused]] std::size_t operations,
                         [[maybe_unused]] std::chrono::nanoseconds took) {}

  /// A transaction was rolled back as a whole: disk full, I/O error.
  virtual void commit_failed() {}
};

}  // namespace reeld::store
