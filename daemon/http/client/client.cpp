#include "daemon/http/client/client.hpp"

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <stdexcept>

#include "common/util/crash_point.hpp"
#include "daemon/http/client/answer.hpp"
#include "daemon/http/client/connector.hpp"
#include "daemon/http/client/failure.hpp"
#include "daemon/http/client/pool.hpp"
#include "daemon/http/client/redirect.hpp"
#include "daemon/http/client/request_head.hpp"

namespace reeld::http {
namespace {

// A connection that was in use this lately is not yet on its peer's list of idle ones to close.
constexpr Duration kCarefulAge{2'000};
constexpr std::size_t kFirstWrite = 16U << 10;

Error request_error(Errc code, std::string detail) {
  return Error{code, "http.request", std::move(detail)};
}

/// One hop of a request: what is asked where, and how far it has come.
struct Hop {
  Request& request;
  const ChooseSink& choose;
  Url url;
  const AddressPolicy& policy;
  SteadyTime end;
  bool follows_redirects;
  Progress progress;
  bool hook_has_run = false;
  std::optional<Redirect> next = {};  ///< set when the answer sends the request on

  Error failure(Error error) const { return http::failure(progress, std::move(error)); }
  Timing timing() const { return {request.deadlines.idle, end}; }
  SteadyTime connect_deadline() const { return std::min(after(request.deadlines.connect), end); }
  bool may_repeat() const { return request.method != Method::kPost && !request.careful; }
};

class NetworkClient final : public Client {
 public:
  NetworkClient(boost::asio::any_io_executor executor, ClientOptions options)
      : options_(std::move(options)),
        connector_(executor, options_),
        pool_(executor, options_.max_per_origin, options_.keep_alive) {}

  boost::asio::awaitable<Result<Response>> send(Request request) override {
    return run(std::move(request), ChooseSink());
  }
  boost::asio::awaitable<Result<Response>> fetch(Request request, ChooseSink choose) override {
    return run(std::move(request), std::move(choose));
  }
  void shutdown() override {
    connector_.shutdown();
    pool_.shutdown();
  }

 private:
  Result<Url> check(const Request& request, const AddressPolicy& policy) const;
  boost::asio::awaitable<Result<Response>> run(Request request, ChooseSink choose);
  boost::asio::awaitable<Result<Response>> guarded_hop(Hop& hop);
  boost::asio::awaitable<Result<Response>> make_hop(Hop& hop);
  boost::asio::awaitable<Result<void>> clear_to_send(Hop& hop, const Connection& connection);
  boost::asio::awaitable<Result<void>> ask(Hop& hop, Connection& connection, AnswerReader& reader);
  boost::asio::awaitable<Result<Response>> take_answer(Hop& hop, AnswerReader& reader);
  std::unique_ptr<Connection> idle_connection(const Hop& hop);
  void give_back(const Hop& hop, std::unique_ptr<Connection> connection, const AnswerReader& reader);

  ClientOptions options_;
  Connector connector_;
  Pool pool_;
};

/// Keeps a body in memory, up to `limit` bytes.
boost::asio::awaitable<Result<void>> collect_body(AnswerReader& reader, std::string& body,
                                                  std::size_t limit) {
  const auto too_long = [] {
    return Error{Errc::kPeerBroken, "http.receive", "the answer is over its limit"};
  };
  if (reader.announced_length().value_or(0) > limit) co_return too_long();
  std::string chunk;
  while (!reader.is_done()) {
    if (auto read = co_await reader.read_chunk(chunk); !read) co_return read.error();
    if (chunk.size() > limit - body.size()) co_return too_long();
    body += chunk;
  }
  co_return Result<void>();
}

/// Hands a body on piece by piece; also what came before an error.
boost::asio::awaitable<Result<void>> stream_body(AnswerReader& reader, ByteSink& sink) {
  while (!reader.is_done()) {
    std::string chunk;
    auto read = co_await reader.read_chunk(chunk);
    if (!chunk.empty()) {
      auto taken = co_await sink.write(std::move(chunk));
      if (!taken) co_return taken.error();
    }
    if (!read) co_return read.error();
  }
  co_return Result<void>();
}

Result<Url> NetworkClient::check(const Request& request, const AddressPolicy& policy) const {
  auto url = parse_url(request.url);
  if (!url) return url.error();
  if (!url->tls && !options_.allow_plain_http) return request_error(Errc::kBadInput, "only https is used");
  if (auto headers = check_headers(request.headers); !headers) return headers.error();
  if (auto allowed = policy.check(*url); !allowed) return allowed.error();
  return url;
}

boost::asio::awaitable<Result<Response>> NetworkClient::run(Request request, ChooseSink choose) {
  const AddressPolicy policy(request.allowed_hosts);
  auto url = check(request, policy);
  if (!url) co_return url.error();
  Progress progress{request.method};
  const SteadyTime end = after(request.deadlines.total);
  RedirectTrail trail(request.max_redirects);
  while (true) {
    trail.visit(request.method, *url);
    Hop hop{request, choose, *url, policy, end, trail.follows(), progress};
    auto answer = co_await guarded_hop(hop);
    if (!answer || !hop.next) co_return answer;
    progress.redirected = true;
    if (auto step = trail.step(*hop.next); !step) co_return step.error();
    if (auto allowed = policy.check(hop.next->url); !allowed)
      co_return http::failure(progress, allowed.error());
    apply(*hop.next, request);
    *url = hop.next->url;
  }
}

boost::asio::awaitable<Result<Response>> NetworkClient::guarded_hop(Hop& hop) {
  try {
    co_return co_await make_hop(hop);
  } catch (const boost::system::system_error& error) {
    // This is how a cancellation shows that came between two waits.
    if (error.code() != boost::asio::error::operation_aborted) throw;
  }
  co_return hop.failure(request_error(Errc::kCancelled, "cancelled"));
}

boost::asio::awaitable<Result<Response>> NetworkClient::make_hop(Hop& hop) {
  auto slot = co_await pool_.acquire(hop.url.origin(), hop.end);
  if (!slot) co_return hop.failure(slot.error());
  std::unique_ptr<Connection> connection = idle_connection(hop);
  bool replaceable = connection != nullptr && hop.may_repeat();
  while (true) {
    if (!connection) {
      auto fresh = co_await connector_.connect(hop.url, hop.policy, hop.connect_deadline());
      if (!fresh) co_return hop.failure(fresh.error());
      connection = std::move(*fresh);
    }
    if (auto clear = co_await clear_to_send(hop, *connection); !clear) co_return clear.error();
    AnswerReader reader(*connection, hop.timing());
    auto asked = co_await ask(hop, *connection, reader);
    if (asked) {
      auto answer = co_await take_answer(hop, reader);
      if (answer) give_back(hop, std::move(connection), reader);
      co_return answer;
    }
    // The peer closed the connection while it was idle, and the news arrived too late for the pool to see it.
    const bool stale = replaceable && !reader.got_some() && asked.error().code == Errc::kPeerBroken;
    if (!stale) co_return hop.failure(asked.error());
    replaceable = false;
    connection.reset();
  }
}

std::unique_ptr<Connection> NetworkClient::idle_connection(const Hop& hop) {
  const Duration max_age = hop.request.careful ? kCarefulAge : options_.keep_alive;
  return pool_.take_idle(hop.url.origin(), max_age, [&](const Connection& connection) {
    return connector_.permits(hop.url, hop.policy, connection.address());
  });
}

/// The last moment before the first byte: from here on nobody can say for sure that nothing was sent.
boost::asio::awaitable<Result<void>> NetworkClient::clear_to_send(Hop& hop, const Connection& connection) {
  if (hop.request.before_send && !hop.hook_has_run) {
    hop.hook_has_run = true;
    auto allowed = co_await hop.request.before_send();
    if (!allowed) {
      Error error = allowed.error();
      if (error.code != Errc::kCancelled && error.code != Errc::kLeaseLost) error.code = Errc::kNotSent;
      co_return error;
    }
  }
  const auto state = co_await boost::asio::this_coro::cancellation_state;
  if (state.cancelled() != boost::asio::cancellation_type::none) {
    co_return hop.failure(request_error(Errc::kCancelled, "cancelled"));
  }
  if (hop.end <= std::chrono::steady_clock::now()) {
    co_return hop.failure(request_error(Errc::kTimedOut, "the time was up before anything was sent"));
  }
  if (hop.request.careful && connection.is_closed()) {
    co_return hop.failure(
        request_error(Errc::kUnavailable, "the peer closed the connection before it was used"));
  }
  co_return Result<void>();
}

/// Sends the request and reads the answer's header.
boost::asio::awaitable<Result<void>> NetworkClient::ask(Hop& hop, Connection& connection,
                                                        AnswerReader& reader) {
  const std::string_view body = hop.request.body;
  std::string start = request_head(hop.request, hop.url, options_.user_agent);
  // Header and a small body leave in one piece.
  const std::size_t along = std::min(body.size(), kFirstWrite - std::min(start.size(), kFirstWrite));
  start.append(body.substr(0, along));
  connection.reset_on_close(true);
  crash_point(crash::kSendBefore, to_string(hop.request.method));
  hop.progress.phase = Progress::Phase::kSent;
  auto sent = co_await connection.write(start, hop.timing());
  if (sent) sent = co_await connection.write(body.substr(along), hop.timing());
  if (!sent) co_return sent.error();
  crash_point(crash::kSendAfter, to_string(hop.request.method));
  if (auto head = co_await reader.read_head(); !head) co_return head.error();
  hop.progress.phase = Progress::Phase::kAnswered;
  co_return Result<void>();
}

boost::asio::awaitable<Result<Response>> NetworkClient::take_answer(Hop& hop, AnswerReader& reader) {
  Response response = reader.head();
  response.final_url = hop.url.text();
  if (hop.follows_redirects) {
    auto redirect = plan_redirect(hop.url, hop.request.method, hop.request.careful, response.status,
                                  response.header("location"));
    if (!redirect) co_return redirect.error();
    hop.next = std::move(*redirect);
    if (hop.next) co_return response;
  }
  ByteSink* sink = nullptr;
  if (hop.choose) {
    auto chosen = co_await hop.choose(response);
    if (!chosen) co_return chosen.error();
    sink = *chosen;
  }
  auto taken = sink != nullptr ? co_await stream_body(reader, *sink)
                               : co_await collect_body(reader, response.body, hop.request.max_body);
  if (!taken) co_return taken.error();
  crash_point(crash::kAnswerAfter, to_string(hop.request.method));
  co_return response;
}

void NetworkClient::give_back(const Hop& hop, std::unique_ptr<Connection> connection,
                              const AnswerReader& reader) {
  if (!reader.is_done()) return;
  connection->reset_on_close(false);
  if (!reader.leaves_connection_usable()) return;
  connection->mark_used();
  pool_.keep(hop.url.origin(), std::move(connection));
}

}  // namespace

std::string_view Response::header(std::string_view name) const {
  const std::string wanted = to_lower(name);
  const auto found = std::find_if(headers.begin(), headers.end(), [&wanted](const Header& header) {
    return to_lower(header.name) == wanted;
  });
  return found == headers.end() ? std::string_view() : std::string_view(found->value);
}

std::unique_ptr<Client> make_client(boost::asio::any_io_executor executor, ClientOptions options) {
  // The user agent is not a request's header, but it travels like one.
  if (!check_headers({Header{"Agent", options.user_agent}})) {
    throw std::runtime_error("the user agent holds a control character");
  }
  return std::make_unique<NetworkClient>(std::move(executor), std::move(options));
}

}  // namespace reeld::http
