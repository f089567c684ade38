#include "daemon/http/local/connect.hpp"

#include <fcntl.h>
#include <grp.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>

namespace reeld::http::local {
namespace {

namespace fs = std::filesystem;
using AddressList = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

constexpr std::string_view kOperation = "http.connect";

/// The name of the group that a file, or the folder that hides it, belongs to.
std::string group_of(const fs::path& path) {
  struct stat found{};
  if (::stat(path.c_str(), &found) != 0 && ::stat(path.parent_path().c_str(), &found) != 0) return {};
  const group* const entry = ::getgrgid(found.st_gid);
  return entry != nullptr ? entry->gr_name : std::to_string(found.st_gid);
}

Error socket_error(const fs::path& path, int error) {
  const std::string name = path.string();
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return {
          Errc::kNotFound, kOperation,
          "there is no control socket at " + name + ": the daemon does not run, or has its socket elsewhere"};
    case EACCES:
    case EPERM:
      return {Errc::kPeerRejected, kOperation,
              "you may not use the control socket " + name + "; it is for members of the group " +
                  group_of(path)};
    case ECONNREFUSED:
      return {Errc::kUnavailable, kOperation, "nobody listens on " + name + ": the daemon does not run"};
    default:
      return {Errc::kUnavailable, kOperation, name + ": " + std::strerror(error)};
  }
}

Error url_error(const BaseUrl& url, int error) {
  return {Errc::kUnavailable, kOperation,
          "cannot reach the daemon at " + url.host + " port " + std::to_string(url.port) + ": " +
              std::strerror(error)};
}

/// Waits for a connection that is being made: 0, or errno's number.
int finish_connect(int handle, Duration limit) {
  if (!wait_for(handle, POLLOUT, limit)) return ETIMEDOUT;
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(handle, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

Result<std::unique_ptr<Connection>> connect_address(const addrinfo& address, const BaseUrl& url,
                                                    Duration limit) {
  const int handle =
      ::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, address.ai_protocol);
  if (handle < 0) return url_error(url, errno);
  auto connection = std::make_unique<Connection>(handle);
  int error = ::connect(handle, address.ai_addr, address.ai_addrlen) == 0 ? 0 : errno;
  if (error == EINPROGRESS) error = finish_connect(handle, limit);
  if (error != 0) return url_error(url, error);
  const int on = 1;  // a request in pieces must not wait for acknowledgements
  ::setsockopt(handle, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return connection;
}

}  // namespace

Result<std::unique_ptr<Connection>> connect_socket(const fs::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.native().size() >= sizeof address.sun_path) {
    return Error{Errc::kBadInput, kOperation, "the path of the control socket is too long: " + path.string()};
  }
  std::memcpy(address.sun_path, path.c_str(), path.native().size());
  // Blocking while it connects: where the daemon's queue is full, that waits for a place.
  const int handle = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (handle < 0) return socket_error(path, errno);
  auto connection = std::make_unique<Connection>(handle);
  if (::connect(handle, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return socket_error(path, errno);
  }
  ::fcntl(handle, F_SETFL, O_NONBLOCK);
  return connection;
}

Result<std::unique_ptr<Connection>> connect_url(const BaseUrl& url, SSL_CTX* tls, Duration limit) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* first = nullptr;
  const std::string port = std::to_string(url.port);
  if (const int failed = ::getaddrinfo(url.host.c_str(), port.c_str(), &hints, &first); failed != 0) {
    return Error{Errc::kUnavailable, kOperation, "cannot find " + url.host + ": " + ::gai_strerror(failed)};
  }
  const AddressList list(first, ::freeaddrinfo);
  Result<std::unique_ptr<Connection>> connection = url_error(url, EADDRNOTAVAIL);
  for (const addrinfo* next = list.get(); next != nullptr && !connection; next = next->ai_next) {
    connection = connect_address(*next, url, limit);
  }
  if (!connection || !url.is_tls) return connection;
  if (auto secured = (*connection)->start_tls(*tls, url.host, limit); !secured) return secured.error();
  return connection;
}

}  // namespace reeld::http::local
