#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/util/json.hpp"
#include "daemon/api/problem.hpp"
#include "daemon/http/server/exchange.hpp"

namespace reeld::api {

/// Longest JSON body of a request that is not a submit.
inline constexpr std::size_t kMaxBody = 1U << 20;

/// The media type of a body, without its parameters and in lower case: "application/json".
std::string media_type(const http::server::RequestHead& head);

/// 415 with the types that are taken.
Refusal unsupported_media_type(std::string_view wanted);

/// What is answered where a body could not be read: 413 with the words about its limit, 408, 400.
Refusal unread_body(const Error& error, std::string_view limit);

/// One request on its way through a handler.
///
/// Puts on each answer the headers that all of them have.
class Call {
 public:
  Call(http::server::Exchange& exchange, std::vector<std::string> arguments)
      : exchange_(exchange), arguments_(std::move(arguments)) {}

  http::server::Exchange& exchange() { return exchange_; }
  const http::server::RequestHead& head() const { return exchange_.head(); }
  bool is_head() const { return head().method == http::server::Method::kHead; }

  /// What stands in the path for the pattern's n-th name, from 0.
  const std::string& argument(std::size_t index) const { return arguments_.at(index); }

  /// A member of the query; nothing where it is absent.
  std::optional<std::string> query(std::string_view name) const;
  /// True for ?name, ?name=1 and ?name=true, false where it is absent; 400 for any other value: it might have
  /// been meant as a yes.
  Outcome<bool> flag(std::string_view name) const;

  /// The body as JSON; an empty object where there is none. 415, 413, 400.
  Task<Json> read_json();

  /// Answers with JSON.
  Task<void> answer(int status, Json body);
  /// Answers with all of it.
  Task<void> answer(http::server::Response response);

  /// The same in pieces, as Exchange does it.
  Task<void> start(http::server::Response response, std::optional<std::uint64_t> length);
  Task<void> write(std::string piece);
  Task<void> write(std::shared_ptr<const std::string> piece);
  Task<void> finish();

 private:
  http::server::Exchange& exchange_;
  std::vector<std::string> arguments_;
};

}  // namespace reeld::api
