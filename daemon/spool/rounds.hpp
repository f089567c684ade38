#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <set>
#include <string>

#include "daemon/spool/layout.hpp"
#include "daemon/spool/options.hpp"
#include "daemon/spool/retries.hpp"
#include "daemon/spool/scan.hpp"
#include "daemon/spool/settling.hpp"
#include "daemon/spool/taking.hpp"
#include "daemon/spool/watcher.hpp"

namespace reeld::spool {

/// The life of intake: in each round it finishes what is claimed, then takes what is ready in incoming/. Now
/// and then it sweeps the copies of pictures before that.
class Rounds {
 public:
  /// All but the executor outlives the object.
  Rounds(boost::asio::any_io_executor executor, const IntakeParts& parts, const IntakeOptions& options,
         const Layout& layout, const std::function<void()>& on_accepted);

  /// Until cancelled.
  boost::asio::awaitable<void> run();

 private:
  /// What one look at a file came to.
  struct Step {
    bool stop = false;  ///< the round is over
    Duration again;     ///< when to look next, at the latest
  };

  boost::asio::awaitable<void> watch();
  boost::asio::awaitable<void> sweep();
  boost::asio::awaitable<bool> finish_claims();
  boost::asio::awaitable<Duration> take_incoming();
  boost::asio::awaitable<Step> look_at(Arrival arrival);
  boost::asio::awaitable<bool> take(Arrival arrival);
  boost::asio::awaitable<bool> has_writer(const Arrival& arrival);
  boost::asio::awaitable<Result<void>> guarded(boost::asio::awaitable<Result<void>> task);
  bool failed(const std::string& what, const Error& error);

  const IntakeParts& parts_;
  const IntakeOptions& options_;
  const Layout& layout_;
  Taking taking_;
  Watcher watcher_;
  Settling settling_;
  Retries retries_;
  Duration sweep_at_{0};           ///< when pictures are swept next: at once, then each options_.sweep
  std::set<std::string> folders_;  ///< folders in incoming/ that were told of
};

}  // namespace reeld::spool
