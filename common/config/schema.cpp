#include "common/config/schema.hpp"

#include <algorithm>

#include "common/config/rules.hpp"

namespace reeld {
namespace {

template <auto Member>
auto& root(Config& config) {
  return config.*Member;
}

template <auto Group, auto Member>
auto& in(Config& config) {
  return config.*Group.*Member;
}

using C = Config;

constexpr std::int64_t kSecond = 1'000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;

// What the program itself can have in flight, also where no limit is set.
constexpr std::int64_t kMostInFlight = 4096;

const std::vector<Setting> kSchema{
    {.key = "data_dir",
     .field = &root<&C::data_dir>,
     .initial = "",
     .description = "the folder of queue, spool and results"},
    {.key = "shutdown_timeout",
     .field = &root<&C::shutdown_timeout>,
     .initial = "10s",
     .description = "how long a stop may take",
     .least = 100,
     .most = 10 * kMinute},

    {.key = "leonardo.base_url",
     .field = &in<&C::leonardo, &LeonardoConfig::base_url>,
     .initial = "https://cloud.leonardo.ai/api/rest",
     .description = "the API, without /v1 or /v2",
     .rule = check_base_url},
    {.key = "leonardo.ca_file",
     .field = &in<&C::leonardo, &LeonardoConfig::ca_file>,
     .initial = "",
     .description = "certificates trusted beside the system's"},
    {.key = "leonardo.api_key_file",
     .field = &in<&C::leonardo, &LeonardoConfig::api_key_file>,
     .initial = "",
     .description = "the file that holds the API key"},
    {.key = "leonardo.allowed_download_hosts",
     .field = &in<&C::leonardo, &LeonardoConfig::allowed_download_hosts>,
     .initial = "cdn.leonardo.ai",
     .description = "hosts that films may be downloaded from",
     .rule = check_host_pattern},
    {.key = "leonardo.proxy",
     .field = &in<&C::leonardo, &LeonardoConfig::proxy>,
     .initial = "",
     .description = "the HTTP proxy to go through",
     .rule = check_proxy,
     .password = true},
    {.key = "leonardo.models_file",
     .field = &in<&C::leonardo, &LeonardoConfig::models_file>,
     .initial = "",
     .description = "models laid over the built-in catalogue"},

    {.key = "limits.requests_per_minute",
     .field = &in<&C::limits, &LimitsConfig::requests_per_minute>,
     .initial = "2000",
     .description = "requests of any kind to the API",
     .most = 1'000'000},
    {.key = "limits.submits_per_minute",
     .field = &in<&C::limits, &LimitsConfig::submits_per_minute>,
     .initial = "100",
     .description = "requests that start a render",
     .most = 1'000'000},
    {.key = "limits.max_generations",
     .field = &in<&C::limits, &LimitsConfig::max_generations>,
     .initial = "10",
     .description = "renders in flight",
     .most = kMostInFlight},
    {.key = "limits.max_downloads",
     .field = &in<&C::limits, &LimitsConfig::max_downloads>,
     .initial = "4",
     .description = "downloads at the same time",
     .most = kMostInFlight},

    {.key = "poll.first",
     .field = &in<&C::poll, &PollConfig::first>,
     .initial = "60s",
     .description = "the first look after a submit, until render times are learned",
     .most = kDay},
    {.key = "poll.min_interval",
     .field = &in<&C::poll, &PollConfig::min_interval>,
     .initial = "5s",
     .description = "the shortest pause between two looks",
     .least = 10,
     .most = kDay},
    {.key = "poll.max_interval",
     .field = &in<&C::poll, &PollConfig::max_interval>,
     .initial = "60s",
     .description = "the longest pause between two looks",
     .least = 10,
     .most = kDay},

    {.key = "retry.render_attempts",
     .field = &in<&C::retry, &RetryConfig::render_attempts>,
     .initial = "2",
     .description = "accepted renders of one job, the first included",
     .least = 1,
     .most = 20},
    {.key = "retry.base_delay",
     .field = &in<&C::retry, &RetryConfig::base_delay>,
     .initial = "2s",
     .description = "the first pause before a retry; it doubles from there",
     .least = 1,
     .most = kDay},
    {.key = "retry.max_delay",
     .field = &in<&C::retry, &RetryConfig::max_delay>,
     .initial = "15m",
     .description = "the longest pause before a retry",
     .least = 1,
     .most = 7 * kDay},
    {.key = "retry.render_timeout",
     .field = &in<&C::retry, &RetryConfig::render_timeout>,
     .initial = "1h",
     .description = "a render that takes longer is overdue",
     .least = kSecond,
     .most = 30 * kDay},
    {.key = "retry.download_for",
     .field = &in<&C::retry, &RetryConfig::download_for>,
     .initial = "7d",
     .description = "how long a finished film is tried to be stored",
     .least = kSecond,
     .most = 365 * kDay},

    {.key = "reconcile.settle_time",
     .field = &in<&C::reconcile, &ReconcileConfig::settle_time>,
     .initial = "3m",
     .description = "how long after a submit of unknown outcome the account's list is trusted",
     .most = kDay},
    {.key = "reconcile.if_absent",
     .field = &in<&C::reconcile, &ReconcileConfig::if_absent>,
     .initial = "park",
     .description = "what to do with a submit that provably never arrived",
     .choices = "park|resend"},

    {.key = "budget.per_day",
     .field = &in<&C::budget, &BudgetConfig::per_day>,
     .initial = "",
     .description = "the most dollars that the submits of a day (UTC) may cost",
     .rule = check_budget},
    {.key = "budget.per_batch",
     .field = &in<&C::budget, &BudgetConfig::per_batch>,
     .initial = "",
     .description = "the most dollars that a batch may cost; each release of it allows as much again",
     .rule = check_budget},
    {.key = "budget.total",
     .field = &in<&C::budget, &BudgetConfig::total>,
     .initial = "",
     .description = "the most dollars that all submits of the queue may cost, since it was made",
     .rule = check_budget},

    {.key = "spool.dir",
     .field = &in<&C::spool, &SpoolConfig::dir>,
     .initial = "",
     .description = "the folder of incoming/, accepted/ and rejected/"},
    {.key = "spool.settle",
     .field = &in<&C::spool, &SpoolConfig::settle>,
     .initial = "1s",
     .description = "how long a file that is written in place must rest",
     .most = kHour},
    {.key = "spool.rescan",
     .field = &in<&C::spool, &SpoolConfig::rescan>,
     .initial = "30s",
     .description = "the pause between two full looks at incoming/",
     .least = 100,
     .most = kDay},
    {.key = "spool.duplicate_window",
     .field = &in<&C::spool, &SpoolConfig::duplicate_window>,
     .initial = "24h",
     .description = "how long the same bytes count as a repeat",
     .most = 3650 * kDay},
    {.key = "spool.asset_roots",
     .field = &in<&C::spool, &SpoolConfig::asset_roots>,
     .initial = "",
     .description = "further folders that start frames may be read from",
     .rule = check_asset_root},

    {.key = "frames.max_mib",
     .field = &in<&C::frames, &FramesConfig::max_mib>,
     .initial = "20",
     .description = "MiB that a local picture may have",
     .least = 1,
     .most = 64},
    {.key = "frames.min_side",
     .field = &in<&C::frames, &FramesConfig::min_side>,
     .initial = "256",
     .description = "pixels that each side of a local picture has at least",
     .least = 1,
     .most = 65'535},
    {.key = "frames.max_side",
     .field = &in<&C::frames, &FramesConfig::max_side>,
     .initial = "8192",
     .description = "pixels that each side of a local picture has at most",
     .least = 1,
     .most = 65'535},

    {.key = "results.dir",
     .field = &in<&C::results, &ResultsConfig::dir>,
     .initial = "",
     .description = "the folder of finished films"},
    {.key = "results.output",
     .field = &in<&C::results, &ResultsConfig::output>,
     .initial = "{date}/{batch}/{name}",
     .description = "the template of a film's path below it",
     .rule = check_output},
    {.key = "results.timezone",
     .field = &in<&C::results, &ResultsConfig::timezone>,
     .initial = "local",
     .description = "the time zone of {date} and {time}",
     .rule = check_timezone},
    {.key = "results.mode",
     .field = &in<&C::results, &ResultsConfig::mode>,
     .initial = "0640",
     .description = "permission bits of published files",
     .least = 0600,
     .most = 0777,
     .octal = true},

    {.key = "results.min_free_mib",
     .field = &in<&C::results, &ResultsConfig::min_free_mib>,
     .initial = "512",
     .description = "MiB that stay free on the disk of the results",
     .most = 1LL << 30},

    {.key = "retention.jobs",
     .field = &in<&C::retention, &RetentionConfig::jobs>,
     .initial = "0s",
     .description = "how long a finished job stays on record; 0s: for ever",
     .most = 3650 * kDay},
    {.key = "retention.files",
     .field = &in<&C::retention, &RetentionConfig::files>,
     .initial = "0s",
     .description = "how long result files stay; 0s: for ever",
     .most = 3650 * kDay},

    {.key = "store.url",
     .field = &in<&C::store, &StoreConfig::url>,
     .initial = "",
     .description = "the queue's database",
     .rule = check_store_url},
    {.key = "store.allow_network_filesystem",
     .field = &in<&C::store, &StoreConfig::allow_network_filesystem>,
     .initial = "false",
     .description = "take a database on NFS or SMB, where locks may fail"},

    {.key = "http.listen",
     .field = &in<&C::http, &HttpConfig::listen>,
     .initial = "127.0.0.1:8420",
     .description = "addresses of the control API",
     .rule = check_listen},
    {.key = "http.token_file",
     .field = &in<&C::http, &HttpConfig::token_file>,
     .initial = "",
     .description = "the file that holds the control API's token"},

    {.key = "http.cert_file",
     .field = &in<&C::http, &HttpConfig::cert_file>,
     .initial = "",
     .description = "the certificate for TLS on the control API's addresses"},
    {.key = "http.key_file",
     .field = &in<&C::http, &HttpConfig::key_file>,
     .initial = "",
     .description = "its key, where that is not in cert_file"},
    {.key = "http.allowed_hosts",
     .field = &in<&C::http, &HttpConfig::allowed_hosts>,
     .initial = "",
     .description = "further host names that the control API answers to",
     .rule = check_host},
    {.key = "http.base_path",
     .field = &in<&C::http, &HttpConfig::base_path>,
     .initial = "",
     .description = "the path below which a proxy shows the control API",
     .rule = check_base_path},

    {.key = "hooks.command",
     .field = &in<&C::hooks, &HooksConfig::command>,
     .initial = "",
     .description = "the program that is told of events, with its arguments"},
    {.key = "hooks.url",
     .field = &in<&C::hooks, &HooksConfig::url>,
     .initial = "",
     .description = "the address that events are posted to",
     .rule = check_hook_url},
    {.key = "hooks.secret_file",
     .field = &in<&C::hooks, &HooksConfig::secret_file>,
     .initial = "",
     .description = "the file that holds the secret which signs what is posted"},
    {.key = "hooks.events",
     .field = &in<&C::hooks, &HooksConfig::events>,
     .initial = "",
     .description = "the events that hooks are told of; none named: all",
     .rule = check_hook_event},
    {.key = "hooks.timeout",
     .field = &in<&C::hooks, &HooksConfig::timeout>,
     .initial = "30s",
     .description = "how long a hook may take",
     .least = 100,
     .most = kHour},
    {.key = "hooks.keep_trying",
     .field = &in<&C::hooks, &HooksConfig::keep_trying>,
     .initial = "1d",
     .description = "how long a failing hook is tried again",
     .most = 30 * kDay},

    {.key = "log.level",
     .field = &in<&C::log, &LogConfig::level>,
     .initial = "info",
     .description = "the least severe lines that are written",
     .choices = "trace|debug|info|warn|error"},
    {.key = "log.format",
     .field = &in<&C::log, &LogConfig::format>,
     .initial = "text",
     .description = "the form of a line",
     .choices = "text|json|journald"},
};

}  // namespace

std::span<const Setting> config_schema() {
  return kSchema;
}

const Setting* find_setting(std::string_view key) {
  const auto found = std::ranges::find(kSchema, key, &Setting::key);
  return found == kSchema.end() ? nullptr : &*found;
}

std::string variable_name(std::string_view key) {
  std::string name = "REELD_";
  for (char c : key) {
    if (c == '.') {
      name += "__";
    } else {
      name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
  }
  return name;
}

}  // namespace reeld
