#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace reeld::sim {

/// What a test got back. `error` is set where no whole answer came.
struct Reply {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
  std::string error;
};

using Headers = std::map<std::string, std::string>;

/// A blocking client that checks the server's certificate, one connection a request.
class HttpsClient {
 public:
  HttpsClient(std::filesystem::path ca_file, std::uint16_t port)
      : ca_file_(std::move(ca_file)), port_(port) {}

  Reply send(const std::string& method, const std::string& target, const Headers& headers = {},
             const std::string& body = "") const;
  Reply get(const std::string& target, const Headers& headers = {}) const {
    return send("GET", target, headers);
  }

 private:
  std::filesystem::path ca_file_;
  std::uint16_t port_;
};

}  // namespace reeld::sim
