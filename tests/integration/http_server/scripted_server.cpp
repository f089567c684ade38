#include "tests/integration/http_server/scripted_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

namespace reeld::server_test {
namespace {

/// False at the end of the connection.
bool read_request(int handle, std::string& received) {
  std::array<char, 4096> bytes{};
  const std::size_t before = received.size();
  while (received.find("\r\n\r\n", before) == std::string::npos) {
    const auto got = ::recv(handle, bytes.data(), bytes.size(), 0);
    if (got <= 0) return false;
    received.append(bytes.data(), static_cast<std::size_t>(got));
  }
  return true;
}

}  // namespace

ScriptedServer::ScriptedServer(std::vector<Script> connections, Ending ending)
    : ending_(ending), handle_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ::bind(handle_, reinterpret_cast<const sockaddr*>(&address), size);
  ::listen(handle_, 8);
  ::getsockname(handle_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this, scripts = std::move(connections)] {
    for (const Script& script : scripts) received_.push_back(play(script));
  });
}

ScriptedServer::~ScriptedServer() {
  finish();
  ::close(handle_);
}

std::vector<std::string> ScriptedServer::finish() {
  if (thread_.joinable()) thread_.join();
  return received_;
}

std::string ScriptedServer::play(const Script& script) const {
  std::string received;
  const int peer = ::accept(handle_, nullptr, nullptr);
  for (const std::string& answer : script) {
    if (!read_request(peer, received)) break;
    ::send(peer, answer.data(), answer.size(), MSG_NOSIGNAL);
  }
  if (ending_ == Ending::kReadsOnceMore) read_request(peer, received);
  ::close(peer);
  return received;
}

}  // namespace reeld::server_test
