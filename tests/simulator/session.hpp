#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "tests/simulator/cloud.hpp"

namespace reeld::sim {

/// One connection: reads requests and sends what the cloud answers, as broken as it says.
///
/// Everything runs on the io_context's one thread. Whoever holds the session watches expired() and calls
/// close(), which ends whatever the session waits for; a timer of its own per operation would cost too much.
class Session {
 public:
  Session(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context& tls, Cloud& cloud,
          std::uint64_t number);

  /// Serves until either side has enough. Never throws for what the peer does.
  boost::asio::awaitable<void> run();

  bool expired(std::chrono::steady_clock::time_point now) const { return now > deadline_; }
  void close();

 private:
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

  boost::asio::awaitable<bool> serve_one();
  boost::asio::awaitable<bool> read_header(Parser& parser);
  boost::asio::awaitable<bool> read_body(Parser& parser, std::uint64_t limit, bool& too_large);
  boost::asio::awaitable<bool> read_more(std::size_t size);
  boost::asio::awaitable<bool> send(const Answer& answer, bool keep_alive);
  boost::asio::awaitable<bool> send_content(const Answer& answer, std::uint64_t length);
  boost::asio::awaitable<bool> send_endless();
  boost::asio::awaitable<bool> write(std::string_view data, std::uint64_t bytes_per_second);
  boost::asio::awaitable<bool> write_now(std::string_view data);
  boost::asio::awaitable<bool> pause(Duration delay);
  boost::asio::awaitable<void> wait_for_peer();
  boost::asio::awaitable<void> shut_down();
  void allow(Duration time) { deadline_ = std::chrono::steady_clock::now() + time; }
  void break_off(bool reset);

  boost::asio::ssl::stream<boost::asio::ip::tcp::socket> stream_;
  boost::asio::steady_timer timer_;
  Cloud& cloud_;
  std::uint64_t number_;
  boost::beast::flat_buffer buffer_;
  std::string out_;
  std::chrono::steady_clock::time_point deadline_;
  bool closed_ = false;
};

}  // namespace reeld::sim
