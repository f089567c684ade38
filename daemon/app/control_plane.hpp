#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "common/config/config.hpp"
#include "common/util/async/nursery.hpp"
#include "daemon/api/api.hpp"
#include "daemon/app/hook_service.hpp"
#include "daemon/app/listen.hpp"
#include "daemon/engine/engine.hpp"
#include "daemon/http/server/server.hpp"
#include "daemon/leonardo/images.hpp"
#include "daemon/metrics/metrics.hpp"

namespace reeld::app {

/// All by which people see and steer the daemon: the control API with its live events, metrics, hooks.
class ControlPlane {
 public:
  /// What it works with; all of it outlives the control plane.
  struct Parts {
    engine::Engine& engine;
    store::Store& store;
    http::Client& client;
    leonardo::Images& images;
    files::Pool& pool;
    Clock& clock;
    Random& random;
    UuidGenerator& uuids;
    const Catalogue& catalogue;
    metrics::Metrics& metrics;
    upkeep::Upkeep& upkeep;
    std::filesystem::path database;
    http::ClientOptions client_options;
  };

  /// Opens readers of the queue and binds the addresses. Blocking.
  static Result<std::unique_ptr<ControlPlane>> build(asio::any_io_executor executor, Parts parts,
                                                     const Config& config,
                                                     const std::map<std::string, std::string>& environment);
  ~ControlPlane();

  /// Runs its services in `services`.
  void start(Nursery& services);

  /// Tells other hooks from now on, or none; errors as HookService::set_options().
  Result<void> set_hooks(hooks::HookOptions options) { return hooks_->set_options(std::move(options)); }

  /// Ends live events, lets requests that are being answered end within `grace`, and takes no more.
  asio::awaitable<void> stop(Duration grace);

  /// How things stand, in a line.
  asio::awaitable<std::string> status();

  /// Lets go of the network. Call when the services have ended.
  void close();

 private:
  class EngineControl;

  ControlPlane(asio::any_io_executor executor, Parts parts, const Config& config);
  Result<void> open_readers();
  Result<void> build_hooks();
  api::Parts api_parts();
  void build_api(const ListenPlan& plan);
  asio::awaitable<Result<std::string>> metrics_text();
  asio::awaitable<Result<void>> wait_for_account();
  asio::awaitable<Result<api::UploadedImage>> upload_image(std::string bytes);
  void count(const store::EventLine& event);

  asio::any_io_executor executor_;
  Parts parts_;
  const Config& config_;
  std::unique_ptr<EngineControl> control_;
  std::unique_ptr<api::Reading> reading_;
  std::unique_ptr<api::Api> api_;
  std::unique_ptr<http::server::Server> server_;
  std::unique_ptr<HookService> hooks_;
};

}  // namespace reeld::app
