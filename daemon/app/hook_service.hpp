#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <memory>

#include "common/config/config.hpp"
#include "common/util/async/nursery.hpp"
#include "common/util/error.hpp"
#include "daemon/app/hook_facts.hpp"
#include "daemon/hooks/hooks.hpp"
#include "daemon/store/store.hpp"

namespace reeld::app {

/// What the configuration says of hooks, with the secret that it names. kBadInput and the like: that cannot
/// be used. Blocking.
Result<hooks::HookOptions> read_hook_options(const HooksConfig& config);

/// The hooks that the configuration names now; none costs nothing.
class HookService {
 public:
  /// What it works with; all of it outlives the object.
  struct Parts {
    store::Store& store;
    api::Reading& reading;
    files::Pool& pool;
    Clock& clock;
    Random& random;
    http::ClientOptions client_options;
  };

  HookService(asio::any_io_executor executor, Parts parts, hooks::HookOptions options);
  ~HookService();

  /// Gets ready for the network where there is somebody to tell; before start(). kBadInput:
  /// leonardo.ca_file cannot be used.
  Result<void> prepare();

  /// Tells from now on what happens, in `services`, which outlives the object.
  void start(Nursery& services);

  /// Other hooks from now on, or none. Call after start(). kBadInput: as prepare(), and nothing has changed.
  Result<void> set_options(hooks::HookOptions options);

  /// Called on any thread.
  void history_grew();

  /// Lets go of the network. Call when the services have ended.
  void close();

 private:
  Result<void> prepare_for(const hooks::HookOptions& options);
  void tell_in(Nursery& services);
  asio::awaitable<void> forget_all();

  asio::any_io_executor executor_;
  Parts parts_;
  hooks::HookOptions options_;
  HookFacts facts_;
  Nursery* services_ = nullptr;
  std::unique_ptr<http::Client> client_;  ///< null until there is somebody to tell
  std::unique_ptr<hooks::Hooks> hooks_;
  std::atomic<bool> tells_ = false;  ///< there is somebody to tell
  std::atomic<bool> poked_ = false;  ///< hooks are about to hear that the history grew
};

}  // namespace reeld::app
