#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/http/server/exchange.hpp"
#include "daemon/http/server/refusal.hpp"
#include "daemon/http/server/request_reader.hpp"
#include "daemon/http/server/response_head.hpp"
#include "daemon/http/server/service.hpp"
#include "daemon/http/server/stream.hpp"

namespace reeld::http::server {

/// One request and its answer on a connection.
class Turn final : public Exchange {
 public:
  /// All must outlive it.
  Turn(IncomingRequest request, RequestReader& reader, Stream& stream, const Service& service);

  const RequestHead& head() const override { return request_.head; }
  boost::asio::awaitable<Result<std::string>> read_some() override;
  boost::asio::awaitable<Result<void>> send(Response response) override;
  boost::asio::awaitable<Result<void>> start(Response response, std::optional<std::uint64_t> length) override;
  boost::asio::awaitable<Result<void>> write(std::shared_ptr<const std::string> piece) override;
  boost::asio::awaitable<Result<void>> finish() override;
  bool is_answered() const override { return phase_ != Phase::kUnanswered; }
  boost::asio::any_io_executor executor() override { return stream_.executor(); }

  /// The handler could have answered, and did not.
  bool lacks_answer() const;

  /// Brings the turn to its end when the handler has returned. True when the connection can serve another
  /// request; false: it is broken, or to be ended.
  boost::asio::awaitable<bool> conclude();

 private:
  enum class Phase { kUnanswered, kStarted, kFinished };

  boost::asio::awaitable<Result<void>> ask_for_body();
  boost::asio::awaitable<bool> drain_body();
  boost::asio::awaitable<Result<void>> write_slice(std::string_view slice);
  boost::asio::awaitable<Result<void>> transmit(Stream::Buffers buffers);
  std::string begin(const Response& response, std::optional<std::uint64_t> length);
  bool can_keep_alive() const;
  bool is_head() const { return request_.head.method == Method::kHead; }
  Result<void> check_writable(std::size_t size) const;
  Refusal missing_answer() const;

  IncomingRequest request_;
  RequestReader& reader_;
  Stream& stream_;
  const Service& service_;
  Phase phase_ = Phase::kUnanswered;
  Framing framing_;
  bool sends_body_ = true;           ///< false for HEAD, and for a status that has none
  std::uint64_t written_ = 0;        ///< bytes of the answer's body
  std::optional<Errc> body_failed_;  ///< why the request's body could not be read
};

}  // namespace reeld::http::server
