#pragma once

#include <toml++/toml.h>

#include <string>
#include <string_view>
#include <vector>

#include "common/job/catalogue.hpp"

namespace reeld {

/// Changes `model` as one table of a catalogue file says, and checks the whole of it afterwards.
///
/// Returns what is wrong, each with file, line, column and key; empty: all is well.
std::vector<std::string> read_model_table(const toml::table& table, std::string_view file_name, Model& model);

/// "models.toml:12:3: models.x.durations: words", the form of every message about a catalogue file.
std::string model_file_problem(std::string_view file_name, unsigned line, unsigned column,
                               std::string_view key, std::string_view words);

}  // namespace reeld
