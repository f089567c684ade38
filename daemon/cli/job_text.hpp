#pragma once

#include <string>
#include <string_view>

#include "common/job/reader.hpp"

namespace reeld::cli {

/// Standard input says nothing of its format: a text whose first line is a whole value and not the only one
/// is JSONL. The beginning of the text is enough, if it reaches behind the first line.
JobFormat guess_format(const std::string& text);

}  // namespace reeld::cli
