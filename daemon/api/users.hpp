#pragma once

#include <map>
#include <string>

#include "daemon/files/pool.hpp"
#include "daemon/http/server/exchange.hpp"

namespace reeld::api {

/// Who asks, by name: for the history and as the submitter of batches.
class Users {
 public:
  explicit Users(files::Pool& pool) : pool_(pool) {}

  /// The user name of the process at the other end of the socket; "api" for a TCP peer.
  boost::asio::awaitable<std::string> name(http::server::Peer peer);

 private:
  files::Pool& pool_;
  std::map<uid_t, std::string> known_;
};

}  // namespace reeld::api
