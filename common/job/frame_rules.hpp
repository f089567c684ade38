#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/job/image_format.hpp"
#include "common/job/spec.hpp"

namespace reeld {

/// What a local picture must be to become a frame.
struct FrameLimits {
  std::uint64_t max_bytes = 20U << 20;
  int min_side = 256;  ///< pixels
  int max_side = 8192;
};

/// Why a picture of these pixels is no frame, in words; "" when it is one.
std::string why_no_frame(const ImageInfo& picture, const FrameLimits& limits);

/// That the picture's shape is not the film's, so that the service stretches it; "" where the two agree
/// within 2 % or the film takes the picture's size. `name`: "start frame".
std::string shape_warning(std::string_view name, const ImageInfo& picture, const JobSpec& spec);

}  // namespace reeld
