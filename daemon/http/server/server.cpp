#include "daemon/http/server/server.hpp"

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>
#include <set>

#include "common/util/async/nursery.hpp"
#include "common/util/async/wakeup.hpp"
#include "common/util/log.hpp"
#include "daemon/http/server/listener.hpp"
#include "daemon/http/server/service.hpp"
#include "daemon/http/server/session.hpp"
#include "daemon/http/server/tls.hpp"

namespace reeld::http::server {
namespace {

namespace asio = boost::asio;

/// Descriptors come back when some connection ends, which nothing here announces.
constexpr Duration kAcceptPause{100};
constexpr Duration kForEver = Duration::max();

void report(std::exception_ptr exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const std::exception& error) {
    log_event(spdlog::level::critical, "a bug ended a coroutine of the HTTP server",
              {{"error", error.what()}});
  }
}

/// A listener and the connections that came through it.
struct Entrance {
  Entrance(asio::any_io_executor executor, std::unique_ptr<Listener> bound)
      : listener(std::move(bound)), changed(std::move(executor)) {}

  std::unique_ptr<Listener> listener;
  std::size_t open = 0;
  Wakeup changed;  ///< poked when a connection has ended
};

class ServerImpl final : public Server {
 public:
  ServerImpl(asio::any_io_executor executor, ServerLimits limits, Handler handler,
             std::unique_ptr<asio::ssl::context> tls)
      : executor_(executor),
        service_{limits, std::move(handler)},
        tls_(std::move(tls)),
        accepting_(executor, report),
        serving_(executor, report) {}

  void add(std::unique_ptr<Listener> listener) {
    entrances_.push_back(std::make_unique<Entrance>(executor_, std::move(listener)));
  }

  asio::awaitable<void> run() override;
  asio::awaitable<void> stop(Duration grace) override;
  std::vector<std::string> addresses() const override;
  std::size_t open_connections() const override { return serving_.size(); }

 private:
  class Presence;

  asio::awaitable<void> accept_all(Entrance& entrance);
  asio::awaitable<void> serve(Accepted accepted, Entrance& entrance);

  asio::any_io_executor executor_;
  Service service_;
  std::unique_ptr<asio::ssl::context> tls_;
  std::vector<std::unique_ptr<Entrance>> entrances_;
  std::set<Session*> sessions_;
  Nursery accepting_;
  Nursery serving_;
};

/// Makes a session known to the server for as long as it is there, however it ends.
class ServerImpl::Presence {
 public:
  Presence(ServerImpl& server, Session& session, Entrance& entrance)
      : server_(server), session_(session), entrance_(entrance) {
    server_.sessions_.insert(&session_);
  }
  ~Presence() {
    server_.sessions_.erase(&session_);
    --entrance_.open;
    entrance_.changed.poke();
  }
  Presence(const Presence&) = delete;
  Presence& operator=(const Presence&) = delete;

 private:
  ServerImpl& server_;
  Session& session_;
  Entrance& entrance_;
};

asio::awaitable<void> ServerImpl::run() {
  for (const auto& entrance : entrances_) accepting_.spawn(accept_all(*entrance));
  std::exception_ptr cancelled;
  try {
    co_await accepting_.join(kForEver);
  } catch (const boost::system::system_error&) {
    cancelled = std::current_exception();
  }
  if (!cancelled) co_return;
  // The children refer to this object, so they are waited for even now.
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  if (!service_.is_stopping) co_await stop(Duration(0));
  co_await accepting_.join(kForEver);
  std::rethrow_exception(cancelled);
}

asio::awaitable<void> ServerImpl::stop(Duration grace) {
  service_.is_stopping = true;
  for (const auto& entrance : entrances_) entrance->listener->close();
  accepting_.cancel(asio::cancellation_type::terminal);
  for (Session* session : sessions_) session->wind_down();
  if (!co_await serving_.join(grace)) {
    serving_.cancel(asio::cancellation_type::terminal);
    co_await serving_.join(kForEver);
  }
}

std::vector<std::string> ServerImpl::addresses() const {
  std::vector<std::string> names;
  for (const auto& entrance : entrances_) names.push_back(entrance->listener->name());
  return names;
}

asio::awaitable<void> ServerImpl::accept_all(Entrance& entrance) {
  bool is_short = false;
  while (!service_.is_stopping) {
    if (entrance.open >= service_.limits.connections) {
      co_await entrance.changed.wait_for(kForEver);
      continue;
    }
    auto accepted = co_await entrance.listener->accept();
    if (accepted) {
      is_short = false;
      ++entrance.open;
      serving_.spawn(serve(std::move(*accepted), entrance));
    } else if (accepted.error().code == Errc::kNoSpace) {
      if (!is_short) {
        log_event(spdlog::level::warn, "connections have to wait", {{"error", accepted.error().detail}});
      }
      is_short = true;
      co_await entrance.changed.wait_for(kAcceptPause);
    }
  }
}

asio::awaitable<void> ServerImpl::serve(Accepted accepted, Entrance& entrance) {
  const bool is_tls = tls_ && !accepted.peer.is_unix;
  accepted.peer.is_tls = is_tls;
  Session session(std::move(accepted.socket), std::move(accepted.peer), is_tls ? tls_.get() : nullptr,
                  service_);
  const Presence presence(*this, session, entrance);
  co_await session.run();
}

}  // namespace

Result<std::unique_ptr<Server>> make_server(asio::any_io_executor executor, ServerOptions options,
                                            Handler handler) {
  std::unique_ptr<asio::ssl::context> tls;
  if (!options.cert_file.empty()) {
    auto made = make_tls_context(options.cert_file, options.key_file);
    if (!made) return made.error();
    tls = std::move(*made);
  }
  auto server = std::make_unique<ServerImpl>(executor, options.limits, std::move(handler), std::move(tls));
  for (const ListenAddress& address : options.listen) {
    auto listeners = listen_at(executor, address, options.socket_mode);
    if (!listeners) return listeners.error();
    for (auto& listener : *listeners) server->add(std::move(listener));
  }
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace reeld::http::server
