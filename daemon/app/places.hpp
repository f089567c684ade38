#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "common/config/config.hpp"
#include "common/util/error.hpp"
#include "daemon/store/open.hpp"

/// The places that the configuration names: folders, addresses, the disk of the results. Blocking.
namespace reeld::app {

/// Looks for what would keep the daemon from using its places, and changes nothing. The error names the
/// setting, the place and what to do. kBadInput: the configuration must change; kIo: a folder cannot be
/// written; kConflict: somebody else listens on an address, or the disk of the results is not mounted.
Result<void> look_at_places(const Config& config, const std::filesystem::path& database,
                            const std::map<std::string, std::string>& environment);

/// What a daemon holds of its places.
struct Places {
  store::QueueLock lock;
  bool results_are_marked = false;  ///< false: there was no room for the marker
};

/// Takes the places for a daemon: first looks at all of them, at the queue's schema too, and at who else has
/// the queue or the spool (kConflict); then makes the folders and marks the one of the results.
Result<Places> take_places(const Config& config, const std::filesystem::path& database,
                           const std::map<std::string, std::string>& environment);

}  // namespace reeld::app
