#pragma once

#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace reeld::server_test {

/// Answers word for word what a test wants, one connection after the other.
class ScriptedServer {
 public:
  /// What one connection answers: as many requests (without bodies) as there are texts.
  using Script = std::vector<std::string>;
  /// What it does behind its last answer.
  enum class Ending { kReadsOnceMore, kCloses };

  explicit ScriptedServer(std::vector<Script> connections, Ending ending = Ending::kReadsOnceMore);
  /// Waits until every script was played.
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  /// Waits until every script was played; then what all connections were sent, one after the other.
  std::vector<std::string> finish();

 private:
  std::string play(const Script& script) const;

  Ending ending_;
  int handle_;
  std::uint16_t port_ = 0;
  std::vector<std::string> received_;
  std::thread thread_;
};

}  // namespace reeld::server_test
