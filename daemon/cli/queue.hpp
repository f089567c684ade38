#pragma once

#include <memory>

#include "daemon/cli/verbs.hpp"
#include "daemon/store/open.hpp"

namespace reeld::cli {

/// The queue of the configuration, opened for looking. Tells its troubles on stderr.
class Queue {
 public:
  explicit Queue(const Globals& globals);

  /// Null when it could not be opened; exit_code() then says what to return.
  store::Reader* reader() { return reader_.get(); }
  int exit_code() const { return exit_code_; }

  /// Tells the error; the exit code for it.
  int fail(const Error& error);

 private:
  std::unique_ptr<store::Reader> reader_;
  int exit_code_ = 0;
};

}  // namespace reeld::cli
