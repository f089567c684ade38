#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace reeld::sim {

/// One part of a multipart/form-data body; all views are into the body.
struct FormPart {
  std::string_view name;
  bool has_filename = false;
  std::string_view content;
};

/// The parts in order; nothing where the type or the body is not a form, or does not end properly.
std::optional<std::vector<FormPart>> parse_form(std::string_view content_type, std::string_view body);

}  // namespace reeld::sim
