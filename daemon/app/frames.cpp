#include "daemon/app/frames.hpp"

namespace reeld::app {

std::filesystem::path frames_folder(const Config& config) {
  return config.data_dir / "frames";
}

spool::FrameRules frame_rules(const Config& config) {
  spool::FrameRules rules;
  rules.roots = config.spool.asset_roots;
  rules.roots.push_back(config.spool.dir);
  rules.limits = {static_cast<std::uint64_t>(config.frames.max_mib) << 20, config.frames.min_side,
                  config.frames.max_side};
  return rules;
}

}  // namespace reeld::app
