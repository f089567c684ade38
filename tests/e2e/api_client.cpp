#include "tests/e2e/api_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>

namespace reeld::test {

using http::local::Request;
using http::local::Response;
using http::local::Stream;
using http::local::Target;

namespace {

std::unique_ptr<http::local::Client> client_for(Target target) {
  auto client = http::local::make_client(std::move(target));
  if (!client) throw std::runtime_error(describe(client.error()));
  return std::move(*client);
}

Target socket_of(const Daemon& daemon) {
  Target target;
  target.socket = daemon.data() / "reeld.sock";
  return target;
}

Json json_of(const Response& response, const std::string& target, int status) {
  if (response.status != status) {
    throw std::runtime_error(target + ": " + std::to_string(response.status) + " " + response.body);
  }
  return Json::parse(response.body);
}

}  // namespace

ApiClient::ApiClient(const Daemon& daemon) : ApiClient(socket_of(daemon)) {}

ApiClient::ApiClient(Target target) : client_(client_for(std::move(target))) {}

Response ApiClient::send(Request request) {
  auto response = client_->send(request);
  if (!response) throw std::runtime_error(request.target + ": " + describe(response.error()));
  return std::move(*response);
}

Response ApiClient::get(const std::string& target, Headers headers) {
  Request request;
  request.target = target;
  request.headers = std::move(headers);
  return send(std::move(request));
}

Response ApiClient::post(const std::string& target, const std::string& body, const std::string& type,
                         Headers headers) {
  Request request;
  request.method = "POST";
  request.target = target;
  request.headers = std::move(headers);
  request.headers.push_back({"Content-Type", type});
  request.body = body;
  return send(std::move(request));
}

Json ApiClient::get_json(const std::string& target, int status) {
  return json_of(get(target), target, status);
}

Json ApiClient::post_json(const std::string& target, const Json& body, int status) {
  return json_of(post(target, body.dump()), target, status);
}

Response ApiClient::post_pieces(const std::string& target, std::function<std::string()> next) {
  Request request;
  request.method = "POST";
  request.target = target;
  request.headers.push_back({"Content-Type", "application/x-ndjson"});
  request.next_piece = [next = std::move(next)] { return Result<std::string>(next()); };
  return send(std::move(request));
}

std::string ApiClient::read_until(Stream& stream, const std::string& words) {
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  std::string text;
  while (text.find(words) == std::string::npos) {
    if (std::chrono::steady_clock::now() > limit) throw std::runtime_error("never came: " + words);
    auto piece = stream.read_some(Duration(1'000));
    if (!piece) throw std::runtime_error("the stream ended: " + describe(piece.error()));
    text += *piece;
  }
  return text;
}

std::unique_ptr<Stream> ApiClient::follow(const std::string& target) {
  Request request;
  request.target = target;
  auto stream = client_->open(request);
  if (!stream) throw std::runtime_error(target + ": " + describe(stream.error()));
  return std::move(*stream);
}

void ApiClient::wait_until_up() {
  const bool up = eventually([this] {
    Request request;
    request.target = "/healthz";
    const auto response = client_->send(request);
    return response && response->status == 200;
  });
  if (!up) throw std::runtime_error("the control API does not answer");
}

std::uint16_t free_port() {
  const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  const bool found = ::bind(probe, generic, size) == 0 && ::getsockname(probe, generic, &size) == 0;
  ::close(probe);
  if (!found) throw std::runtime_error("there is no free port");
  return ntohs(address.sin_port);
}

}  // namespace reeld::test
