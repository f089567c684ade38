#pragma once

#include <map>
#include <string>

#include "common/util/time.hpp"

namespace reeld::spool {

/// When things that failed may be tried again: after 1 s, 2 s, 4 s ... at most 30 s.
class Retries {
 public:
  /// False while the pause after a failure lasts.
  bool may_try(const std::string& what, Duration now) const;

  void failed(const std::string& what, Duration now);
  void succeeded(const std::string& what) { failed_.erase(what); }

  /// How long until the next may be tried, at most `limit`. What could have been tried in the round that
  /// began at `started`, and neither failed nor succeeded again, is gone or waits for other things:
  /// it is forgotten.
  Duration end_round(Duration started, Duration now, Duration limit);

 private:
  struct Failure {
    int count = 0;
    Duration due{};
  };
  std::map<std::string, Failure> failed_;
};

}  // namespace reeld::spool
