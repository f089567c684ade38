#pragma once

#include <string>

#include "daemon/engine/situation.hpp"
#include "daemon/store/reader.hpp"

namespace reeld::app {

/// How things stand, for `systemctl status`: "3 queued, 2 generating, 120 succeeded; paused: lunch".
std::string status_line(const store::StateCounts& counts, const engine::Situation& situation);

}  // namespace reeld::app
