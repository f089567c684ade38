#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "daemon/http/server/exchange.hpp"

namespace reeld::test {

/// A request in memory, and what was answered to it.
class FakeExchange final : public http::server::Exchange {
 public:
  explicit FakeExchange(boost::asio::io_context& io) : io_(io) { request.peer.is_unix = true; }

  http::server::RequestHead request;
  std::deque<std::string> pieces;     ///< of the body
  std::optional<Error> read_error;    ///< behind the pieces, instead of the body's end
  std::function<void()> before_read;  ///< called before each piece

  http::server::Response answer;  ///< with the body, however it was sent
  std::optional<std::uint64_t> length;
  std::size_t longest_piece = 0;
  bool is_finished = false;
  bool is_lost = false;  ///< the peer takes no more

  std::string header(const std::string& name) const {
    for (const auto& found : answer.headers) {
      if (found.name == name) return found.value;
    }
    return "";
  }

  const http::server::RequestHead& head() const override { return request; }
  bool is_answered() const override { return is_answered_; }
  boost::asio::any_io_executor executor() override { return io_.get_executor(); }

  boost::asio::awaitable<Result<std::string>> read_some() override {
    co_await boost::asio::post(io_, boost::asio::use_awaitable);
    if (before_read) before_read();
    if (pieces.empty() && read_error) co_return *read_error;
    if (pieces.empty()) co_return std::string();
    std::string piece = std::move(pieces.front());
    pieces.pop_front();
    co_return piece;
  }

  boost::asio::awaitable<Result<void>> send(http::server::Response response) override {
    is_answered_ = true;
    answer = std::move(response);
    if (request.method == http::server::Method::kHead) answer.body.clear();
    is_finished = true;
    co_return Result<void>();
  }

  boost::asio::awaitable<Result<void>> start(http::server::Response response,
                                             std::optional<std::uint64_t> bytes) override {
    is_answered_ = true;
    answer = std::move(response);
    length = bytes;
    co_return Result<void>();
  }

  boost::asio::awaitable<Result<void>> write(std::shared_ptr<const std::string> piece) override {
    co_await boost::asio::post(io_, boost::asio::use_awaitable);
    if (is_lost) co_return Error{Errc::kPeerBroken, "fake.write", "the peer went away"};
    longest_piece = std::max(longest_piece, piece->size());
    answer.body += *piece;
    co_return Result<void>();
  }

  boost::asio::awaitable<Result<void>> finish() override {
    is_finished = true;
    co_return Result<void>();
  }

 private:
  boost::asio::io_context& io_;
  bool is_answered_ = false;
};

}  // namespace reeld::test
