// What a reload of the configuration changes while jobs are in flight.
#include "daemon/engine/engine.hpp"
#include "daemon/engine/job_run.hpp"

namespace reeld::engine {

void Engine::set_rules(EngineRules rules) {
  const bool other_settle_time = rules.settle_time != options_.rules.settle_time;
  options_.rules = std::move(rules);
  governor_.set_limits(options_.rules.limits, options_.rules.retry);
  frame_uploads_.set_retry(options_.rules.retry);
  if (other_settle_time) reconciler_.settle_time_changed();
  for (auto& run : runs_) run->poke();
  disk_wakeup_.poke();
  work_.poke();
}

void Engine::set_key(const std::string& key) {
  ++key_no_;
  options_.missing_key.clear();
  parts_.api.set_key(key);
  parts_.images.set_key(key);
  frame_uploads_.key_changed();
  // It may be another account's. Until that is known nothing is sent, and no list is read.
  account_.clear();
  hold_.put("the API key has changed, and the account has not answered yet", parts_.clock.elapsed());
  hold_class_.clear();
  // No trouble has been met with this one.
  hold_.confirm();
  hold_.probe_now(parts_.clock.elapsed());
  for (auto& run : runs_) {
    if (run->job().state == JobState::kSubmitting) run->poke();
  }
  work_.poke();
}

void Engine::miss_key(std::string reason) {
  options_.missing_key = std::move(reason);
  hold_.probe_now(parts_.clock.elapsed());
  work_.poke();
}

}  // namespace reeld::engine
