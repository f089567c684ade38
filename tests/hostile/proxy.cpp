#include "tests/hostile/proxy.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

namespace reeld::test {

namespace {

using namespace std::chrono_literals;

constexpr int kLook = 100;  // ms, until the next look whether to stop

int open_socket() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) throw std::runtime_error("no socket for the proxy");
  return socket;
}

sockaddr_in local(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/// The generic form of an address, which the calls of the system take.
template <class Call>
int with_address(sockaddr_in& address, Call call) {
  return call(static_cast<sockaddr*>(static_cast<void*>(&address)));
}

bool send_all(int socket, const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t sent = ::send(socket, bytes, size, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes += sent;
    size -= static_cast<std::size_t>(sent);
  }
  return true;
}

void close_with_reset(int socket) {
  const linger at_once{1, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  ::close(socket);
}

/// One connection, both ways, until an end or its trouble.
class Passage {
 public:
  Passage(int client, int server, const Trouble& trouble)
      : client_(client), server_(server), trouble_(trouble) {}

  ~Passage() {
    const bool hard = trouble_.kind == Trouble::Kind::kReset || trouble_.kind == Trouble::Kind::kSwallow;
    if (hard && struck_) {
      close_with_reset(client_);
    } else {
      ::close(client_);
    }
    ::close(server_);
  }
  Passage(const Passage&) = delete;
  Passage& operator=(const Passage&) = delete;

  bool struck() const { return struck_; }

  void run(const std::atomic<bool>& stopping) {
    std::array<pollfd, 2> ends{pollfd{client_, POLLIN, 0}, pollfd{server_, POLLIN, 0}};
    while (!stopping) {
      if (::poll(ends.data(), ends.size(), kLook) < 0) return;
      if (ends[0].revents != 0 && !pass_request()) return;
      if (ends[1].revents != 0 && !pass_answer()) return;
    }
  }

 private:
  bool pass_request() {
    const ssize_t got = ::recv(client_, buffer_.data(), buffer_.size(), 0);
    if (got <= 0) return false;
    auto size = static_cast<std::size_t>(got);
    if (trouble_.kind == Trouble::Kind::kEndOfSent && sent_ + size > trouble_.after) {
      size = static_cast<std::size_t>(trouble_.after - sent_);
      struck_ = true;
    }
    sent_ += size;
    return send_all(server_, buffer_.data(), size) && !struck_;
  }

  bool pass_answer() {
    const std::size_t most = std::min(trouble_.piece, buffer_.size());
    const ssize_t got = ::recv(server_, buffer_.data(), most, 0);
    if (got <= 0) return false;
    if (trouble_.delay > 0ms) std::this_thread::sleep_for(trouble_.delay);
    std::size_t size = static_cast<std::size_t>(got);
    strike(size);
    answered_ += size;
    if (!send_all(client_, buffer_.data(), size)) return false;
    if (struck_ && trouble_.kind == Trouble::Kind::kSwallow) std::this_thread::sleep_for(trouble_.pause);
    return !struck_ || trouble_.kind == Trouble::Kind::kCorrupt;
  }

  /// Does to a piece of the answer what is due.
  void strike(std::size_t& size) {
    using Kind = Trouble::Kind;
    if (struck_ || answered_ + size <= trouble_.after) return;
    const auto place = static_cast<std::size_t>(trouble_.after - answered_);
    if (trouble_.kind == Kind::kNone || trouble_.kind == Kind::kEndOfSent) return;
    struck_ = true;
    if (trouble_.kind == Kind::kCorrupt) {
      buffer_[place] = static_cast<char>(buffer_[place] ^ 1);
    } else {
      size = place;
    }
  }

  const int client_;
  const int server_;
  const Trouble trouble_;
  std::array<char, 1U << 16> buffer_{};
  std::uint64_t sent_ = 0;
  std::uint64_t answered_ = 0;
  bool struck_ = false;
};

}  // namespace

Proxy::Proxy(std::uint16_t target, std::function<Trouble(int)> choose)
    : target_(target), choose_(std::move(choose)), listener_(open_socket()) {
  sockaddr_in address = local(0);
  socklen_t size = sizeof(address);
  const int bound = with_address(address, [&](sockaddr* any) { return ::bind(listener_, any, size); });
  if (bound != 0 || ::listen(listener_, 128) != 0) throw std::runtime_error("the proxy cannot listen");
  with_address(address, [&](sockaddr* any) { return ::getsockname(listener_, any, &size); });
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

Proxy::~Proxy() {
  stopping_ = true;
  acceptor_.join();
  for (std::thread& passer : passers_) passer.join();
  ::close(listener_);
}

void Proxy::accept_all() {
  pollfd ready{listener_, POLLIN, 0};
  while (!stopping_) {
    if (::poll(&ready, 1, kLook) <= 0) continue;
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    const Trouble trouble = choose_(connections_++);
    passers_.emplace_back([this, client, trouble] { pass_on(client, trouble); });
  }
}

void Proxy::pass_on(int client, Trouble trouble) {
  const int server = open_socket();
  sockaddr_in address = local(target_);
  const int connected =
      with_address(address, [&](sockaddr* any) { return ::connect(server, any, sizeof(address)); });
  Passage passage(client, server, trouble);
  if (connected == 0) passage.run(stopping_);
  struck_ += passage.struck() ? 1 : 0;
}

}  // namespace reeld::test
