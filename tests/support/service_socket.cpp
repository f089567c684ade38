#include "tests/support/service_socket.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <sstream>
#include <utility>

namespace reeld::test {

ServiceSocket::ServiceSocket() : path_(dir_.path() / "notify") {
  socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path_.c_str(), sizeof(address.sun_path) - 1);
  const auto* any = reinterpret_cast<const sockaddr*>(&address);
  if (::bind(socket_, any, sizeof(address)) != 0) ADD_FAILURE() << "bind " << path_;
}

ServiceSocket::~ServiceSocket() {
  ::close(socket_);
}

std::vector<std::string> ServiceSocket::told() {
  std::vector<std::string> lines;
  std::array<char, 4096> buffer{};
  for (ssize_t size = 0; (size = ::recv(socket_, buffer.data(), buffer.size(), 0)) > 0;) {
    std::istringstream message(std::string(buffer.data(), static_cast<std::size_t>(size)));
    for (std::string line; std::getline(message, line);) lines.push_back(line);
  }
  return lines;
}

std::vector<std::string> ServiceSocket::wait_for(const std::string& beginning,
                                                 std::chrono::milliseconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  const auto is_it = [&](const std::string& line) { return line.starts_with(beginning); };
  for (;;) {
    std::ranges::copy(told(), std::back_inserter(heard_));
    const auto found = std::ranges::find_if(heard_, is_it);
    if (found != heard_.end()) {
      std::vector<std::string> rest(found + 1, heard_.end());
      heard_.erase(found + 1, heard_.end());
      return std::exchange(heard_, std::move(rest));
    }
    if (std::chrono::steady_clock::now() >= end) break;
    pollfd ready{socket_, POLLIN, 0};
    ::poll(&ready, 1, 100);
  }
  ADD_FAILURE() << "nobody told " << beginning;
  return std::exchange(heard_, {});
}

}  // namespace reeld::test
