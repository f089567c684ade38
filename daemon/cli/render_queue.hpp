#pragma once

#include <filesystem>

#include "common/config/load.hpp"
#include "daemon/cli/render_summary.hpp"
#include "daemon/cli/verbs.hpp"
#include "daemon/store/open.hpp"

namespace reeld::cli {

/// Where the films and the queue of a render live.
RenderPlaces places_of(const RenderArguments& arguments);

/// The configuration of a queue that lives beside its results. What the person set (`theirs`) stays in force,
/// but for where things are and how long they stay: nothing is forgotten.
Globals own_queue(const Globals& globals, const LoadedConfig& theirs, const RenderArguments& arguments);

/// Whether a queue may live in `state`, which need not be there yet. kBadInput: on this filesystem it must
/// not; the detail says what to do.
Result<void> check_state_place(const std::filesystem::path& state, bool allow_network_filesystem,
                               const store::FilesystemType& filesystem_type = store::filesystem_type);

}  // namespace reeld::cli
