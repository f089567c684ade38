#include "daemon/app/control_plane.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "common/job/image_format.hpp"
#include "daemon/api/shapes.hpp"
#include "daemon/app/status_line.hpp"
#include "daemon/files/durable.hpp"
#include "daemon/store/open.hpp"
#include "version.hpp"

namespace reeld::app {
namespace {

using namespace std::chrono_literals;

/// Lists, live events and figures read side by side, and none waits for a slow one.
constexpr int kReaders = 3;

constexpr Duration kAccountAnswersWithin = 10s;
constexpr Duration kLookForAccount = 100ms;

/// Figures are floating point numbers to Prometheus; nothing is decided by them.
double in_dollars(Amount amount) {
  return static_cast<double>(amount.billionths) / 1e9;
}

void set_spend(metrics::Snapshot& snapshot, const store::Stats& stats, const engine::Situation& situation,
               Time now) {
  snapshot.budget_per_day = in_dollars(situation.caps.per_day.value_or(Amount{}));
  for (const store::SpendLine& line : stats.spend) {
    if (line.unit != kDollars || line.day != std::chrono::floor<std::chrono::days>(now)) continue;
    snapshot.spent_today = in_dollars(line.spent);
    snapshot.reserved_today = in_dollars(line.reserved);
  }
}

/// What was asked for with the key before may be in its account, and is nobody's now.
Error other_key() {
  return {Errc::kUnavailable, "app.image", "the API key has changed meanwhile; upload the image again"};
}

}  // namespace

/// The engine as the API knows it.
class ControlPlane::EngineControl final : public api::Control {
 public:
  explicit EngineControl(engine::Engine& engine) : engine_(engine) {}

  Async<store::ActionResult> act(store::Action action, std::vector<JobId> jobs, std::string by,
                                 bool delete_upstream) override {
    return engine_.act(action, std::move(jobs), std::move(by), delete_upstream);
  }
  Async<store::ActionResult> resolve(JobId job, store::Resolution resolution, std::string by) override {
    return engine_.resolve(std::move(job), std::move(resolution), std::move(by));
  }
  Async<int> release_batch(BatchId batch, std::string by) override {
    return engine_.release_batch(std::move(batch), std::move(by));
  }
  Async<void> pause(store::Pause pause) override { return engine_.pause(std::move(pause)); }
  Async<void> resume(std::string by) override { return engine_.resume(std::move(by)); }
  engine::Situation situation() const override { return engine_.situation(); }
  void poke() override { engine_.poke(); }

 private:
  engine::Engine& engine_;
};

Result<std::unique_ptr<ControlPlane>> ControlPlane::build(
    asio::any_io_executor executor, Parts parts, const Config& config,
    const std::map<std::string, std::string>& environment) {
  auto plan = plan_listening(config, environment);
  if (!plan) return plan.error();
  if (!plan->warning.empty()) spdlog::warn("{}", plan->warning);
  auto plane = std::unique_ptr<ControlPlane>(new ControlPlane(executor, std::move(parts), config));
  if (auto opened = plane->open_readers(); !opened) return opened.error();
  if (auto built = plane->build_hooks(); !built) return built.error();
  plane->build_api(*plan);
  http::server::Handler handler = [api = plane->api_.get()](http::server::Exchange& exchange) {
    return api->handle(exchange);
  };
  auto server = http::server::make_server(executor, plan->server, std::move(handler));
  if (!server) return server.error();
  plane->server_ = std::move(*server);
  for (const std::string& address : plane->server_->addresses()) spdlog::info("listening on {}", address);
  return plane;
}

ControlPlane::ControlPlane(asio::any_io_executor executor, Parts parts, const Config& config)
    : executor_(executor),
      parts_(std::move(parts)),
      config_(config),
      control_(std::make_unique<EngineControl>(parts_.engine)) {}

ControlPlane::~ControlPlane() = default;

Result<void> ControlPlane::open_readers() {
  std::vector<std::unique_ptr<store::Reader>> readers;
  for (int i = 0; i < kReaders; ++i) {
    auto reader = store::open_reader(parts_.database);
    if (!reader) return reader.error();
    readers.push_back(std::move(*reader));
  }
  reading_ = std::make_unique<api::Reading>(std::move(readers));
  return {};
}

Result<void> ControlPlane::build_hooks() {
  auto options = read_hook_options(config_.hooks);
  if (!options) return options.error();
  HookService::Parts parts{parts_.store, *reading_,     parts_.pool,
                           parts_.clock, parts_.random, parts_.client_options};
  hooks_ = std::make_unique<HookService>(executor_, std::move(parts), std::move(*options));
  return hooks_->prepare();
}

void ControlPlane::build_api(const ListenPlan& plan) {
  api::ApiOptions options;
  options.version = kVersion;
  options.started_at = parts_.clock.now();
  options.incoming = config_.spool.dir / "incoming";
  options.results = config_.results.dir;
  options.output = config_.results.output;
  options.timezone = config_.results.timezone;
  options.max_image = static_cast<std::size_t>(config_.frames.max_mib) << 20;
  options.token = plan.token;
  options.base_path = config_.http.base_path;
  options.hosts = plan.hosts;
  api_ = std::make_unique<api::Api>(api_parts(), std::move(options));
}

api::Parts ControlPlane::api_parts() {
  return api::Parts{executor_,
                    *control_,
                    parts_.store,
                    *reading_,
                    parts_.pool,
                    parts_.clock,
                    parts_.uuids,
                    parts_.catalogue,
                    [this] { return metrics_text(); },
                    [this] { return server_->open_connections(); },
                    [this](std::string bytes) { return upload_image(std::move(bytes)); },
                    [this](const store::EventLine& event) { count(event); },
                    [this](store::PruneChoice choice, std::string by) {
                      return parts_.upkeep.prune(std::move(choice), std::move(by));
                    }};
}

void ControlPlane::count(const store::EventLine& event) {
  if (event.from && event.to) parts_.metrics.transition(*event.from, *event.to);
  if (event.kind == store::EventKind::kBatchAccepted) parts_.metrics.accepted(event.detail.value("jobs", 0));
}

void ControlPlane::start(Nursery& services) {
  // Called on the store's thread.
  parts_.store.on_commit([this] {
    api_->wake();
    hooks_->history_grew();
  });
  services.spawn(api_->run());
  services.spawn(server_->run());
  hooks_->start(services);
}

asio::awaitable<void> ControlPlane::stop(Duration grace) {
  parts_.store.on_commit(nullptr);
  api_->close();
  co_await server_->stop(grace);
}

asio::awaitable<std::string> ControlPlane::status() {
  const std::function<Result<store::Stats>(store::Reader&)> look = [](store::Reader& reader) {
    return reader.stats();
  };
  const auto stats = co_await reading_->run(look);
  if (!stats) co_return "the queue cannot be read: " + describe(stats.error());
  co_return status_line(stats->counts, parts_.engine.situation());
}

asio::awaitable<Result<std::string>> ControlPlane::metrics_text() {
  const std::function<Result<store::Stats>(store::Reader&)> look = [](store::Reader& reader) {
    return reader.stats();
  };
  const std::function<Result<std::uintmax_t>()> measure = [this] {
    return files::free_bytes(config_.results.dir);
  };
  auto stats = co_await reading_->run(look);
  if (!stats) co_return stats.error();
  const auto free = co_await parts_.pool.run(measure);
  if (!free) spdlog::warn("the room on the disk of the results is not known: {}", describe(free.error()));
  const engine::Situation situation = parts_.engine.situation();
  metrics::Snapshot snapshot;
  snapshot.jobs = stats->counts;
  for (const auto& [state, accepted] : stats->oldest)
    snapshot.oldest_age[state] = parts_.clock.now() - accepted;
  snapshot.window = situation.window;
  snapshot.in_flight = situation.in_flight;
  snapshot.max_generations = situation.max_generations;
  snapshot.submit_wait = situation.submit_wait;
  snapshot.downloads = situation.downloads;
  snapshot.http_connections = server_->open_connections();
  snapshot.disk_free_bytes = free ? *free : 0;
  snapshot.disk_low = !situation.disk_low.empty();
  snapshot.store_failing = !situation.store_trouble.empty();
  snapshot.wal_bytes = parts_.store.wal_bytes();
  snapshot.account_held = !situation.account_hold.empty();
  snapshot.queue_paused = situation.pause.has_value();
  set_spend(snapshot, *stats, situation, parts_.clock.now());
  parts_.metrics.set(snapshot);
  co_return parts_.metrics.exposition();
}

/// Just after the start the account has not said yet who it is.
asio::awaitable<Result<void>> ControlPlane::wait_for_account() {
  for (Duration waited = 0ms; parts_.engine.account().empty(); waited += kLookForAccount) {
    if (waited >= kAccountAnswersWithin) {
      co_return Error{Errc::kUnavailable, "app.image",
                      "nothing can be uploaded: " + parts_.engine.situation().account_hold};
    }
    co_await parts_.clock.sleep_for(kLookForAccount);
  }
  co_return Result<void>();
}

asio::awaitable<Result<api::UploadedImage>> ControlPlane::upload_image(std::string bytes) {
  const auto info = image_format(bytes);
  if (!info) {
    co_return Error{Errc::kBadInput, "app.image",
                    "it is neither a PNG, a JPEG nor a WebP image, or it is cut short"};
  }
  if (!parts_.engine.has_key())
    co_return Error{Errc::kUnavailable, "app.image", "there is no API key, so that nothing can be uploaded"};
  api::UploadedImage image;
  const std::function<Result<std::string>()> hash = [&bytes] {
    return Result<std::string>(files::sha256(bytes));
  };
  image.sha256 = (co_await parts_.pool.run(hash)).value();
  image.format = std::string(to_string(info->format));
  image.width = info->width;
  image.height = info->height;
  if (auto known = co_await wait_for_account(); !known) co_return known.error();
  const int asked_with = parts_.engine.key_no();
  // The same picture is uploaded once, so that a submit that is repeated names the same image.
  const store::ImageKey key{image.sha256, parts_.engine.account(), config_.leonardo.base_url};
  auto known = co_await parts_.store.uploaded_image(key);
  if (!known) co_return known.error();
  if (asked_with != parts_.engine.key_no()) co_return other_key();
  if (*known) {
    image.id = std::move(**known);
    co_return image;
  }
  leonardo::ImageFile file{info->format, std::move(bytes)};
  auto uploaded = co_await parts_.images.upload(std::move(file));
  if (!uploaded) {
    const bool refused = uploaded.error().error_class == leonardo::ErrorClass::kInvalid;
    co_return Error{refused ? Errc::kBadInput : Errc::kUnavailable, "app.image", uploaded.error().words};
  }
  if (asked_with != parts_.engine.key_no()) co_return other_key();
  image.id = uploaded->id;
  auto remembered = co_await parts_.store.remember_image(key, image.id);
  if (!remembered) spdlog::warn("an uploaded image is not remembered: {}", describe(remembered.error()));
  co_return image;
}

void ControlPlane::close() {
  hooks_->close();
}

}  // namespace reeld::app
