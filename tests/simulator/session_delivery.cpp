// How a session sends an answer: whole, or as broken as a fault wants it.
#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <vector>

#include "tests/simulator/answer_head.hpp"
#include "tests/simulator/session.hpp"

namespace reeld::sim {

namespace {

namespace asio = boost::asio;

constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kChunk = 64 * 1024;
constexpr std::size_t kMaxIgnored = 1024 * 1024;
constexpr std::uint64_t kEndless = 1024 * 1024 * 1024;
constexpr Duration kWriteTime{60'000};
constexpr Duration kHangTime{300'000};
constexpr Duration kShutdownTime{2'000};

}  // namespace

asio::awaitable<bool> Session::send(const Answer& answer, bool keep_alive) {
  const Delivery& delivery = answer.delivery;
  if (delivery.delay.count() > 0 && !co_await pause(delivery.delay)) co_return false;
  if (delivery.end == Delivery::End::kNothing) {
    break_off(delivery.reset);
    co_return false;
  }
  if (delivery.end == Delivery::End::kHang) {
    co_await wait_for_peer();
    co_return false;
  }
  const bool half = delivery.end == Delivery::End::kHalf;
  out_.clear();
  append_head(out_, answer, cloud_.now(), keep_alive);
  // In chunks alone: what stood before the first of them would be a broken message, refused at once.
  const bool endless = delivery.end == Delivery::End::kEndless;
  const bool streams = answer.content && !answer.head_only && !endless;
  if (!streams && !answer.head_only && !endless)
    out_ += half ? answer.body().substr(0, answer.body().size() / 2) : answer.body();
  bool ok = delivery.bytes_per_second == 0 ? co_await write_now(out_)
                                           : co_await write(out_, delivery.bytes_per_second);
  if (ok && streams) {
    const std::uint64_t length = half ? answer.content->length / 2 : answer.content->length;
    ok = co_await send_content(answer, length);
  }
  if (ok && endless) ok = co_await send_endless();
  if (ok && half) {
    break_off(delivery.reset);
    co_return false;
  }
  if (ok && !keep_alive) co_await shut_down();
  co_return ok&& keep_alive;
}

asio::awaitable<bool> Session::send_content(const Answer& answer, std::uint64_t length) {
  const Content& content = answer.content->content;
  std::vector<std::uint8_t> chunk(std::min<std::uint64_t>(kChunk, length));
  for (std::uint64_t sent = 0; sent < length;) {
    const std::uint64_t at = answer.content->offset + sent;
    const std::size_t count = std::min<std::uint64_t>(chunk.size(), length - sent);
    std::ranges::fill(chunk, std::uint8_t{0});
    // A fault may announce more than there is; what is missing is sent as zeros.
    const std::uint64_t there = at < content.size() ? std::min<std::uint64_t>(count, content.size() - at) : 0;
    if (there > 0) content.read(at, std::span(chunk).first(there));
    const std::string_view data(reinterpret_cast<const char*>(chunk.data()), count);
    if (!co_await write(data, answer.delivery.bytes_per_second)) co_return false;
    sent += count;
  }
  co_return true;
}

asio::awaitable<bool> Session::send_endless() {
  const std::string chunk = "4000\r\n" + std::string(0x4000, 'x') + "\r\n";
  for (std::uint64_t sent = 0; sent < kEndless; sent += chunk.size()) {
    if (!co_await write_now(chunk)) co_return false;
  }
  co_return false;
}

asio::awaitable<bool> Session::write(std::string_view data, std::uint64_t bytes_per_second) {
  if (bytes_per_second == 0) co_return co_await write_now(data);
  constexpr std::uint64_t kPiecesPerSecond = 20;
  const std::size_t piece = std::max<std::uint64_t>(bytes_per_second / kPiecesPerSecond, 1);
  const Duration rest{1000 * piece / bytes_per_second};
  while (!data.empty()) {
    if (!co_await write_now(data.substr(0, piece)) || !co_await pause(rest)) co_return false;
    data.remove_prefix(std::min(piece, data.size()));
  }
  co_return true;
}

asio::awaitable<bool> Session::write_now(std::string_view data) {
  if (closed_) co_return false;
  allow(kWriteTime);
  const asio::const_buffer bytes(data.data(), data.size());
  const auto [error, count] = co_await asio::async_write(stream_, bytes, kNoThrow);
  co_return !error && !closed_;
}

asio::awaitable<bool> Session::pause(Duration delay) {
  if (closed_) co_return false;
  allow(delay + kWriteTime);
  timer_.expires_after(delay);
  co_await timer_.async_wait(kNoThrow);
  co_return !closed_;
}

asio::awaitable<void> Session::wait_for_peer() {
  allow(kHangTime);
  while (buffer_.size() < kMaxIgnored && co_await read_more(kChunk)) {
  }
}

asio::awaitable<void> Session::shut_down() {
  allow(kShutdownTime);
  co_await stream_.async_shutdown(kNoThrow);
}

}  // namespace reeld::sim
