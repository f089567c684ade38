#include "tests/integration/http_server/handlers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>

#include "common/util/time.hpp"

namespace reeld::server_test {
namespace {

namespace asio = boost::asio;
using http::server::Exchange;
using http::server::Response;

std::shared_ptr<const std::string> piece_of(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

Response text_answer(std::string text) {
  Response response;
  response.headers.push_back({"Content-Type", "text/plain"});
  response.body = std::move(text);
  return response;
}

asio::awaitable<void> echo(Exchange& exchange) {
  const auto body = co_await exchange.read_all(1U << 20);
  if (!body) co_return;
  Response response =
      text_answer(fmt::format("{} {} {}", to_string(exchange.head().method), exchange.head().path, *body));
  co_await exchange.send(std::move(response));
}

asio::awaitable<void> count(Exchange& exchange) {
  std::size_t bytes = 0;
  std::size_t pieces = 0;
  std::size_t largest = 0;
  for (;;) {
    const auto piece = co_await exchange.read_some();
    if (!piece) co_return;
    if (piece->empty()) break;
    bytes += piece->size();
    largest = std::max(largest, piece->size());
    ++pieces;
  }
  Response response = text_answer(fmt::format("bytes {} pieces {} largest {}", bytes, pieces, largest));
  co_await exchange.send(std::move(response));
}

asio::awaitable<void> refuse(Exchange& exchange) {
  Response response = text_answer("too much");
  response.status = 413;
  co_await exchange.send(std::move(response));
}

asio::awaitable<void> peer(Exchange& exchange) {
  const auto& who = exchange.head().peer;
  std::string text = (who.is_tls ? "tls " : "tcp ") + who.address;
  if (who.is_unix) text = fmt::format("unix {}", who.uid.value_or(9999));
  Response response = text_answer(text);
  co_await exchange.send(std::move(response));
}

asio::awaitable<void> pieces(Exchange& exchange) {
  const bool is_known = !exchange.head().query.empty();
  std::optional<std::uint64_t> length;
  if (is_known) length = 11;
  if (!co_await exchange.start(Response(), length)) co_return;
  for (const char* text : {"one ", "two ", "six"}) {
    auto piece = piece_of(text);
    if (!co_await exchange.write(piece)) co_return;
  }
  co_await exchange.finish();
}

asio::awaitable<void> endless(Exchange& exchange) {
  if (!co_await exchange.start(Response(), std::nullopt)) co_return;
  const auto piece = piece_of(std::string(65536, 'x'));
  while (co_await exchange.write(piece)) {
  }
}

asio::awaitable<void> hold(Exchange& exchange) {
  if (!co_await exchange.start(Response(), std::nullopt)) co_return;
  const auto piece = piece_of("held");
  if (!co_await exchange.write(piece)) co_return;
  asio::steady_timer for_ever(exchange.executor(), asio::steady_timer::time_point::max());
  co_await for_ever.async_wait(asio::use_awaitable);
}

asio::awaitable<void> slow(Exchange& exchange) {
  if (!co_await exchange.start(Response(), std::nullopt)) co_return;
  const auto first = piece_of("soon");
  if (!co_await exchange.write(first)) co_return;
  asio::steady_timer timer(exchange.executor(), Duration(std::stoi(exchange.head().query.at(0).value)));
  co_await timer.async_wait(asio::use_awaitable);
  const auto last = piece_of("late");
  if (!co_await exchange.write(last)) co_return;
  co_await exchange.finish();
}

asio::awaitable<void> fail(Exchange& exchange) {
  if (!exchange.head().query.empty()) co_await exchange.start(Response(), std::nullopt);
  throw std::runtime_error("a bug of the handler");
}

asio::awaitable<void> nothing(Exchange&) {
  co_return;
}

asio::awaitable<void> half(Exchange& exchange) {
  co_await exchange.start(Response(), 1000);
  const auto piece = piece_of("half");
  co_await exchange.write(piece);
}

asio::awaitable<void> evil(Exchange& exchange) {
  Response response = text_answer("");
  response.headers.push_back({"X", "a\r\nSet-Cookie: b"});
  co_await exchange.send(std::move(response));
}

asio::awaitable<void> no_content(Exchange& exchange) {
  Response response;
  response.status = 204;
  co_await exchange.send(std::move(response));
}

}  // namespace

asio::awaitable<void> handle(Exchange& exchange) {
  static const std::map<std::string, asio::awaitable<void> (*)(Exchange&)> kRoutes = {
      {"echo", echo},       {"count", count}, {"refuse", refuse}, {"peer", peer},  {"pieces", pieces},
      {"endless", endless}, {"hold", hold},   {"slow", slow},     {"throw", fail}, {"nothing", nothing},
      {"half", half},       {"evil", evil},   {"204", no_content}};
  const auto& segments = exchange.head().segments;
  const auto route = segments.empty() ? kRoutes.end() : kRoutes.find(segments.front());
  auto task = route == kRoutes.end() ? echo(exchange) : route->second(exchange);
  co_await std::move(task);
}

}  // namespace reeld::server_test
