#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>
#include <vector>

#include "common/util/clock.hpp"
#include "daemon/files/pool.hpp"
#include "daemon/hooks/message.hpp"

namespace reeld::hooks {

/// The daemon's environment without what is its own (the API key, credentials, REELD_*), and with
/// REELD_EVENT, REELD_JOB_ID and REELD_BATCH_ID of the message.
std::vector<std::string> hook_environment(const Message& message);

/// Tells people's own program.
class Command {
 public:
  /// What it works with; both outlive the command.
  struct Parts {
    files::Pool& pool;
    Clock& clock;
  };

  /// `argv` is not empty; no shell reads it. A run may take up to `limit`.
  Command(Parts parts, std::vector<std::string> argv, Duration limit);

  /// Runs the program with the message on its standard input until it ends. The limit ends it with all that
  /// it started and left in its process group: SIGTERM first, SIGKILL 2 s later.
  ///
  /// Errors: kNotFound and kIo (it cannot be started), kTimedOut, kPeerRejected (its exit code or signal, and
  /// the last line it said), kCancelled. Terminal cancellation ends the program in the same way, within half
  /// a second; further ones of the same task go unheard.
  boost::asio::awaitable<Result<void>> run(const Message& message);

 private:
  Parts parts_;
  std::vector<std::string> argv_;
  Duration limit_;
};

}  // namespace reeld::hooks
