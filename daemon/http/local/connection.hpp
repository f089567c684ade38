#pragma once

#include <chrono>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "common/util/error.hpp"
#include "common/util/time.hpp"
#include "daemon/http/local/tls.hpp"

namespace reeld::http::local {

/// A connected, non-blocking socket with or without TLS on it, whose calls block for as long as they are
/// told.
///
/// Errors of all: kTimedOut, kUnavailable (it broke), kPeerBroken (TLS: its certificate, its protocol).
class Connection {
 public:
  /// Owns `handle`.
  explicit Connection(int handle) : handle_(handle) {}
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Puts TLS on it, for a peer that is `host`.
  Result<void> start_tls(SSL_CTX& context, const std::string& host, Duration limit);

  /// Reads what there is, at least a byte; 0 at the end.
  Result<std::size_t> read_some(std::span<char> into, Duration limit);

  /// Sends all of `data`; `limit` counts from the last byte that went.
  Result<void> write(std::string_view data, Duration limit);

  /// Has the peer sent something, or closed?
  bool has_input() const;

 private:
  /// What one try without waiting came to.
  struct Attempt {
    enum class State { kDone, kWantsToRead, kWantsToWrite, kEnded, kFailed };
    State state = State::kDone;
    std::size_t count = 0;
    Error error;
  };

  Attempt attempt_plain(long count, short wanted) const;
  Attempt attempt_tls(int outcome, std::size_t count) const;
  Result<std::size_t> repeat(const std::function<Attempt()>& attempt, Duration limit) const;

  int handle_;
  Tls tls_;
};

/// The instant at which `limit` has passed; "for ever" does not overflow the clock.
std::chrono::steady_clock::time_point deadline_after(Duration limit);

/// How long until `deadline`; 0 when it has passed.
Duration left_until(std::chrono::steady_clock::time_point deadline);

/// Waits until `handle` is ready for `events` (of poll); false when `limit` passed.
bool wait_for(int handle, short events, Duration limit);

}  // namespace reeld::http::local
