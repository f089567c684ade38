#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>

#include "daemon/spool/layout.hpp"
#include "daemon/spool/options.hpp"

namespace reeld::spool {

class SpoolLock;

/// Takes job files in: incoming/ -> claimed/<batch>/ -> the queue -> accepted/ with a receipt, or rejected/
/// with the reasons. After a crash at any moment the next start finishes what was begun.
///
/// Everything runs on the executor of run(); files are touched on the pool only.
class Intake {
 public:
  using Parts = IntakeParts;

  /// `on_accepted` is called after each accepted batch: there is work to claim.
  Intake(Parts parts, IntakeOptions options, std::function<void()> on_accepted);
  ~Intake();
  Intake(const Intake&) = delete;
  Intake& operator=(const Intake&) = delete;

  /// Makes the folders and takes the spool's lock; for the start. kConflict names the process that holds
  /// it. Blocking.
  Result<void> prepare();

  /// Finishes files that an earlier run left in claimed/, then takes in what comes, until cancelled.
  boost::asio::awaitable<void> run();

 private:
  Parts parts_;
  IntakeOptions options_;
  std::function<void()> on_accepted_;
  Layout layout_;
  std::unique_ptr<SpoolLock> lock_;
};

}  // namespace reeld::spool
