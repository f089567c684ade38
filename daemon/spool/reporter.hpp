#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <filesystem>

#include "common/util/async/wakeup.hpp"
#include "daemon/files/pool.hpp"
#include "daemon/spool/layout.hpp"
#include "daemon/spool/places.hpp"
#include "daemon/store/intake_store.hpp"

namespace reeld::spool {

/// Tells the end of each batch that came as a file: NAME.done.json beside it.
class Reporter {
 public:
  /// What it works with; all of it outlives the reporter.
  struct Parts {
    store::IntakeStore& store;
    files::Pool& pool;
  };

  /// `dir` is the spool; `each` is how often it looks without being poked.
  Reporter(boost::asio::any_io_executor executor, Parts parts, std::filesystem::path dir,
           Duration each = Duration(30'000));

  /// Reports what has ended, now and when poked, until cancelled.
  boost::asio::awaitable<void> run();

  /// A job has ended: maybe its batch has too. On the executor's thread.
  void poke() { wakeup_.poke(); }

 private:
  boost::asio::awaitable<Result<std::size_t>> report_all();
  boost::asio::awaitable<Result<void>> report(store::BatchSummary batch);
  boost::asio::awaitable<Result<void>> mend_receipts();
  boost::asio::awaitable<Result<void>> write_done(store::BatchSummary batch, Place place);

  Parts parts_;
  Layout layout_;
  Duration each_;
  Wakeup wakeup_;
};

}  // namespace reeld::spool
