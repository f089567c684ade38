#include "daemon/cli/control.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <fstream>

#include "common/config/control_socket.hpp"
#include "common/job/text.hpp"
#include "daemon/app/exit_codes.hpp"

namespace reeld::cli {
namespace {

using http::local::Request;
using http::local::Response;

/// The token of --token-file, else of REELD_TOKEN, else "".
Result<std::string> read_token(const Globals& globals) {
  constexpr std::string_view kSpace = " \t\r\n";
  std::string token;
  if (!globals.token_file.empty()) {
    std::ifstream file(globals.token_file, std::ios::binary);
    if (!std::getline(file, token)) {
      return Error{Errc::kNotFound, "cli.token",
                   fmt::format("{}: there is no token to be read", globals.token_file)};
    }
  } else if (const auto found = globals.environment.find("REELD_TOKEN"); found != globals.environment.end()) {
    token = found->second;
  }
  token.erase(token.find_last_not_of(kSpace) + 1);
  token.erase(0, token.find_first_not_of(kSpace));
  if (has_control(token)) {
    return Error{Errc::kBadInput, "cli.token", "the token holds a control character"};
  }
  return token;
}

}  // namespace

Control::Control(const Globals& globals) : exit_code_(app::kExitConfig) {
  const bool found = globals.url.empty() ? find_socket(globals) : find_url(globals);
  if (!found) return;
  auto client = http::local::make_client(target_);
  if (client) {
    client_ = std::move(*client);
  } else {
    exit_code_ = tell(own_trouble(client.error()));
  }
}

bool Control::find_socket(const Globals& globals) {
  auto loaded = load(globals);
  if (!loaded) return false;
  config_ = std::move(loaded->config);
  target_.socket = control_socket(*config_, globals.environment);
  // Whoever names no place of his own means this machine's service.
  const bool default_place = globals.data_dir.empty() && globals.config_file.empty();
  std::error_code ignored;
  if (default_place && !std::filesystem::exists(target_.socket, ignored) &&
      std::filesystem::exists(kServiceSocket, ignored)) {
    target_.socket = kServiceSocket;
  }
  return true;
}

bool Control::find_url(const Globals& globals) {
  auto token = read_token(globals);
  if (!token) {
    exit_code_ = tell(own_trouble(token.error()));
    return false;
  }
  target_.url = globals.url;
  target_.token = std::move(*token);
  return true;
}

Answer Control::ask(const std::string& target) {
  Request request;
  request.target = target;
  return ask(request);
}

Answer Control::ask(const Request& request) {
  // What is wrong was told when it was found.
  if (!client_) return Trouble{"the configuration is wrong", exit_code_};
  const auto response = client_->send(request);
  if (!response) return connection_trouble(response.error(), target_);
  if (response->status < 200 || response->status >= 300) return refusal_trouble(*response, target_);
  auto body = parse_json_leniently(response->body);
  if (!body) {
    const Error error{Errc::kPeerBroken, "cli.ask", "its answer is not JSON"};
    return connection_trouble(error, target_);
  }
  return std::move(*body);
}

boost::system::result<std::unique_ptr<http::local::Stream>, Trouble> Control::open(const Request& request) {
  if (!client_) return Trouble{"the configuration is wrong", exit_code_};
  auto stream = client_->open(request);
  if (!stream) return connection_trouble(stream.error(), target_);
  if ((*stream)->head().status != 200) return refusal_trouble((*stream)->head(), target_);
  return std::move(*stream);
}

std::optional<Json> Control::told(Answer answer) {
  if (answer) return std::move(*answer);
  if (usable()) exit_code_ = tell(answer.error());
  return std::nullopt;
}

std::optional<Json> Control::get(const std::string& target) {
  return told(ask(target));
}

std::optional<Json> Control::post(const std::string& target, const Json& body) {
  return told(ask(post_request(target, body)));
}

Request post_request(const std::string& target, const Json& body) {
  Request request;
  request.method = "POST";
  request.target = target;
  request.headers.push_back({"Content-Type", "application/json"});
  request.body = dump_json(body);
  return request;
}

}  // namespace reeld::cli
