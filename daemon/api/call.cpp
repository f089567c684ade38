#include "daemon/api/call.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/job/text.hpp"
#include "daemon/api/ascii.hpp"

namespace reeld::api {

using http::server::Response;

namespace {

bool has_header(const Response& response, std::string_view name) {
  return std::ranges::any_of(response.headers, [&](const auto& header) { return header.name == name; });
}

/// What keeps a browser from doing more with an answer than its page meant.
void add_common_headers(Response& response) {
  static constexpr std::pair<std::string_view, std::string_view> kCommon[] = {
      {"X-Content-Type-Options", "nosniff"},
      {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"Referrer-Policy", "no-referrer"},
      {"Cache-Control", "no-store"},
  };
  for (const auto& [name, value] : kCommon) {
    if (!has_header(response, name)) response.headers.push_back({std::string(name), std::string(value)});
  }
}

/// A connection that is lost is the server's to see, and nothing for the log.
Outcome<void> told(const Result<void>& sent) {
  if (sent) return {};
  Refusal lost(sent.error());
  lost.cause.clear();
  return lost;
}

}  // namespace

std::string media_type(const http::server::RequestHead& head) {
  std::string_view value = head.header("Content-Type");
  value = value.substr(0, value.find(';'));
  value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
  value = value.substr(0, value.find_last_not_of(" \t") + 1);
  return lower_ascii(value);
}

Refusal unsupported_media_type(std::string_view wanted) {
  return Refusal(415, "unsupported_media_type", fmt::format("send the body with Content-Type {}", wanted));
}

Refusal unread_body(const Error& error, std::string_view limit) {
  if (error.code == Errc::kNoSpace) return Refusal(413, "too_large", std::string(limit));
  if (error.code == Errc::kTimedOut) return Refusal(408, to_string(error.code), "the body came too slowly");
  if (error.code == Errc::kPeerBroken) return bad_input("the body ended early");
  Refusal refusal(error);
  refusal.cause.clear();
  return refusal;
}

std::optional<std::string> Call::query(std::string_view name) const {
  for (const auto& item : head().query) {
    if (item.name == name) return item.value;
  }
  return std::nullopt;
}

Outcome<bool> Call::flag(std::string_view name) const {
  const auto value = query(name);
  if (!value) return false;
  if (value->empty() || *value == "1" || *value == "true") return true;
  return bad_input(fmt::format("{}: {} is neither 1 nor true; leave it out for no", name, in_quotes(*value)));
}

Task<Json> Call::read_json() {
  if (!head().has_body) co_return Json::object();
  if (media_type(head()) != "application/json") co_return unsupported_media_type("application/json");
  auto text = co_await exchange_.read_all(kMaxBody);
  if (!text) co_return unread_body(text.error(), "the body may have 1 MiB at most");
  if (text->find_first_not_of(" \t\r\n") == std::string::npos) co_return Json::object();
  auto value = parse_json(*text);
  if (!value) co_return bad_input("the body is no JSON: " + value.error().detail);
  co_return std::move(*value);
}

Task<void> Call::answer(int status, Json body) {
  Response response{status, {{"Content-Type", "application/json"}}, dump_json(body)};
  co_return co_await answer(std::move(response));
}

Task<void> Call::answer(Response response) {
  add_common_headers(response);
  co_return told(co_await exchange_.send(std::move(response)));
}

Task<void> Call::start(Response response, std::optional<std::uint64_t> length) {
  add_common_headers(response);
  co_return told(co_await exchange_.start(std::move(response), length));
}

Task<void> Call::write(std::string piece) {
  auto shared = std::make_shared<const std::string>(std::move(piece));
  co_return co_await write(std::move(shared));
}

Task<void> Call::write(std::shared_ptr<const std::string> piece) {
  co_return told(co_await exchange_.write(std::move(piece)));
}

Task<void> Call::finish() {
  co_return told(co_await exchange_.finish());
}

}  // namespace reeld::api
