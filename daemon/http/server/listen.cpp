// How addresses are bound: TCP, and sockets in the file system.
#include <fcntl.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/ip/tcp.hpp>
#include <cerrno>
#include <cstring>
#include <optional>
#include <set>
#include <utility>

#include "daemon/http/server/check_address.hpp"
#include "daemon/http/server/listener.hpp"

namespace reeld::http::server {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using Listeners = std::vector<std::unique_ptr<Listener>>;
using AddressList = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

constexpr std::string_view kOperation = "http.listen";
constexpr int kFlags = SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK;
/// A socket is made under the path with this behind it, and renamed when it is ready.
constexpr std::string_view kNewSuffix = ".new";

/// A socket that is closed unless somebody takes it over.
class Handle {
 public:
  explicit Handle(int value) : value_(value) {}
  Handle(Handle&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  Handle& operator=(Handle&&) = delete;
  ~Handle() {
    if (value_ >= 0) ::close(value_);
  }
  int get() const { return value_; }
  int release() { return std::exchange(value_, -1); }

 private:
  int value_;
};

Error system_error(int error, const std::string& what) {
  Error made = errno_error(kOperation, error, what);
  if (error == EADDRINUSE)
    made = Error{Errc::kConflict, kOperation,
                 what + ": another process has the port; end that, or choose another port"};
  return made;
}

std::string name_of(int handle) {
  asio::ip::tcp::endpoint bound;
  auto size = static_cast<socklen_t>(bound.capacity());
  ::getsockname(handle, bound.data(), &size);
  const std::string host = bound.address().to_string();
  return (bound.address().is_v6() ? "[" + host + "]" : host) + ":" + std::to_string(bound.port());
}

Result<Handle> bind_tcp(const addrinfo& address, const std::string& what) {
  Handle handle(::socket(address.ai_family, kFlags, address.ai_protocol));
  if (handle.get() < 0) return system_error(errno, what);
  const int on = 1;
  ::setsockopt(handle.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  // [::] and 0.0.0.0 are two addresses, on every machine.
  if (address.ai_family == AF_INET6) ::setsockopt(handle.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (::bind(handle.get(), address.ai_addr, address.ai_addrlen) != 0) return system_error(errno, what);
  if (::listen(handle.get(), SOMAXCONN) != 0) return system_error(errno, what);
  return handle;
}

/// A listening socket for each address that the name has.
Result<std::vector<Handle>> bind_all(const ListenAddress& address) {
  const std::string port = std::to_string(address.port);
  const std::string what = "cannot listen on " + address.host + " port " + port;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* first = nullptr;
  if (const int failed = ::getaddrinfo(address.host.c_str(), port.c_str(), &hints, &first); failed != 0) {
    return Error{Errc::kBadInput, kOperation, what + ": " + ::gai_strerror(failed)};
  }
  const AddressList list(first, ::freeaddrinfo);
  std::vector<Handle> handles;
  std::set<std::string> seen;
  std::optional<Error> failed;
  for (const addrinfo* next = list.get(); next != nullptr; next = next->ai_next) {
    // Two lines of /etc/hosts can give one address twice.
    const std::string_view bytes(reinterpret_cast<const char*>(next->ai_addr), next->ai_addrlen);
    if (!seen.emplace(bytes).second) continue;
    auto handle = bind_tcp(*next, what);
    if (handle) {
      handles.push_back(std::move(*handle));
    } else if (!failed || handle.error().code == Errc::kConflict) {
      failed = handle.error();
    }
  }
  // A machine without IPv6 still has a localhost; a port that somebody else answers on is no such thing.
  if (failed && (handles.empty() || failed->code == Errc::kConflict)) return *failed;
  return handles;
}

Result<Listeners> listen_tcp(const asio::any_io_executor& executor, const ListenAddress& address) {
  auto handles = bind_all(address);
  if (!handles) return handles.error();
  Listeners listeners;
  for (Handle& handle : *handles) {
    const std::string name = name_of(handle.get());
    listeners.push_back(std::make_unique<Listener>(executor, handle.release(), name, fs::path()));
  }
  return listeners;
}

Result<sockaddr_un> socket_address(const fs::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.native().size() >= sizeof address.sun_path) {
    return Error{Errc::kBadInput, kOperation,
                 "the path of a socket must be shorter than " +
                     std::to_string(sizeof address.sun_path - kNewSuffix.size()) +
                     " bytes: " + path.string()};
  }
  std::memcpy(address.sun_path, path.c_str(), path.native().size());
  return address;
}

const sockaddr* generic(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

/// Is there nothing at `path`, or a socket that nobody listens on any more?
Result<void> check_free(const fs::path& path) {
  struct stat found{};
  if (::lstat(path.c_str(), &found) != 0) {
    if (errno == ENOENT) return {};
    return system_error(errno, path.string());
  }
  if (!S_ISSOCK(found.st_mode)) {
    return Error{Errc::kConflict, kOperation, path.string() + " is there already, and is no socket"};
  }
  const auto address = socket_address(path);
  if (!address) return address.error();
  const Handle probe(::socket(AF_UNIX, kFlags, 0));
  if (probe.get() < 0) return system_error(errno, path.string());
  if (::connect(probe.get(), generic(*address), sizeof *address) != 0) {
    if (errno == ECONNREFUSED) return {};
    // EAGAIN: somebody listens whose queue is full.
    if (errno != EAGAIN) return system_error(errno, path.string());
  }
  return Error{Errc::kConflict, kOperation, "another process already answers on " + path.string()};
}

/// Makes a listening socket at `path`; nobody can connect before its mode is set.
Result<Handle> bind_unix(const fs::path& path, mode_t mode) {
  const auto address = socket_address(path);
  if (!address) return address.error();
  Handle handle(::socket(AF_UNIX, kFlags, 0));
  const std::string what = "cannot make the socket " + path.string();
  if (handle.get() < 0) return system_error(errno, what);
  ::unlink(path.c_str());  // what a process left that died while it made its socket
  if (::bind(handle.get(), generic(*address), sizeof *address) != 0) return system_error(errno, what);
  if (::chmod(path.c_str(), mode) != 0) return system_error(errno, what);
  if (::listen(handle.get(), SOMAXCONN) != 0) return system_error(errno, what);
  return handle;
}

Result<Listeners> listen_unix(const asio::any_io_executor& executor, const fs::path& path, mode_t mode) {
  std::error_code ignored;
  if (!fs::is_directory(path.parent_path(), ignored)) {
    return Error{Errc::kNotFound, kOperation,
                 "the folder " + path.parent_path().string() + " for the socket " + path.filename().string() +
                     " does not exist; make it, or choose another place for the socket"};
  }
  if (auto free = check_free(path); !free) return free.error();
  fs::path fresh = path;
  fresh += kNewSuffix;
  auto handle = bind_unix(fresh, mode);
  if (!handle) return handle.error();
  if (::rename(fresh.c_str(), path.c_str()) != 0) {
    const Error failed = system_error(errno, "cannot put the socket at " + path.string());
    ::unlink(fresh.c_str());
    return failed;
  }
  Listeners listeners;
  listeners.push_back(std::make_unique<Listener>(executor, handle->release(), "unix:" + path.string(), path));
  return listeners;
}

}  // namespace

Result<void> check_address(const ListenAddress& address) {
  if (address.is_unix()) return check_free(address.path);
  auto handles = bind_all(address);
  if (!handles) return handles.error();
  return {};
}

Result<Listeners> listen_at(asio::any_io_executor executor, const ListenAddress& address,
                            mode_t socket_mode) {
  if (address.is_unix()) return listen_unix(executor, address.path, socket_mode);
  return listen_tcp(executor, address);
}

}  // namespace reeld::http::server
