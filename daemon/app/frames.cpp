#include "daemon/app/frames.hpp"

namespace reeld::app {

std::filesystem::path frames_folder(const Config& config) {
  return config.data_dir / "frames";
}

spool::FrameRules frame_rules(const Config& config) {
  spool::FrameRules rules;
  rules.roots = config.spool.asset_roots;
  rules.roots.push_back(config.spool.dir);
  return rules;
}

}  // namespace reeld::app
