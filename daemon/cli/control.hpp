#pragma once

#include <memory>
#include <optional>
#include <string>

#include "common/config/config.hpp"
#include "daemon/cli/trouble.hpp"
#include "daemon/cli/verbs.hpp"
#include "daemon/http/local/client.hpp"

namespace reeld::cli {

/// The running daemon, over its control socket or --url. Blocking.
class Control {
 public:
  /// Reads the configuration, or the token for --url; sends nothing yet. A mistake in them is told on stderr,
  /// and every call then fails quietly with kExitConfig.
  explicit Control(const Globals& globals);

  // Troubles of these are told on stderr; exit_code() is what the program then returns.
  std::optional<Json> get(const std::string& target);
  std::optional<Json> post(const std::string& target, const Json& body = Json::object());
  int exit_code() const { return exit_code_; }

  // Troubles of these are the caller's to tell.
  Answer ask(const std::string& target);
  Answer ask(const http::local::Request& request);
  boost::system::result<std::unique_ptr<http::local::Stream>, Trouble> open(
      const http::local::Request& request);

  /// False where the configuration or the token is wrong: that was told.
  bool usable() const { return client_ != nullptr; }
  /// Null with --url: the daemon may be on another machine.
  const Config* config() const { return config_ ? &*config_ : nullptr; }
  const http::local::Target& target() const { return target_; }

 private:
  bool find_socket(const Globals& globals);
  bool find_url(const Globals& globals);
  std::optional<Json> told(Answer answer);

  std::optional<Config> config_;
  http::local::Target target_;
  std::unique_ptr<http::local::Client> client_;
  int exit_code_;
};

/// A POST with a JSON body.
http::local::Request post_request(const std::string& target, const Json& body);

}  // namespace reeld::cli
