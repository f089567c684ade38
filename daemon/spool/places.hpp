#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "common/util/error.hpp"

namespace reeld::spool {

/// Where a job file stands (or will), with what is written beside it.
struct Place {
  std::filesystem::path folder;
  std::string name;

  std::filesystem::path file() const { return folder / name; }
  std::filesystem::path receipt() const { return folder / (name + ".receipt.json"); }
  std::filesystem::path done() const { return folder / (name + ".done.json"); }
  std::filesystem::path error_json() const { return folder / (name + ".error.json"); }
  std::filesystem::path error_text() const { return folder / (name + ".error.txt"); }
};

/// The place that belongs to `id` by what is written beside it, if there is one. Blocking.
Result<std::optional<Place>> find_place(const std::filesystem::path& folder, std::string_view name,
                                        std::string_view id);

/// The place that belongs to `id`, else the first free one. Asked again after a crash it answers the same,
/// once something that names the id was written there. Blocking.
Result<Place> choose_place(const std::filesystem::path& folder, std::string_view name, std::string_view id);

}  // namespace reeld::spool
