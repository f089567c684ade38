#include "common/config/changes.hpp"

#include "common/config/value.hpp"

namespace reeld {

ConfigChanges take_live_settings(Config& config, Config fresh) {
  ConfigChanges changes;
  for (const Setting& setting : config_schema()) {
    const auto compare = [&](auto* field) { return field(config) == field(fresh); };
    if (std::visit(compare, setting.field)) continue;
    if (!setting.live) {
      changes.needs_restart.emplace_back(setting.key);
      continue;
    }
    SettingChange& change = changes.taken.emplace_back();
    change.key = setting.key;
    if (!setting.discreet) change.before = show_setting(setting, config);
    if (!setting.discreet) change.after = show_setting(setting, fresh);
    const auto take = [&](auto* field) { field(config) = field(fresh); };
    std::visit(take, setting.field);
  }
  return changes;
}

}  // namespace reeld
