#include "tests/simulator/flags.hpp"

#include <CLI/CLI.hpp>

namespace reeld::sim {

namespace {

std::optional<Duration> parse_signed_duration(std::string text) {
  const bool negative = text.starts_with('-');
  if (negative) text.erase(0, 1);
  const auto duration = parse_duration(text);
  if (!duration) return std::nullopt;
  return negative ? -*duration : *duration;
}

void add_duration(CLI::App& app, const std::string& name, Duration& target, const std::string& help) {
  const auto read = [&target](const std::string& text) {
    const auto duration = parse_signed_duration(text);
    if (!duration) throw CLI::ValidationError("not a duration (500ms, 2s, 3m): " + text);
    target = *duration;
  };
  app.add_option_function<std::string>(name, read, help)->type_name("DURATION");
}

void add_money(CLI::App& app, const std::string& name, const std::function<void(Money)>& take,
               const std::string& help) {
  const auto read = [take](const std::string& text) {
    const auto money = parse_money(text);
    if (!money) throw CLI::ValidationError("not an amount (12.50): " + text);
    take(*money);
  };
  app.add_option_function<std::string>(name, read, help)->type_name("DOLLARS");
}

void add_place_flags(CLI::App& app, Flags& flags) {
  Options& options = flags.options;
  app.add_option("--listen", options.listen, "address to listen on")->capture_default_str();
  app.add_option("--port", options.port, "port; 0 takes a free one")->capture_default_str();
  app.add_option("--dir", options.dir, "folder for ca.pem and the CA's key, used again when present");
  app.add_option("--state", options.state, "file that keeps what was accepted over a restart");
  app.add_option("--script", flags.script, "JSON file with faults")->check(CLI::ExistingFile);
  app.add_option("--cdn-host", options.cdn_host, "host name in film addresses")->capture_default_str();
  app.add_flag("--wrong-host-cert", options.wrong_host_cert, "present a certificate for another host");
  app.add_flag("--expired-cert", options.expired_cert, "present a certificate that ended yesterday");
  app.add_option("--max-connections", options.max_connections, "more are closed at once")
      ->capture_default_str()
      ->check(CLI::Range(1, 100'000));
}

void add_render_flags(CLI::App& app, Options& options) {
  app.add_option("--api-key", options.api_key, "the one key that is accepted")->capture_default_str();
  add_duration(app, "--render-time", options.render_time, "how long a render takes (2s)");
  app.add_option("--render-jitter", options.render_jitter, "0.2: 80 to 120 % of the render time")
      ->check(CLI::Range(0.0, 1.0));
  app.add_option("--video-bytes", options.video_bytes,
                 "exact size of every film; 0: a small clip's natural size");
  add_duration(app, "--list-delay", options.list_delay, "how long a new generation stays out of the list");
  add_duration(app, "--clock-skew", options.clock_skew, "the cloud's clock minus this machine's (-10m)");
  app.add_option("--random-seed", options.random_seed, "for jitter, drawn seeds and fault probabilities");
  app.add_flag_function(
      "--no-seed-echo", [&options](std::int64_t) { options.echo_seed = false; }, "the seed reads null");
  app.add_flag_function(
      "--no-range", [&options](std::int64_t) { options.range = false; }, "downloads ignore Range");
  app.add_flag("--top-level-envelope", options.top_level_envelope,
               "answer submits without the `generate` member");
  app.add_flag("--accept-request-wrapper", options.accept_request_wrapper,
               "take LTX 2.3 bodies as in its guide");
  app.add_option("--known-image", options.known_images, "ids of images uploaded before (may be repeated)");
}

void add_limit_flags(CLI::App& app, Options& options) {
  // Values are taken in the order of these calls, so single limits can be set beside --no-limits.
  app.add_flag_function(
      "--no-limits",
      [&options](std::int64_t) {
        options.requests_per_minute = options.submits_per_minute = options.concurrency = options.max_pending =
            0;
      },
      "all limits off, but for those given beside it");
  const auto add = [&app](const std::string& name, int& target, const std::string& help) {
    app.add_option(name, target, help)->capture_default_str()->check(CLI::Range(0, 1'000'000));
  };
  add("--requests-per-minute", options.requests_per_minute, "all requests with a key; 0: no limit");
  add("--submits-per-minute", options.submits_per_minute, "submits; 0: no limit");
  add("--concurrency", options.concurrency, "renders at a time; 0: no limit");
  add("--max-pending", options.max_pending, "accepted jobs that may wait for a slot; 0: no limit");
  add("--retry-after", options.retry_after, "seconds in the Retry-After of a 429; 0: no such header");
  add_money(
      app, "--balance", [&options](Money money) { options.balance = money; }, "what the account starts with");
  add_money(
      app, "--price-per-second",
      [&options](Money money) {
        for (auto& [model, price] : options.prices) price = {money, money, money};
      },
      "one price for all models and sizes");
}

}  // namespace

std::optional<Flags> parse_flags(int argc, const char* const* argv, int& exit_code) {
  Flags flags;
  CLI::App app("reeld-sim: a fake Leonardo cloud for tests. Prints one line of JSON when it is ready.");
  add_place_flags(app, flags);
  add_render_flags(app, flags.options);
  add_limit_flags(app, flags.options);
  try {
    app.parse(argc, argv);
    return flags;
  } catch (const CLI::ParseError& error) {
    exit_code = app.exit(error) == 0 ? 0 : 2;
    return std::nullopt;
  }
}

}  // namespace reeld::sim
