#pragma once

#include <cstdint>
#include <span>

namespace reeld::sim {

using Bytes = std::span<const std::uint8_t>;

/// The clip that plays for `seconds`: 6, else the one of 8 seconds.
Bytes clip_of(int seconds);

/// The one poster, a JPEG.
Bytes poster();

}  // namespace reeld::sim
