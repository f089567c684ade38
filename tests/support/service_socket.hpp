#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/files.hpp"

namespace reeld::test {

/// Stands where systemd listens for what a service tells it of itself (sd_notify).
class ServiceSocket {
 public:
  ServiceSocket();
  ~ServiceSocket();
  ServiceSocket(const ServiceSocket&) = delete;
  ServiceSocket& operator=(const ServiceSocket&) = delete;

  /// For NOTIFY_SOCKET.
  std::filesystem::path path() const { return path_; }

  /// What was told since the last call, a line each: "READY=1". Does not wait.
  std::vector<std::string> told();

  /// Waits until a line begins so; what was told since the last wait, that line last. Fails the test where it
  /// does not come within `limit`.
  std::vector<std::string> wait_for(const std::string& beginning,
                                    std::chrono::milliseconds limit = std::chrono::seconds(30));

 private:
  TempDir dir_;
  std::filesystem::path path_;
  int socket_ = -1;
  std::vector<std::string> heard_;
};

}  // namespace reeld::test
