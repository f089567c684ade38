#pragma once

#include <filesystem>

#include "common/job/catalogue.hpp"
#include "common/util/error.hpp"

namespace reeld::app {

/// The embedded model catalogue, overlaid by the operator's file where one is named (leonardo.models_file).
Result<Catalogue> load_catalogue(const std::filesystem::path& models_file);

}  // namespace reeld::app
