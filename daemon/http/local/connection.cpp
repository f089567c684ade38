#include "daemon/http/local/connection.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>

namespace reeld::http::local {
namespace {

using SteadyClock = std::chrono::steady_clock;

Error broken(std::string detail) {
  return Error{Errc::kUnavailable, "http.transfer", "the connection broke: " + std::move(detail)};
}

}  // namespace

SteadyClock::time_point deadline_after(Duration limit) {
  constexpr Duration kLongest = std::chrono::years(100);
  return SteadyClock::now() + std::min(limit, kLongest);
}

Duration left_until(SteadyClock::time_point deadline) {
  return std::max(std::chrono::ceil<Duration>(deadline - SteadyClock::now()), Duration(0));
}

bool wait_for(int handle, short events, Duration limit) {
  const auto deadline = deadline_after(limit);
  for (;;) {
    const auto left = std::min<Duration::rep>(left_until(deadline).count(), std::numeric_limits<int>::max());
    pollfd state{handle, events, 0};
    const int ready = ::poll(&state, 1, static_cast<int>(left));
    if (ready >= 0 || errno != EINTR) return ready != 0;
  }
}

Connection::~Connection() {
  ::close(handle_);
}

Result<void> Connection::start_tls(SSL_CTX& context, const std::string& host, Duration limit) {
  auto made = make_tls(context, handle_, host);
  if (!made) return made.error();
  tls_ = std::move(*made);
  const auto done = repeat([this] { return attempt_tls(SSL_do_handshake(tls_.get()), 0); }, limit);
  if (!done && done.error().code != Errc::kTimedOut) {
    return Error{Errc::kPeerBroken, "http.tls",
                 "no secure connection to " + host + ": " + done.error().detail};
  }
  if (!done) return done.error();
  return {};
}

Result<std::size_t> Connection::read_some(std::span<char> into, Duration limit) {
  const auto attempt = [&] {
    if (!tls_) return attempt_plain(::recv(handle_, into.data(), into.size(), 0), POLLIN);
    std::size_t got = 0;
    const int outcome = SSL_read_ex(tls_.get(), into.data(), into.size(), &got);
    return attempt_tls(outcome, got);
  };
  return repeat(attempt, limit);
}

Result<void> Connection::write(std::string_view data, Duration limit) {
  while (!data.empty()) {
    const auto attempt = [&] {
      if (!tls_) return attempt_plain(::send(handle_, data.data(), data.size(), MSG_NOSIGNAL), POLLOUT);
      std::size_t sent = 0;
      const int outcome = SSL_write_ex(tls_.get(), data.data(), data.size(), &sent);
      return attempt_tls(outcome, sent);
    };
    const auto sent = repeat(attempt, limit);
    if (!sent) return sent.error();
    data.remove_prefix(*sent);
  }
  return {};
}

bool Connection::has_input() const {
  if (!wait_for(handle_, POLLIN, Duration(0)) && (!tls_ || SSL_has_pending(tls_.get()) == 0)) return false;
  if (!tls_) return true;
  // What arrived may be TLS's own business.
  char byte = 0;
  std::size_t got = 0;
  const Attempt attempt = attempt_tls(SSL_peek_ex(tls_.get(), &byte, 1, &got), got);
  return attempt.state != Attempt::State::kWantsToRead && attempt.state != Attempt::State::kWantsToWrite;
}

Connection::Attempt Connection::attempt_plain(long count, short wanted) const {
  if (count > 0) return {Attempt::State::kDone, static_cast<std::size_t>(count), {}};
  if (count == 0) return {Attempt::State::kEnded, 0, {}};
  if (errno == EAGAIN || errno == EINTR) {
    return {wanted == POLLIN ? Attempt::State::kWantsToRead : Attempt::State::kWantsToWrite, 0, {}};
  }
  return {Attempt::State::kFailed, 0, broken(std::strerror(errno))};
}

Connection::Attempt Connection::attempt_tls(int outcome, std::size_t count) const {
  if (outcome > 0) return {Attempt::State::kDone, count, {}};
  switch (SSL_get_error(tls_.get(), outcome)) {
    case SSL_ERROR_WANT_READ:
      return {Attempt::State::kWantsToRead, 0, {}};
    case SSL_ERROR_WANT_WRITE:
      return {Attempt::State::kWantsToWrite, 0, {}};
    case SSL_ERROR_ZERO_RETURN:
      return {Attempt::State::kEnded, 0, {}};
    default:
      return {Attempt::State::kFailed, 0, broken(tls_failure(*tls_))};
  }
}

Result<std::size_t> Connection::repeat(const std::function<Attempt()>& attempt, Duration limit) const {
  const auto deadline = deadline_after(limit);
  for (;;) {
    const Attempt made = attempt();
    if (made.state == Attempt::State::kDone) return made.count;
    if (made.state == Attempt::State::kEnded) return std::size_t{0};
    if (made.state == Attempt::State::kFailed) return made.error;
    const short events = made.state == Attempt::State::kWantsToRead ? POLLIN : POLLOUT;
    if (!wait_for(handle_, events, left_until(deadline))) {
      return Error{Errc::kTimedOut, "http.transfer", "no answer for " + format_duration(limit)};
    }
  }
}

}  // namespace reeld::http::local
