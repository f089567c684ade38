#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>

#include "common/job/check_parts.hpp"
#include "common/job/text.hpp"

namespace reeld::check {
namespace {

int shorter_side(const Size& size) {
  return std::min(size.width, size.height);
}

std::string list_sizes(const Model& model) {
  std::vector<std::string> sizes;
  for (const Size& size : model.sizes) sizes.push_back(fmt::format("{}x{}", size.width, size.height));
  return fmt::format("{} ({})", fmt::join(sizes, ", "), model.name);
}

std::vector<std::string> mode_names(const Model& model) {
  std::vector<std::string> names;
  for (const auto& [name, side] : model.modes) names.push_back(name);
  return names;
}

/// The size that the job states. `wrong` is set where it states one that cannot be used.
std::optional<Size> stated_size(const Members& parameters, const Model& model, bool& wrong) {
  const bool has_width = parameters.find("width") != nullptr;
  const bool has_height = parameters.find("height") != nullptr;
  if (!has_width && !has_height) return std::nullopt;
  wrong = true;
  const auto width = parameters.integer("width", INT64_MIN, INT64_MAX);
  const auto height = parameters.integer("height", INT64_MIN, INT64_MAX);
  if (has_width != has_height) {
    parameters.problem(has_width ? "height" : "width",
                       "is missing: width and height go together; " + list_sizes(model));
    return std::nullopt;
  }
  if (!width || !height) return std::nullopt;
  const auto size = std::ranges::find_if(
      model.sizes, [&](const Size& known) { return known.width == *width && known.height == *height; });
  if (size == model.sizes.end()) {
    const bool width_is_known =
        std::ranges::any_of(model.sizes, [&](const Size& s) { return s.width == *width; });
    parameters.problem(width_is_known ? "height" : "width",
                       fmt::format("{}x{} is not one of {}", *width, *height, list_sizes(model)));
    return std::nullopt;
  }
  wrong = false;
  return *size;
}

/// The mode that the job states, as the catalogue has it. `wrong` is set where it states another.
std::optional<std::string> stated_mode(const Members& parameters, const Model& model, bool& wrong) {
  if (parameters.find("mode") == nullptr) return std::nullopt;
  const auto mode = parameters.text("mode");
  wrong = !mode || !model.modes.contains(*mode);
  if (mode && wrong) {
    parameters.problem("mode", model.modes.empty()
                                   ? model.name + " has no modes"
                                   : fmt::format("{} is not one of {} ({})", in_quotes(*mode),
                                                 fmt::join(mode_names(model), ", "), model.name));
  }
  return wrong ? std::nullopt : mode;
}

/// The size of a job that states none: the mode's, in the default's orientation where the model has that.
Size implied_size(const Model& model, const std::optional<std::string>& mode) {
  if (!mode) return model.default_size;
  const int side = model.modes.at(*mode);
  const bool landscape = model.default_size.width >= model.default_size.height;
  Size found = model.default_size;
  bool matched = false;
  for (const Size& size : model.sizes) {
    const bool alike = (size.width >= size.height) == landscape;
    if (shorter_side(size) != side || (matched && !alike)) continue;
    found = size;
    matched = true;
    if (alike) break;
  }
  return found;
}

/// The mode whose shorter side is that of `size`; nothing where no mode has it.
std::optional<std::string> implied_mode(const Model& model, const Size& size) {
  for (const auto& [name, side] : model.modes) {
    if (side == shorter_side(size)) return name;
  }
  return std::nullopt;
}

}  // namespace

void check_sizes(const Members& parameters, const Model& model, JobSpec& spec) {
  bool size_wrong = false;
  bool mode_wrong = false;
  auto size = stated_size(parameters, model, size_wrong);
  spec.mode = stated_mode(parameters, model, mode_wrong);
  if (size_wrong || mode_wrong) return;
  if (size && spec.mode && model.modes.at(*spec.mode) != shorter_side(*size)) {
    const bool landscape = size->width >= size->height;
    return parameters.problem(
        "mode", fmt::format("mode {} means {}, but the {} is {}", *spec.mode, model.modes.at(*spec.mode),
                            landscape ? "height" : "width", shorter_side(*size)));
  }
  // With a start frame a size left out is the image's, which only the service knows.
  if (!size && !spec.start_frame) size = implied_size(model, spec.mode);
  if (!size) return;
  spec.width = size->width;
  spec.height = size->height;
  if (!spec.mode) spec.mode = implied_mode(model, *size);
}

}  // namespace reeld::check
