#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "common/util/error.hpp"
#include "common/util/time.hpp"
#include "daemon/http/server/exchange.hpp"

namespace reeld::http::server {

/// Where the server listens: a TCP address or a socket in the file system.
struct ListenAddress {
  std::string host;            ///< a name or an address, without brackets; empty for a socket
  std::uint16_t port = 0;      ///< 0: any free one
  std::filesystem::path path;  ///< of a socket; empty for TCP

  bool is_unix() const { return !path.empty(); }
};

/// Reads "127.0.0.1:8420", "[::1]:8420", "localhost:8420" and "unix:/run/reeld/reeld.sock". kBadInput.
Result<ListenAddress> parse_listen_address(std::string_view text);

/// True when only this machine can reach the address: 127.0.0.0/8, ::1, localhost, a socket.
bool is_local(const ListenAddress& address);

/// What one peer may cost. Each is enforced with an answer where one can still be given.
struct ServerLimits {
  std::size_t header_bytes = 16U << 10;  ///< 431
  std::size_t connections = 256;         ///< on each address; further ones wait in the kernel's queue
  Duration header_time{10'000};          ///< for a request's head, from its first byte; 408
  Duration idle_time{75'000};            ///< without a request
  Duration read_pause{30'000};           ///< without a byte of a body; 408
  std::uint64_t least_rate = 1024;       ///< bytes a second of a body on average, from read_pause on; 408
  Duration write_time{20'000};           ///< for the peer to take 64 KiB of an answer
};

struct ServerOptions {
  std::vector<ListenAddress> listen;
  mode_t socket_mode = 0660;
  std::filesystem::path cert_file;  ///< PEM, chain first: TLS on every TCP address; empty: none
  std::filesystem::path key_file;   ///< its key; empty: in cert_file too
  ServerLimits limits;
};

/// An HTTP/1.1 server over TCP, TLS and sockets in the file system. Knows no routes.
///
/// Refuses what could be read in two ways before a body is looked at: a Transfer-Encoding other than exactly
/// "chunked" on HTTP/1.1, one beside a Content-Length, a target not in origin form.
class Server {
 public:
  virtual ~Server() = default;

  /// Takes connections until it is cancelled (terminal; every connection is dropped) or stop() is called.
  /// Must have ended before the server is destroyed.
  virtual boost::asio::awaitable<void> run() = 0;

  /// Closes what listens, lets requests that are being answered end within `grace`, drops the rest. Sockets
  /// in the file system are removed.
  virtual boost::asio::awaitable<void> stop(Duration grace) = 0;

  /// What it listens on, with the ports that were chosen: "127.0.0.1:8420", "unix:/run/reeld/reeld.sock".
  virtual std::vector<std::string> addresses() const = 0;

  virtual std::size_t open_connections() const = 0;
};

/// Binds every address. A socket that is left over from a process that died is replaced; one that still
/// answers is kConflict, as is a port in use; kBadInput: certificate or key cannot be used.
Result<std::unique_ptr<Server>> make_server(boost::asio::any_io_executor executor, ServerOptions options,
                                            Handler handler);

}  // namespace reeld::http::server
