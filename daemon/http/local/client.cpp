#include "daemon/http/local/client.hpp"

#include <boost/beast/core/string.hpp>

#include "daemon/http/local/base_url.hpp"
#include "daemon/http/local/connect.hpp"
#include "daemon/http/local/conversation.hpp"
#include "daemon/http/local/request_head.hpp"
#include "daemon/http/local/tls.hpp"

namespace reeld::http::local {
namespace {

/// For TCP and TLS, each address of a host.
constexpr Duration kConnectTime{10'000};

class OpenStream final : public Stream {
 public:
  explicit OpenStream(std::unique_ptr<Conversation> conversation) : conversation_(std::move(conversation)) {}

  const Response& head() const override { return conversation_->response(); }

  Result<std::string> read_some(Duration limit) override {
    auto piece = conversation_->read_some(limit);
    if (!piece && piece.error().code == Errc::kTimedOut) return std::string();
    if (piece && !piece->empty()) return piece;
    return Error{Errc::kUnavailable, "http.stream", "the daemon ended the stream"};
  }

 private:
  std::unique_ptr<Conversation> conversation_;
};

class ClientImpl final : public Client {
 public:
  ClientImpl(Target target, BaseUrl url, TlsContext tls)
      : target_(std::move(target)), url_(std::move(url)), tls_(std::move(tls)) {}

  Result<Response> send(const Request& request) override;
  Result<Response> fetch(const Request& request,
                         const std::function<Result<void>(std::string_view)>& take) override;
  Result<std::unique_ptr<Stream>> open(const Request& request) override;

 private:
  using Asked = Result<std::unique_ptr<Conversation>>;

  Asked ask(const Request& request);
  std::unique_ptr<Connection> take_kept(const Request& request);
  Asked ask_anew(const Request& request, const std::string& head);
  Result<std::string> head_of(const Request& request) const;
  Result<std::unique_ptr<Connection>> connect() const;

  Target target_;
  BaseUrl url_;  ///< with a socket: only what the Host header says
  TlsContext tls_;
  std::unique_ptr<Connection> kept_;
};

Result<Response> ClientImpl::send(const Request& request) {
  std::string body;
  auto response = fetch(request, [&body](std::string_view piece) {
    body += piece;
    return Result<void>();
  });
  if (response) response->body = std::move(body);
  return response;
}

Result<Response> ClientImpl::fetch(const Request& request,
                                   const std::function<Result<void>(std::string_view)>& take) {
  auto asked = ask(request);
  if (!asked) return asked.error();
  Conversation& conversation = **asked;
  for (;;) {
    const auto piece = conversation.read_some(request.timeout);
    if (!piece) return piece.error();
    if (piece->empty()) break;
    if (auto taken = take(*piece); !taken) return taken.error();
  }
  kept_ = conversation.release();
  return conversation.response();
}

Result<std::unique_ptr<Stream>> ClientImpl::open(const Request& request) {
  const auto head = head_of(request);
  if (!head) return head.error();
  auto asked = ask_anew(request, *head);
  if (!asked) return asked.error();
  return std::unique_ptr<Stream>(std::make_unique<OpenStream>(std::move(*asked)));
}

ClientImpl::Asked ClientImpl::ask(const Request& request) {
  const auto head = head_of(request);
  if (!head) return head.error();
  auto connection = take_kept(request);
  if (!connection) return ask_anew(request, *head);
  auto conversation = std::make_unique<Conversation>(std::move(connection));
  auto asked = conversation->ask(request, *head);
  if (asked) return conversation;
  const bool was_dead = asked.error().code == Errc::kUnavailable && !conversation->has_begun();
  if (was_dead) return ask_anew(request, *head);
  return asked.error();
}

std::unique_ptr<Connection> ClientImpl::take_kept(const Request& request) {
  auto connection = std::move(kept_);
  // It may die under the request, and then nobody knows whether that was heard.
  return connection && is_repeatable(request) && !connection->has_input() ? std::move(connection) : nullptr;
}

ClientImpl::Asked ClientImpl::ask_anew(const Request& request, const std::string& head) {
  auto connection = connect();
  if (!connection) return connection.error();
  auto conversation = std::make_unique<Conversation>(std::move(*connection));
  if (auto asked = conversation->ask(request, head); !asked) return asked.error();
  return conversation;
}

Result<std::string> ClientImpl::head_of(const Request& request) const {
  return format_head(request, url_.host_header(), url_.path, target_.token);
}

Result<std::unique_ptr<Connection>> ClientImpl::connect() const {
  if (!target_.socket.empty()) return connect_socket(target_.socket);
  return connect_url(url_, tls_.get(), kConnectTime);
}

}  // namespace

std::string_view Response::header(std::string_view name) const {
  for (const Header& header : headers) {
    if (boost::beast::iequals(header.name, name)) return header.value;
  }
  return {};
}

Result<std::unique_ptr<Client>> make_client(Target target) {
  BaseUrl url;
  url.host = "localhost";
  TlsContext tls;
  if (target.socket.empty()) {
    auto parsed = parse_base_url(target.url);
    if (!parsed) return parsed.error();
    url = std::move(*parsed);
  }
  if (url.is_tls) {
    auto made = make_tls_context(target.ca_file);
    if (!made) return made.error();
    tls = std::move(*made);
  }
  return std::unique_ptr<Client>(
      std::make_unique<ClientImpl>(std::move(target), std::move(url), std::move(tls)));
}

}  // namespace reeld::http::local
