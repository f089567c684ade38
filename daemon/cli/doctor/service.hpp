#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "common/config/config.hpp"
#include "common/job/catalogue.hpp"
#include "common/util/clock.hpp"
#include "daemon/app/proxy_environment.hpp"
#include "daemon/http/client/client.hpp"
#include "daemon/leonardo/api.hpp"

namespace reeld::cli::checks {

/// The service as the daemon reaches it: the same client, key, proxy and certificates. Blocking.
class Service {
 public:
  /// kBadInput: the certificates, the proxy or the models of the configuration cannot be used.
  static Result<std::unique_ptr<Service>> connect(const Config& config,
                                                  const std::map<std::string, std::string>& environment,
                                                  std::string api_key);
  ~Service();

  leonardo::Api& api() { return *api_; }
  Clock& clock() { return clock_; }
  const Catalogue& catalogue() const { return catalogue_; }
  const std::string& base_url() const { return base_url_; }
  bool has_key() const { return has_key_; }
  bool behind_proxy() const { return !proxy_.proxy.empty(); }

  /// Runs a task to its end.
  template <class T>
  T wait(boost::asio::awaitable<T> task) {
    std::optional<T> result;
    std::exception_ptr bug;
    bool ended = false;
    boost::asio::co_spawn(io_, std::move(task), [&](std::exception_ptr thrown, T value) {
      bug = thrown;
      if (!thrown) result.emplace(std::move(value));
      ended = true;
    });
    io_.restart();
    while (!ended && io_.run_one() > 0) {
    }
    if (bug) std::rethrow_exception(bug);
    return std::move(result).value();
  }

  /// Sleeps.
  void pause(Duration duration);

 private:
  Service(Catalogue catalogue, app::ProxySettings proxy)
      : catalogue_(std::move(catalogue)), proxy_(std::move(proxy)) {}

  boost::asio::io_context io_{1};
  SystemClock clock_;
  Catalogue catalogue_;
  app::ProxySettings proxy_;
  std::string base_url_;
  bool has_key_ = false;
  std::unique_ptr<http::Client> client_;
  std::unique_ptr<leonardo::Api> api_;
};

}  // namespace reeld::cli::checks
