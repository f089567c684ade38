#include "daemon/api/problem.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace reeld::api {
namespace {

int status_of(Errc code) {
  switch (code) {
    case Errc::kBadInput:
      return 400;
    case Errc::kNotFound:
      return 404;
    case Errc::kConflict:
    case Errc::kLeaseLost:
      return 409;
    case Errc::kTimedOut:
      return 504;
    case Errc::kNotSent:
    case Errc::kMaybeSent:
    case Errc::kPeerRejected:
    case Errc::kPeerBroken:
      return 502;
    case Errc::kUnavailable:
    case Errc::kCancelled:
      return 503;
    case Errc::kNoSpace:
      return 507;
    case Errc::kIo:
    case Errc::kInternal:
      return 500;
  }
  return 500;
}

std::string_view title_of(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 421:
      return "Misdirected Request";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 507:
      return "Insufficient Storage";
    default:
      return "Internal Server Error";
  }
}

}  // namespace

Refusal::Refusal(const Error& error)
    : status(status_of(error.code)), code(to_string(error.code)), detail(error.detail) {
  if (status >= 500) cause = describe(error);
  if (status == 500) detail = "something went wrong inside reeld; its log says what";
}

void throw_exception_from_error(const Refusal& refusal, const boost::source_location& where) {
  throw std::logic_error(fmt::format("{}:{}: {}", where.file_name(), where.line(), refusal.detail));
}

Refusal bad_input(std::string detail) {
  return Refusal(400, to_string(Errc::kBadInput), std::move(detail));
}

Refusal not_found(std::string detail) {
  return Refusal(404, to_string(Errc::kNotFound), std::move(detail));
}

Refusal invalid(int status, std::string detail, const std::vector<Problem>& problems, std::size_t count) {
  Refusal refusal(status, to_string(Errc::kBadInput), std::move(detail));
  refusal.more["problems"] = problems_json(problems);
  refusal.more["problem_count"] = count;
  return refusal;
}

Json problems_json(const std::vector<Problem>& problems) {
  Json list = Json::array();
  for (const Problem& problem : problems) {
    if (list.size() == kMostProblems) break;
    list.push_back({{"line", problem.line > 0 ? Json(problem.line) : Json()},
                    {"pointer", problem.pointer},
                    {"message", problem.message}});
  }
  return list;
}

http::server::Response problem_response(const Refusal& refusal) {
  Json body = refusal.more;
  body["type"] = "about:blank";
  body["title"] = title_of(refusal.status);
  body["status"] = refusal.status;
  body["detail"] = refusal.detail;
  body["code"] = refusal.code;
  http::server::Response response{refusal.status, refusal.headers, dump_json(body)};
  response.headers.push_back({"Content-Type", "application/problem+json"});
  return response;
}

}  // namespace reeld::api
