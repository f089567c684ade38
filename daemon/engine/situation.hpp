#pragma once

#include <optional>
#include <string>

#include "common/util/time.hpp"
#include "daemon/store/records.hpp"

namespace reeld::engine {

/// What stands between the queue and the service now: why a job waits that does not say so itself.
struct Situation {
  std::string account_hold;  ///< why submits are held; empty: they are not
  Duration probe_in{0};      ///< until the account is asked again, while held
  std::optional<store::Pause> pause;
  std::string disk_low;          ///< why nothing is claimed; empty: there is room
  std::string downloads_paused;  ///< why no download begins; empty: they do
  Duration submit_wait{0};       ///< until the limits let the next submit through
  int in_flight = 0;             ///< renders, and submits about to be sent
  int window = 0;                ///< how many the service takes now, by its answers
  int max_generations = 0;       ///< how many are allowed; 0: no limit
  int submits_per_minute = 0;
  int requests_per_minute = 0;
  int downloads = 0;  ///< under way or waiting for a slot
  int max_downloads = 0;
  store::Caps caps = {};  ///< of the budget
  bool stopping = false;
  /// Why the queue cannot be written, and so nothing is claimed; empty: it can.
  std::string store_trouble = {};
  std::string account_hold_class = {};  ///< of leonardo's ErrorClass; empty: the service did not say no
};

}  // namespace reeld::engine
