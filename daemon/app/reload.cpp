#include "daemon/app/reload.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "daemon/app/daemon.hpp"
#include "daemon/app/hook_service.hpp"

namespace reeld::app {
namespace {

std::string in_words(const SettingChange& change) {
  if (change.after.empty()) return change.key;
  return fmt::format("{} = {} (was {})", change.key, change.after, change.before);
}

/// A key that comes with another way to the service may be that service's alone: the one that is still in
/// force must not see it.
bool leads_elsewhere(const ConfigChanges& changes) {
  return std::ranges::any_of(changes.needs_restart, [](const std::string& key) {
    return key == "leonardo.base_url" || key == "leonardo.proxy" || key == "leonardo.ca_file";
  });
}

void tell(const ConfigChanges& changes, bool anything_new) {
  for (const SettingChange& change : changes.taken) {
    spdlog::info("changed: {}", in_words(change));
  }
  for (const std::string& key : changes.needs_restart) {
    spdlog::warn("needs a restart: {}; its old value stays in force", key);
  }
  spdlog::info(anything_new ? "reloaded" : "reloaded: nothing that is in force has changed");
}

void refuse(const ConfigProblems& problems) {
  spdlog::error("the new configuration is refused, the old one stays in force");
  for (const std::string& problem : problems) spdlog::error("{}", problem);
}

Json as_json(const ConfigChanges& changes) {
  Json taken = Json::object();
  for (const SettingChange& change : changes.taken) {
    Json& told = taken[change.key] = Json::object();
    if (!change.after.empty()) told = {{"value", change.after}, {"before", change.before}};
  }
  return {{"changed", std::move(taken)}, {"needs_restart", changes.needs_restart}};
}

}  // namespace

std::variant<FreshConfig, ConfigProblems> load_again(const LoadConfig& load,
                                                     const std::map<std::string, std::string>& environment,
                                                     bool has_key) {
  auto loaded = load();
  if (auto* wrong = std::get_if<ConfigProblems>(&loaded)) return std::move(*wrong);
  auto& fresh = std::get<LoadedConfig>(loaded);
  ConfigProblems problems;
  auto key = find_api_key(fresh.config.leonardo, environment);
  if (!key && has_key) problems.push_back(key.error().detail);
  if (key && !key->warning.empty()) fresh.warnings.push_back(key->warning);
  auto hooks = read_hook_options(fresh.config.hooks);
  if (!hooks) problems.push_back(hooks.error().detail);
  if (!problems.empty()) return problems;
  return FreshConfig{std::move(fresh), std::move(key), std::move(*hooks)};
}

std::string reload_words(const ConfigChanges& changes, bool other_key) {
  std::vector<std::string> words;
  for (const SettingChange& change : changes.taken) words.push_back(in_words(change));
  if (other_key) words.emplace_back("the API key");
  if (!changes.needs_restart.empty()) {
    words.push_back(fmt::format("needs a restart: {}", fmt::join(changes.needs_restart, ", ")));
  }
  if (words.empty()) return "";
  return fmt::format("the configuration was reloaded: {}", fmt::join(words, "; "));
}

asio::awaitable<void> Daemon::reload_on_hangup() {
  for (;;) {
    co_await hangups_.wait();
    if (engine_->stopping()) continue;
    service_manager_.reloading();
    co_await reload();
    service_manager_.reloaded();
  }
}

asio::awaitable<void> Daemon::reload() {
  spdlog::info("SIGHUP: the configuration is loaded again");
  using Loaded = std::variant<FreshConfig, ConfigProblems>;
  const std::function<Result<Loaded>()> load = [this]() -> Result<Loaded> {
    try {
      return load_again(startup_.load_again, startup_.environment, startup_.api_key.has_value());
    } catch (const std::exception& error) {
      return Loaded(ConfigProblems{error.what()});
    }
  };
  auto loaded = co_await pool_.run(load);
  if (engine_->stopping()) co_return;
  if (!loaded) co_return refuse({describe(loaded.error())});
  if (const auto* wrong = std::get_if<ConfigProblems>(&*loaded)) co_return refuse(*wrong);
  auto& fresh = std::get<FreshConfig>(*loaded);
  // The only step that may still fail comes first.
  if (auto set = control_->set_hooks(std::move(fresh.hooks)); !set) co_return refuse({set.error().detail});
  ConfigChanges changes = take_live_settings(startup_.config, fresh.loaded.config);
  // A level that is louder is in force for these lines already, one that is quieter is not yet.
  const auto level = spdlog::level::from_str(startup_.config.log.level);
  spdlog::set_level(std::min(level, spdlog::get_level()));
  for (const std::string& warning : fresh.loaded.warnings) spdlog::warn("{}", warning);
  const bool other_key = take_key(std::move(fresh.api_key), changes);
  if (!changes.taken.empty()) put_in_force();
  tell(changes, other_key || !changes.taken.empty() || !startup_.api_key);
  spdlog::set_level(level);
  std::string words = reload_words(changes, other_key);
  Json detail = as_json(changes);
  if (!words.empty()) {
    co_await engine_->announce(store::EventKind::kConfigReloaded, std::move(words), std::move(detail));
  }
}

/// True for another key than the one in force, which is used from now on; one that waits for a restart is
/// added to the changes.
bool Daemon::take_key(Result<ApiKey> fresh, ConfigChanges& changes) {
  if (!fresh) {
    spdlog::warn("submits are held: {}", fresh.error().detail);
    engine_->miss_key(fresh.error().detail);
    startup_.api_key = fresh.error();
    return false;
  }
  if (startup_.api_key && *startup_.api_key == fresh->secret) return false;
  if (leads_elsewhere(changes)) {
    changes.needs_restart.emplace_back("the API key");
    return false;
  }
  spdlog::info("using the API key from {}", fresh->origin);
  engine_->set_key(fresh->secret);
  startup_.api_key = std::move(fresh->secret);
  return true;
}

void Daemon::put_in_force() {
  const Config& config = startup_.config;
  engine_->set_rules(engine_rules());
  cdn_->allow_hosts(config.leonardo.allowed_download_hosts);
  upkeep_->keep(config.retention.jobs, config.retention.files);
}

}  // namespace reeld::app
