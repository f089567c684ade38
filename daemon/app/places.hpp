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
/// setting, the place and what to do. kBadInput: the configuration must change, or a disk be mounted; kIo: a
/// folder cannot be written; kConflict: somebody else listens on an address.
Result<void> look_at_places(const Config& config, const std::filesystem::path& database,
                            const std::map<std::string, std::string>& environment);

/// Takes the places for a daemon: first looks at all of them, at the queue's schema too, and at who else has
/// the queue or the spool (kConflict); then makes the folders and marks the one of the results.
Result<store::QueueLock> take_places(const Config& config, const std::filesystem::path& database,
                                     const std::map<std::string, std::string>& environment);

}  // namespace reeld::app
