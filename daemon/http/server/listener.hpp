#pragma once

#include <sys/types.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "common/util/error.hpp"
#include "daemon/http/server/exchange.hpp"
#include "daemon/http/server/server.hpp"
#include "daemon/http/server/stream.hpp"

namespace reeld::http::server {

/// A connection that was just taken.
struct Accepted {
  Stream::Socket socket;
  Peer peer;
};

/// One bound address. Destroying it closes it and removes its socket from the file system.
class Listener {
 public:
  /// `handle` is an open socket that listens; `path` is empty for TCP.
  Listener(boost::asio::any_io_executor executor, int handle, std::string name, std::filesystem::path path);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// Waits for the next connection. kNoSpace: this process or machine is out of descriptors or memory for
  /// now; kCancelled: it was closed.
  boost::asio::awaitable<Result<Accepted>> accept();

  void close();

  bool is_unix() const { return !path_.empty(); }

  /// "127.0.0.1:8420", "unix:/run/reeld/reeld.sock".
  const std::string& name() const { return name_; }

 private:
  Result<Accepted> adopt(int handle);

  boost::asio::posix::stream_descriptor descriptor_;
  std::string name_;
  std::filesystem::path path_;
  ino_t inode_ = 0;  ///< of the socket in the file system: another's is not removed
};

/// Binds all that `address` stands for: a name may have several addresses, of which one must work.
Result<std::vector<std::unique_ptr<Listener>>> listen_at(boost::asio::any_io_executor executor,
                                                         const ListenAddress& address, mode_t socket_mode);

}  // namespace reeld::http::server
