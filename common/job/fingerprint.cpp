#include "common/job/fingerprint.hpp"

#include <fmt/format.h>

namespace reeld {

std::string fingerprint(const JobSpec& spec) {
  const std::string seed = spec.seed ? std::to_string(*spec.seed) : "drawn";
  return fmt::format("{}\n{}x{}\n{}\n{}", spec.model, spec.width.value_or(0), spec.height.value_or(0), seed,
                     spec.prompt);
}

}  // namespace reeld
