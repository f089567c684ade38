#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/job/reader.hpp"

/// Names of job files. They come from strangers: any bytes but '/' and NUL.
namespace reeld::spool {

/// The format of a file that intake takes: *.json and *.jsonl in any case, no dotfiles.
std::optional<JobFormat> taken_format(std::string_view name);

/// The name without its ending: "shots.jsonl" -> "shots".
std::string stem_of(std::string_view name);

/// Names under which a file may come to stand beside others, the best first: as it is, then with the short
/// id, then with the whole id. One that is too long for its receipt, or looks like a receipt itself, never
/// stands as it is.
std::vector<std::string> place_names(std::string_view name, std::string_view id);

/// A name fit for a log line or a text: in quotes, control characters and bad UTF-8 escaped.
std::string shown_name(std::string_view name);

}  // namespace reeld::spool
