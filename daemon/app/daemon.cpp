#include "daemon/app/daemon.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>

#include "common/util/log.hpp"
#include "common/util/user.hpp"
#include "daemon/app/catalogue.hpp"
#include "daemon/app/exit_codes.hpp"
#include "daemon/app/frames.hpp"
#include "version.hpp"

namespace reeld::app {
namespace {

using namespace std::chrono_literals;

/// Kept back from shutdown_timeout for what comes after the jobs: intake, the queue's last checkpoint.
constexpr Duration kShutdownReserve = 2'000ms;
/// Beyond shutdown_timeout, before a service manager ends the daemon by force.
constexpr Duration kMayTakeLonger = 10'000ms;
/// For requests that are being answered when the daemon stops.
constexpr Duration kRequestsEndWithin = 500ms;

/// An amount that the configuration has checked; nothing for none.
std::optional<Amount> to_cap(const std::string& dollars) {
  const auto read = read_amount(dollars);
  return read ? std::optional(read->amount) : std::nullopt;
}

}  // namespace

Result<std::unique_ptr<Daemon>> Daemon::build(asio::io_context& io, Startup startup) {
  const Config& config = startup.config;
  auto catalogue = load_catalogue(config.leonardo.models_file);
  if (!catalogue) return catalogue.error();
  auto database = store::database_file(config.store.url);
  if (!database) return database.error();
  auto places = take_places(config, *database, startup.environment);
  if (!places) return places.error();
  // The clock outlives the store: both are members, the clock first.
  store::OpenOptions options{*database, config.store.allow_network_filesystem};
  if (places->results_are_marked) options.results = config.results.dir;
  options.on_slow_step = [](const std::string& words) {
    spdlog::info("{}", words);
    ServiceManager::starting(words);
  };
  auto daemon =
      std::unique_ptr<Daemon>(new Daemon(io, std::move(startup), std::move(*catalogue), std::move(*places)));
  auto store = store::open_store(options, daemon->clock_, daemon->metrics_.get());
  if (!store) return store.error();
  daemon->store_ = std::move(*store);
  try {
    daemon->connect(proxy_settings(daemon->config_.leonardo.proxy, daemon->startup_.environment));
  } catch (const std::runtime_error& error) {
    return Error{Errc::kBadInput, "app.connect", error.what()};
  }
  if (auto prepared = daemon->intake_->prepare(); !prepared) return prepared.error();
  if (auto opened = daemon->open_control(*database); !opened) return opened.error();
  return daemon;
}

Daemon::Daemon(asio::io_context& io, Startup startup, Catalogue catalogue, Places places)
    : startup_(std::move(startup)),
      executor_(io.get_executor()),
      catalogue_(std::move(catalogue)),
      metrics_(metrics::make_metrics({kVersion, store::sqlite_version()}, clock_.now())),
      places_(std::move(places)),
      service_manager_(clock_, questions()),
      signals_(executor_, SIGTERM, SIGINT),
      hangups_(executor_),
      services_(executor_, [this](std::exception_ptr exception) { service_died(exception); }) {}

void Daemon::connect(const ProxySettings& proxy) {
  const std::string api_key = startup_.api_key ? *startup_.api_key : "";
  client_options_.ca_file = config_.leonardo.ca_file;
  client_options_.proxy = proxy.proxy;
  client_options_.no_proxy = proxy.no_proxy;
  client_options_.user_agent = fmt::format("reeld/{}", kVersion);
  client_ = http::make_client(executor_, client_options_);
  api_ = leonardo::make_api(*client_, clock_, {config_.leonardo.base_url, api_key, metrics_.get()});
  cdn_ = leonardo::make_cdn(*client_, clock_, {config_.leonardo.allowed_download_hosts, metrics_.get()});
  images_ = leonardo::make_images(*client_, {config_.leonardo.base_url, api_key, metrics_.get()});
  engine_ =
      std::make_unique<engine::Engine>(executor_,
                                       engine::Engine::Parts{*store_, *api_, *cdn_, *images_, pool_, clock_,
                                                             random_, uuids_, catalogue_, *metrics_},
                                       engine_options(), [this] { reporter_->poke(); });
  intake_ = std::make_unique<spool::Intake>(
      spool::Intake::Parts{*store_, pool_, clock_, uuids_, catalogue_, *store_}, intake_options(), [this] {
        engine_->poke();
        reporter_->poke();
      });
  reporter_ =
      std::make_unique<spool::Reporter>(executor_, spool::Reporter::Parts{*store_, pool_}, config_.spool.dir);
  std::function<std::optional<Duration>()> clock_difference = [this]() -> std::optional<Duration> {
    if (!api_->knows_upstream_time()) return std::nullopt;
    return api_->upstream_now() - clock_.now();
  };
  upkeep_ = std::make_unique<upkeep::Upkeep>(
      upkeep::Upkeep::Parts{*store_, pool_, clock_, std::move(clock_difference)}, upkeep_options());
}

engine::EngineOptions Daemon::engine_options() const {
  engine::EngineOptions options;
  options.base_url = config_.leonardo.base_url;
  options.results = config_.results.dir;
  options.frames = frames_folder(config_);
  options.results_are_marked = places_.results_are_marked;
  options.results_mode = config_.results.mode;
  if (!startup_.api_key) options.missing_key = startup_.api_key.error().detail;
  options.rules = engine_rules();
  return options;
}

engine::EngineRules Daemon::engine_rules() const {
  engine::EngineRules rules;
  rules.limits = {config_.limits.requests_per_minute, config_.limits.submits_per_minute,
                  config_.limits.max_generations, config_.limits.max_downloads};
  rules.poll = {config_.poll.first, config_.poll.min_interval, config_.poll.max_interval};
  rules.retry = {config_.retry.base_delay, config_.retry.max_delay};
  rules.render_attempts = config_.retry.render_attempts;
  rules.render_timeout = config_.retry.render_timeout;
  rules.download_for = config_.retry.download_for;
  rules.settle_time = config_.reconcile.settle_time;
  rules.if_absent = config_.reconcile.if_absent;
  rules.min_free_bytes = static_cast<std::uint64_t>(config_.results.min_free_mib) << 20;
  rules.caps = {to_cap(config_.budget.per_day), to_cap(config_.budget.per_batch),
                to_cap(config_.budget.total)};
  return rules;
}

spool::IntakeOptions Daemon::intake_options() const {
  spool::IntakeOptions options;
  options.dir = config_.spool.dir;
  options.settle = config_.spool.settle;
  options.rescan = config_.spool.rescan;
  options.duplicate_window = config_.spool.duplicate_window;
  options.output = config_.results.output;
  options.timezone = config_.results.timezone;
  options.frames = frame_rules(config_);
  options.copies = frames_folder(config_);
  return options;
}

upkeep::UpkeepOptions Daemon::upkeep_options() const {
  return {config_.results.dir, config_.retention.jobs, config_.retention.files,
          config_.spool.duplicate_window, places_.results_are_marked};
}

Result<void> Daemon::open_control(const std::filesystem::path& database) {
  ControlPlane::Parts parts{*engine_, *store_,    *client_,  *images_, pool_,    clock_,         random_,
                            uuids_,   catalogue_, *metrics_, *upkeep_, database, client_options_};
  auto control = ControlPlane::build(executor_, std::move(parts), config_, startup_.environment);
  if (!control) return control.error();
  control_ = std::move(*control);
  return {};
}

asio::awaitable<bool> Daemon::run() {
  log_event(spdlog::level::info, "ready",
            {{"version", kVersion},
             {"spool", (config_.spool.dir / "incoming").string()},
             {"results", config_.results.dir.string()},
             {"upstream", config_.leonardo.base_url},
             {"pid", ::getpid()}});
  if (!startup_.begin_paused.empty()) co_await begin_paused();
  services_.spawn(intake_->run());
  services_.spawn(reporter_->run());
  services_.spawn(upkeep_->run());
  services_.spawn(engine_->run());
  control_->start(services_);
  services_.spawn(service_manager_.run());
  services_.spawn(service_manager_.feed_watchdog());
  if (startup_.load_again) services_.spawn(reload_on_hangup());
  boost::system::error_code died;
  const int signal = co_await signals_.async_wait(asio::redirect_error(asio::use_awaitable, died));
  if (!died) spdlog::info("stopping: {}", signal == SIGTERM ? "SIGTERM" : "SIGINT");
  if (startup_.on_stopping) startup_.on_stopping();
  co_await wind_down();
  co_return !died_;
}

ServiceManager::Questions Daemon::questions() {
  return {[this] { return engine_->recovered(); },
          // What is asked does not matter: the answer comes from the store's thread.
          [this]() -> asio::awaitable<void> { co_await store_->paused(); },
          [this] { return control_->status(); }};
}

/// Before the engine looks at the queue: not even the first job is sent.
asio::awaitable<void> Daemon::begin_paused() {
  for (;;) {
    store::Pause pause{startup_.begin_paused, user_name(::geteuid()), clock_.now()};
    const auto paused = co_await store_->pause(std::move(pause));
    if (paused) co_return;
    spdlog::error("the queue cannot be paused, trying on: {}", describe(paused.error()));
    co_await clock_.sleep_for(1s);
  }
}

void Daemon::service_died(std::exception_ptr exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const std::exception& error) {
    spdlog::critical("a bug ended a part of the daemon, which stops now: {}", error.what());
  }
  died_ = true;
  signals_.cancel();
}

asio::awaitable<void> Daemon::wind_down() {
  // A second signal ends the process at once, which is safe at any moment.
  signals_.async_wait([](const boost::system::error_code& cancelled, int) {
    if (!cancelled) ::_exit(kExitTryLater);
  });
  service_manager_.stopping(config_.shutdown_timeout + kMayTakeLonger);
  const Duration grace = std::max<Duration>(config_.shutdown_timeout - kShutdownReserve, 0ms);
  co_await engine_->stop(grace);
  co_await control_->stop(kRequestsEndWithin);
  // Reports first learn of the jobs that ended last; they cost little and are repeated at the next start
  // anyway.
  services_.cancel(asio::cancellation_type::terminal);
  if (!co_await services_.join(1s)) spdlog::warn("a part of the daemon did not stop in time");
  client_->shutdown();
  control_->close();
  signals_.cancel();
}

void Daemon::close() {
  store_->close();
  pool_.join();
  spdlog::info("stopped");
}

}  // namespace reeld::app
