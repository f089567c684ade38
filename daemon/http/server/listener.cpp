#include "daemon/http/server/listener.hpp"

#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <optional>

namespace reeld::http::server {
namespace {

namespace asio = boost::asio;
constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);

/// What accept() says of a connection that was gone again before it was taken; the next one may be well.
bool is_about_one_peer(int error) {
  return error == ECONNABORTED || error == EINTR || error == EPROTO || error == EPERM || error == ENETDOWN ||
         error == EHOSTUNREACH || error == ENETUNREACH || error == ENONET || error == EHOSTDOWN;
}

ino_t inode_of(const std::filesystem::path& path) {
  struct stat found{};
  return ::lstat(path.c_str(), &found) == 0 ? found.st_ino : 0;
}

std::optional<uid_t> uid_of_peer(int handle) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(handle, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return {};
  return credentials.uid;
}

std::string address_of_peer(int handle) {
  asio::ip::tcp::endpoint peer;
  auto size = static_cast<socklen_t>(peer.capacity());
  if (::getpeername(handle, peer.data(), &size) != 0) return {};
  return peer.address().to_string();
}

}  // namespace

Listener::Listener(asio::any_io_executor executor, int handle, std::string name, std::filesystem::path path)
    : descriptor_(executor, handle),
      name_(std::move(name)),
      path_(std::move(path)),
      inode_(path_.empty() ? 0 : inode_of(path_)) {}

Listener::~Listener() {
  close();
}

void Listener::close() {
  if (!descriptor_.is_open()) return;
  boost::system::error_code ignored;  // there is no way to fail that leaves it open
  descriptor_.close(ignored);
  if (is_unix() && inode_of(path_) == inode_) ::unlink(path_.c_str());
}

asio::awaitable<Result<Accepted>> Listener::accept() {
  const Error closed(Errc::kCancelled, "http.accept", "no longer listening");
  for (;;) {
    if (!descriptor_.is_open()) co_return closed;
    const int handle = ::accept4(descriptor_.native_handle(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (handle >= 0) co_return adopt(handle);
    const int error = errno;
    if (error == EAGAIN) {
      const auto [failed] =
          co_await descriptor_.async_wait(asio::posix::descriptor_base::wait_read, kAsTuple);
      if (failed) co_return closed;
    } else if (!is_about_one_peer(error)) {
      co_return Error{Errc::kNoSpace, "http.accept", errno_error("http.accept", error, name_).detail};
    }
  }
}

Result<Accepted> Listener::adopt(int handle) {
  Peer peer;
  peer.is_unix = is_unix();
  if (is_unix()) {
    peer.uid = uid_of_peer(handle);
  } else {
    peer.address = address_of_peer(handle);
    const int on = 1;  // without it an answer in pieces waits for acknowledgements
    ::setsockopt(handle, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  const asio::generic::stream_protocol protocol(is_unix() ? AF_UNIX : AF_INET, is_unix() ? 0 : IPPROTO_TCP);
  Stream::Socket socket(descriptor_.get_executor());
  boost::system::error_code failed;
  socket.assign(protocol, handle, failed);
  if (failed) {
    ::close(handle);
    return Error{Errc::kNoSpace, "http.accept", name_ + ": " + failed.message()};
  }
  return Accepted{std::move(socket), std::move(peer)};
}

}  // namespace reeld::http::server
