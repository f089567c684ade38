#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "common/util/error.hpp"
#include "daemon/http/local/client.hpp"
#include "daemon/http/local/connection.hpp"

namespace reeld::http::local {

/// One request and its answer on a connection.
class Conversation {
 public:
  explicit Conversation(std::unique_ptr<Connection> connection);
  ~Conversation();
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  /// Sends the request, whose first lines are `head`, and reads the head of its answer. A server that answers
  /// before it has read everything is heard.
  Result<void> ask(const Request& request, std::string_view head);

  /// The answer; its body is empty.
  const Response& response() const { return response_; }

  /// The next bytes of the answer's body; empty at its end. kTimedOut: none within `limit`; it can be asked
  /// again.
  Result<std::string> read_some(Duration limit);

  /// Did any byte of the answer arrive?
  bool has_begun() const;

  /// The connection, where it can serve another request; else null.
  std::unique_ptr<Connection> release();

 private:
  struct Parsing;

  Result<void> send(const Request& request, std::string_view head);
  Result<void> send_pieces(const Request& request);
  Result<void> read_head(const Request& request);
  Result<void> read_more(Duration limit);

  std::unique_ptr<Connection> connection_;
  std::unique_ptr<Parsing> parsing_;
  Response response_;
  bool is_sent_ = false;  ///< the whole request
};

}  // namespace reeld::http::local
