#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/util/json.hpp"
#include "daemon/http/local/client.hpp"
#include "tests/e2e/daemon.hpp"

namespace reeld::test {

/// Speaks to a daemon's control API, as a program would.
class ApiClient {
 public:
  using Headers = std::vector<http::local::Header>;

  /// Over the control socket of this installation.
  explicit ApiClient(const Daemon& daemon);
  /// Over TCP.
  explicit ApiClient(http::local::Target target);

  http::local::Response send(http::local::Request request);
  http::local::Response get(const std::string& target, Headers headers = {});
  http::local::Response post(const std::string& target, const std::string& body,
                             const std::string& type = "application/json", Headers headers = {});

  /// The answer's JSON; throws where the status is another one.
  Json get_json(const std::string& target, int status = 200);
  Json post_json(const std::string& target, const Json& body, int status = 200);

  /// The answer to a long body that is made piece by piece.
  http::local::Response post_pieces(const std::string& target, std::function<std::string()> next);

  /// Reads a stream's text until it holds `words`; what came until then.
  static std::string read_until(http::local::Stream& stream, const std::string& words);
  std::unique_ptr<http::local::Stream> follow(const std::string& target);

  /// Waits until the daemon answers.
  void wait_until_up();

 private:
  std::unique_ptr<http::local::Client> client_;
};

/// A port of 127.0.0.1 that nobody listens on just now.
std::uint16_t free_port();

}  // namespace reeld::test
