#include "tests/integration/http_server/raw_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace reeld::server_test {

RawClient::RawClient(std::uint16_t port) : handle_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  set_limits();
  if (::connect(handle_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("cannot connect");
  }
}

RawClient::RawClient(const std::filesystem::path& socket)
    : handle_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, socket.c_str(), socket.native().size());
  set_limits();
  if (::connect(handle_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("cannot connect");
  }
}

RawClient::~RawClient() {
  ::close(handle_);
}

void RawClient::set_limits() const {
  const timeval limit{30, 0};
  ::setsockopt(handle_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(handle_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

bool RawClient::send(std::string_view text) const {
  while (!text.empty()) {
    const auto sent = ::send(handle_, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void RawClient::end_sending() const {
  ::shutdown(handle_, SHUT_WR);
}

std::string RawClient::read_until(std::string_view marker) {
  std::array<char, 65536> bytes{};
  for (;;) {
    const auto found = marker.empty() ? std::string::npos : unread_.find(marker);
    if (found != std::string::npos) {
      const std::string text = unread_.substr(0, found + marker.size());
      unread_.erase(0, text.size());
      return text;
    }
    const auto got = ::recv(handle_, bytes.data(), bytes.size(), 0);
    if (got < 0 && errno == EAGAIN) throw std::runtime_error("the server neither answers nor closes");
    if (got <= 0) return std::exchange(unread_, {});
    unread_.append(bytes.data(), static_cast<std::size_t>(got));
  }
}

std::string RawClient::read_to_end() {
  return read_until({});
}

void RawClient::shrink_receive_buffer() const {
  const int size = 4096;
  ::setsockopt(handle_, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
}

std::string ask(std::uint16_t port, std::string_view text) {
  RawClient client(port);
  client.send(text);
  return client.read_to_end();
}

int status_of(std::string_view answer) {
  constexpr std::string_view kBegin = "HTTP/1.1 ";
  return answer.starts_with(kBegin) ? std::stoi(std::string(answer.substr(kBegin.size(), 3))) : 0;
}

int count_of(std::string_view text, std::string_view part) {
  int count = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size()))
    ++count;
  return count;
}

}  // namespace reeld::server_test
