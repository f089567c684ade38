#pragma once

#include <string>

namespace reeld::cli {

/// "reeld 1.2.3", and with `verbose` a line for each of the things it was built with and from.
std::string version_text(bool verbose);

}  // namespace reeld::cli
