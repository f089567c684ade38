#include "common/config/load.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/config/config_file.hpp"
#include "common/config/schema.hpp"
#include "common/config/value.hpp"
#include "common/job/text.hpp"

namespace reeld {
namespace {

/// Lays the sources over each other, lowest first, and collects what is wrong in any of them: a wrong value
/// is told also where a higher source covers it.
class Loader {
 public:
  explicit Loader(const ConfigSources& sources) : sources_(sources) {
    const auto home = sources.environment.find("HOME");
    if (home != sources.environment.end()) home_ = home->second;
  }

  std::variant<LoadedConfig, ConfigProblems> load() {
    take_defaults();
    take_file();
    take_environment();
    take_flags();
    derive();
    check_pairs();
    if (!problems_.empty()) return std::move(problems_);
    for (const Setting& setting : config_schema()) {
      loaded_.origins.push_back(
          {std::string(setting.key), show_setting(setting, loaded_.config), origins_[setting.key]});
    }
    return std::move(loaded_);
  }

 private:
  /// Where a value stands, for messages, and how it is called in ConfigOrigin.
  struct Place {
    std::string label;
    std::string origin;
  };

  void assign(const Setting& setting, const GivenValue& given, const Place& place) {
    const std::string wrong = assign_setting(setting, given, home_, loaded_.config);
    if (wrong.empty()) {
      origins_[setting.key] = place.origin;
    } else {
      problems_.push_back(fmt::format("{}: {}", place.label, wrong));
    }
  }

  void take_defaults() {
    for (const Setting& setting : config_schema()) {
      assign(setting, GivenValue{std::string(setting.initial)},
             {fmt::format("default of {}", setting.key), "default"});
    }
    loaded_.config.data_dir = default_data_dir(sources_.environment);
  }

  void take_file() {
    if (!sources_.file) return;
    const std::string name = sources_.file->string();
    ConfigFile file = read_config_file(*sources_.file);
    const std::size_t others = problems_.size();
    for (const FileValue& value : file.values) {
      const std::size_t before = problems_.size();
      assign(*value.setting, value.given,
             {std::string(value.setting->key), fmt::format("{}:{}", name, value.line)});
      if (problems_.size() == before) continue;
      file.problems.push_back({value.line, value.column, std::move(problems_.back())});
      problems_.pop_back();
    }
    std::ranges::sort(file.problems, {}, [](const FileProblem& p) { return std::pair(p.line, p.column); });
    problems_.resize(others);
    for (const FileProblem& problem : file.problems) {
      problems_.push_back(
          problem.line == 0 ? fmt::format("{}: {}", name, problem.words)
                            : fmt::format("{}:{}:{}: {}", name, problem.line, problem.column, problem.words));
    }
  }

  void take_environment() {
    constexpr std::string_view kPrefix = "REELD_";
    for (const auto& [name, text] : sources_.environment) {
      if (!name.starts_with(kPrefix)) continue;
      const auto schema = config_schema();
      const auto setting =
          std::ranges::find_if(schema, [&](const Setting& one) { return variable_name(one.key) == name; });
      if (setting == schema.end()) {
        loaded_.warnings.push_back(unknown_variable(name));
      } else {
        assign(*setting, GivenValue{text}, {name, name});
      }
    }
  }

  static std::string unknown_variable(const std::string& name) {
    std::vector<std::string> variables;
    for (const Setting& setting : config_schema()) variables.push_back(variable_name(setting.key));
    const std::vector<std::string_view> known(variables.begin(), variables.end());
    return fmt::format("the variable {} sets nothing{}", printable(name), did_you_mean(name, known));
  }

  void take_flags() {
    for (const auto& [key, text] : sources_.flags) {
      if (const Setting* setting = find_setting(key)) {
        assign(*setting, GivenValue{text}, {"flag " + key, "flag"});
      } else {
        problems_.push_back(fmt::format("flag {}: unknown key{}", printable(key), suggest_setting(key)));
      }
    }
  }

  /// What is not set lies in data_dir.
  void derive() {
    Config& config = loaded_.config;
    if (config.data_dir.empty()) problems_.push_back("data_dir: must not be empty");
    if (has_control(config.data_dir.native())) problems_.push_back("data_dir: holds a control character");
    if (config.store.url.empty()) config.store.url = "sqlite://" + (config.data_dir / "queue.db").string();
    if (config.spool.dir.empty()) config.spool.dir = config.data_dir / "spool";
    if (config.results.dir.empty()) config.results.dir = config.data_dir / "results";
  }

  void check_pairs() {
    const Config& config = loaded_.config;
    if (config.leonardo.allowed_download_hosts.empty()) {
      problems_.push_back("leonardo.allowed_download_hosts: with none no film could be downloaded");
    }
    refuse_above("poll.min_interval", config.poll.min_interval, "poll.max_interval",
                 config.poll.max_interval);
    refuse_above("retry.base_delay", config.retry.base_delay, "retry.max_delay", config.retry.max_delay);
    if (config.frames.min_side > config.frames.max_side) {
      problems_.push_back(fmt::format("frames.min_side: {} is more than frames.max_side, {} ({})",
                                      config.frames.min_side, config.frames.max_side,
                                      origins_["frames.max_side"]));
    }
  }

  void refuse_above(std::string_view least, Duration least_value, std::string_view most,
                    Duration most_value) {
    if (least_value <= most_value) return;
    problems_.push_back(fmt::format("{}: {} is more than {}, {} ({})", least, format_duration(least_value),
                                    most, format_duration(most_value), origins_[most]));
  }

  const ConfigSources& sources_;
  std::string home_;
  LoadedConfig loaded_{};
  std::map<std::string_view, std::string> origins_;
  ConfigProblems problems_;
};

}  // namespace

std::variant<LoadedConfig, ConfigProblems> load_config(const ConfigSources& sources) {
  return Loader(sources).load();
}

}  // namespace reeld
