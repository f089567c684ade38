#include "daemon/app/hangups.hpp"

#include <sys/signalfd.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <csignal>
#include <system_error>

namespace reeld::app {

namespace asio = boost::asio;

namespace {

sigset_t hangup() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGHUP);
  return signals;
}

int open_descriptor() {
  const sigset_t signals = hangup();
  const int descriptor = ::signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "signalfd");
  return descriptor;
}

}  // namespace

void Hangups::block() {
  const sigset_t signals = hangup();
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  // An ignored one, as under nohup, would never come to the descriptor.
  std::signal(SIGHUP, SIG_DFL);
}

Hangups::Hangups(asio::any_io_executor executor) : descriptor_(executor, open_descriptor()) {}

asio::awaitable<void> Hangups::wait() {
  signalfd_siginfo told{};
  const auto buffer = asio::buffer(&told, sizeof(told));
  co_await descriptor_.async_read_some(buffer, asio::use_awaitable);
}

}  // namespace reeld::app
