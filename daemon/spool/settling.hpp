#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/util/time.hpp"
#include "daemon/spool/scan.hpp"

namespace reeld::spool {

/// Tells from look to look how long files have rested: neither grown nor changed nor replaced.
class Settling {
 public:
  explicit Settling(Duration settle) : settle_(settle) {}

  /// Notes a file as seen `now`. How long it still has to rest; zero: it has.
  Duration observe(const Arrival& arrival, Duration now);

  /// Forgets all files but these.
  void keep_only(const std::vector<Arrival>& arrivals);

 private:
  struct Seen {
    Arrival arrival;
    Duration since{};
  };
  Duration settle_;
  std::map<std::string, Seen> seen_;
};

}  // namespace reeld::spool
