#include "common/job/frame_rules.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace reeld {

std::string why_no_frame(const ImageInfo& picture, const FrameLimits& limits) {
  const auto is_allowed = [&](int side) { return side >= limits.min_side && side <= limits.max_side; };
  if (is_allowed(picture.width) && is_allowed(picture.height)) return "";
  return fmt::format("is {}x{} pixels; each side must have {} to {} (frames.min_side, frames.max_side)",
                     picture.width, picture.height, limits.min_side, limits.max_side);
}

std::string shape_warning(std::string_view name, const ImageInfo& picture, const JobSpec& spec) {
  if (!spec.width || !spec.height) return "";
  // The two shapes as fractions over one denominator: whole numbers, nothing to round.
  const std::int64_t film = std::int64_t{*spec.width} * picture.height;
  const std::int64_t frame = std::int64_t{picture.width} * *spec.height;
  if (std::abs(film - frame) * 50 <= film) return "";
  return fmt::format("the {} is {}x{} and the film {}x{}: the service stretches the picture", name,
                     picture.width, picture.height, *spec.width, *spec.height);
}

}  // namespace reeld
