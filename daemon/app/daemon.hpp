#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <map>
#include <memory>
#include <optional>

#include "common/config/config.hpp"
#include "common/job/catalogue.hpp"
#include "common/util/clock.hpp"
#include "common/util/random.hpp"
#include "common/util/uuid.hpp"
#include "daemon/app/control_plane.hpp"
#include "daemon/app/hangups.hpp"
#include "daemon/app/places.hpp"
#include "daemon/app/proxy_environment.hpp"
#include "daemon/app/reload.hpp"
#include "daemon/app/service_manager.hpp"
#include "daemon/engine/engine.hpp"
#include "daemon/files/pool.hpp"
#include "daemon/http/client/client.hpp"
#include "daemon/leonardo/api.hpp"
#include "daemon/leonardo/cdn.hpp"
#include "daemon/leonardo/images.hpp"
#include "daemon/metrics/metrics.hpp"
#include "daemon/spool/intake.hpp"
#include "daemon/spool/reporter.hpp"
#include "daemon/store/open.hpp"
#include "daemon/upkeep/upkeep.hpp"

namespace reeld::app {

/// What a daemon starts with.
struct Startup {
  Config config;
  std::map<std::string, std::string> environment;
  Result<std::string> api_key;        ///< or why there is none
  LoadConfig load_again;              ///< for SIGHUP, which is ignored without; called on another thread
  std::string begin_paused;           ///< why nothing is sent before somebody resumes; empty: it begins
  std::function<void()> on_stopping;  ///< called once, before it winds down; may be none
};

/// Everything that `reeld serve` is made of, in the order in which it is built; taken down in the reverse
/// order.
class Daemon {
 public:
  /// Blocking parts of the start: folders, locks, queue, catalogue, client.
  static Result<std::unique_ptr<Daemon>> build(asio::io_context& io, Startup startup);

  /// Runs until a signal asks to stop or a part of it ends by a bug, then winds down within shutdown_timeout.
  /// False: a bug; running on without that part would only look healthy.
  asio::awaitable<bool> run();

  /// Writes what is left to write. Call after run() has returned and the io_context has nothing left to do.
  /// Blocks.
  void close();

 private:
  Daemon(asio::io_context& io, Startup startup, Catalogue catalogue, Places places);
  void connect(const ProxySettings& proxy);
  engine::EngineOptions engine_options() const;
  engine::EngineRules engine_rules() const;
  spool::IntakeOptions intake_options() const;
  upkeep::UpkeepOptions upkeep_options() const;
  ServiceManager::Questions questions();
  Result<void> open_control(const std::filesystem::path& database);
  asio::awaitable<void> begin_paused();
  void service_died(std::exception_ptr exception);
  asio::awaitable<void> wind_down();

  // reload.cpp
  asio::awaitable<void> reload_on_hangup();
  /// Loads the configuration again and takes what may change in a running daemon. One with a mistake changes
  /// nothing.
  asio::awaitable<void> reload();
  bool take_key(Result<ApiKey> fresh, ConfigChanges& changes);
  void put_in_force();

  Startup startup_;
  const Config& config_ = startup_.config;
  asio::any_io_executor executor_;
  SystemClock clock_;
  SystemRandom random_;
  /// Ids are also made by the pool's threads, so they have their own source of chance.
  SystemRandom id_random_;
  UuidGenerator uuids_{clock_, id_random_};
  Catalogue catalogue_;
  std::unique_ptr<metrics::Metrics> metrics_;
  Places places_;
  std::unique_ptr<store::Store> store_;
  files::Pool pool_{4};
  http::ClientOptions client_options_;
  std::unique_ptr<http::Client> client_;
  std::unique_ptr<leonardo::Api> api_;
  std::unique_ptr<leonardo::Cdn> cdn_;
  std::unique_ptr<leonardo::Images> images_;
  std::unique_ptr<engine::Engine> engine_;
  std::unique_ptr<spool::Intake> intake_;
  std::unique_ptr<spool::Reporter> reporter_;
  std::unique_ptr<upkeep::Upkeep> upkeep_;
  std::unique_ptr<ControlPlane> control_;
  ServiceManager service_manager_;
  asio::signal_set signals_;
  Hangups hangups_;
  bool died_ = false;
  Nursery services_;
};

}  // namespace reeld::app
