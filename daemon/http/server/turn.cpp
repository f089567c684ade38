#include "daemon/http/server/turn.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/util/log.hpp"

namespace reeld::http::server {
namespace {

namespace asio = boost::asio;

/// Of a body that nobody wanted, so much is read to keep the connection.
constexpr std::uint64_t kMostDrained = 64U << 10;
/// What has to leave within `write_time`.
constexpr std::size_t kSliceSize = 64U << 10;

Error misuse(std::string detail) {
  return Error{Errc::kInternal, "http.answer", std::move(detail)};
}

Error lost() {
  return Error{Errc::kPeerBroken, "http.answer", "the connection is lost"};
}

Time now() {
  return std::chrono::floor<Duration>(std::chrono::system_clock::now());
}

}  // namespace

Turn::Turn(IncomingRequest request, RequestReader& reader, Stream& stream, const Service& service)
    : request_(std::move(request)), reader_(reader), stream_(stream), service_(service) {}

asio::awaitable<Result<std::string>> Turn::read_some() {
  if (body_failed_) co_return lost();
  if (reader_.is_body_done()) co_return std::string();
  if (auto asked = co_await ask_for_body(); !asked) co_return asked.error();
  auto piece = co_await reader_.read_some();
  if (!piece) body_failed_ = piece.error().code;
  co_return piece;
}

asio::awaitable<Result<void>> Turn::ask_for_body() {
  if (!request_.waits_for_100 || is_answered()) co_return Result<void>();
  request_.waits_for_100 = false;
  if (reader_.has_early_bytes()) co_return Result<void>();
  const Stream::Buffers buffers{asio::buffer(std::string_view("HTTP/1.1 100 Continue\r\n\r\n"))};
  co_return co_await transmit(buffers);
}

asio::awaitable<Result<void>> Turn::send(Response response) {
  const std::string head = begin(response, response.body.size());
  std::string_view rest = sends_body_ ? std::string_view(response.body) : std::string_view();
  phase_ = Phase::kFinished;
  const std::string_view first = rest.substr(0, kSliceSize);
  const Stream::Buffers buffers{asio::buffer(head), asio::buffer(first)};
  if (auto sent = co_await transmit(buffers); !sent) co_return sent.error();
  rest.remove_prefix(first.size());
  while (!rest.empty()) {
    const std::string_view slice = rest.substr(0, kSliceSize);
    if (auto sent = co_await write_slice(slice); !sent) co_return sent.error();
    rest.remove_prefix(slice.size());
  }
  co_return Result<void>();
}

asio::awaitable<Result<void>> Turn::start(Response response, std::optional<std::uint64_t> length) {
  const std::string head = begin(response, length);
  const Stream::Buffers buffers{asio::buffer(head)};
  co_return co_await transmit(buffers);
}

asio::awaitable<Result<void>> Turn::write(std::shared_ptr<const std::string> piece) {
  if (auto fits = check_writable(piece->size()); !fits) co_return fits.error();
  written_ += piece->size();
  if (!sends_body_) co_return Result<void>();
  for (std::string_view rest = *piece; !rest.empty();) {
    const std::string_view slice = rest.substr(0, kSliceSize);
    if (auto sent = co_await write_slice(slice); !sent) co_return sent.error();
    rest.remove_prefix(slice.size());
  }
  co_return Result<void>();
}

asio::awaitable<Result<void>> Turn::finish() {
  if (phase_ != Phase::kStarted) co_return misuse("an answer that was not started cannot be finished");
  if (framing_.body == Framing::Body::kLength && sends_body_ && written_ < framing_.length) {
    co_return misuse(fmt::format("{} of {} announced bytes were written", written_, framing_.length));
  }
  phase_ = Phase::kFinished;
  if (framing_.body != Framing::Body::kChunked || !sends_body_) co_return Result<void>();
  const Stream::Buffers buffers{asio::buffer(std::string_view("0\r\n\r\n"))};
  co_return co_await transmit(buffers);
}

asio::awaitable<bool> Turn::conclude() {
  if (!stream_.is_open()) co_return false;
  if (phase_ == Phase::kUnanswered) {
    if (body_failed_ == Errc::kPeerBroken) co_return false;
    Response response = to_response(missing_answer());
    co_await send(std::move(response));
  }
  if (phase_ == Phase::kStarted) {
    log_event(spdlog::level::warn, "an answer was broken off", {{"path", request_.head.path}});
    stream_.reset();
  }
  if (!stream_.is_open() || !framing_.keep_alive || body_failed_) co_return false;
  co_return co_await drain_body();
}

asio::awaitable<bool> Turn::drain_body() {
  std::uint64_t drained = 0;
  while (!reader_.is_body_done()) {
    const auto piece = co_await reader_.read_some();
    if (!piece) co_return false;
    drained += piece->size();
    if (drained > kMostDrained) co_return false;
  }
  co_return true;
}

asio::awaitable<Result<void>> Turn::write_slice(std::string_view slice) {
  if (framing_.body != Framing::Body::kChunked) {
    const Stream::Buffers buffers{asio::buffer(slice)};
    co_return co_await transmit(buffers);
  }
  const std::string size = fmt::format("{:x}\r\n", slice.size());
  const Stream::Buffers buffers{asio::buffer(size), asio::buffer(slice),
                                asio::buffer(std::string_view("\r\n"))};
  co_return co_await transmit(buffers);
}

asio::awaitable<Result<void>> Turn::transmit(Stream::Buffers buffers) {
  if (!stream_.is_open()) co_return lost();
  auto sent = co_await stream_.write(buffers, service_.limits.write_time);
  if (!sent) stream_.reset();
  co_return sent;
}

std::string Turn::begin(const Response& response, std::optional<std::uint64_t> length) {
  if (is_answered()) throw std::logic_error("a request was answered twice");
  Framing framing;
  framing.is_http10 = request_.is_http10;
  framing.keep_alive = can_keep_alive();
  sends_body_ = may_have_body(response.status) && !is_head();
  if (may_have_body(response.status)) {
    framing.body = length ? Framing::Body::kLength : Framing::Body::kChunked;
    framing.length = length.value_or(0);
  }
  if (framing.body == Framing::Body::kChunked && request_.is_http10) {
    framing.body = Framing::Body::kUntilClose;
    framing.keep_alive = false;
  }
  std::string head = format_head(response, framing, now());
  framing_ = framing;
  phase_ = Phase::kStarted;
  return head;
}

bool Turn::can_keep_alive() const {
  if (!request_.keep_alive || service_.is_stopping || body_failed_) return false;
  if (reader_.is_body_done()) return true;
  return !request_.waits_for_100 && reader_.body_left().value_or(0) <= kMostDrained;
}

Result<void> Turn::check_writable(std::size_t size) const {
  if (phase_ != Phase::kStarted) return misuse("an answer that was not started cannot be written");
  if (framing_.body == Framing::Body::kLength && size > framing_.length - written_) {
    return misuse(fmt::format("more than the announced {} bytes were written", framing_.length));
  }
  return {};
}

bool Turn::lacks_answer() const {
  return phase_ == Phase::kUnanswered && !body_failed_ && stream_.is_open();
}

Refusal Turn::missing_answer() const {
  if (body_failed_ == Errc::kTimedOut) return {408, "the body of the request did not arrive in time"};
  if (body_failed_) return {400, "the body of the request breaks HTTP"};
  return {500, "the daemon could not answer this request; its log says why"};
}

}  // namespace reeld::http::server
