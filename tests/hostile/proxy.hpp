#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace reeld::test {

/// What a connection suffers. Bytes are those of TLS: the proxy reads nothing of them.
struct Trouble {
  enum class Kind {
    kNone,
    kEnd,        ///< closes after `after` bytes of answers (FIN)
    kReset,      ///< the same with RST
    kEndOfSent,  ///< closes after `after` bytes of requests: they do not arrive whole
    kSwallow,    ///< after `after` bytes of answers nothing comes any more, for `pause`, then RST
    kCorrupt,    ///< flips a bit of byte `after` of the answers
  };
  Kind kind = Kind::kNone;
  std::uint64_t after = 0;
  std::chrono::milliseconds delay{0};  ///< before each piece of an answer
  std::chrono::milliseconds pause{0};  ///< of kSwallow
  std::size_t piece = 1U << 16;        ///< bytes passed on at once: few, and with a delay, is a slow line
};

/// Passes TCP connections on to a port of this machine, and makes trouble for them.
class Proxy {
 public:
  /// `choose` says what the n-th connection (from 0) suffers; called on the proxy's threads, one at a time.
  Proxy(std::uint16_t target, std::function<Trouble(int connection)> choose);
  ~Proxy();
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

  std::uint16_t port() const { return port_; }
  int connections() const { return connections_; }
  /// How many of them had their trouble.
  int struck() const { return struck_; }

 private:
  void accept_all();
  void pass_on(int client, Trouble trouble);

  const std::uint16_t target_;
  const std::function<Trouble(int)> choose_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<int> connections_ = 0;
  std::atomic<int> struck_ = 0;
  std::atomic<bool> stopping_ = false;
  std::thread acceptor_;
  std::vector<std::thread> passers_;  ///< the acceptor's
};

}  // namespace reeld::test
