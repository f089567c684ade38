#include "daemon/http/server/refusal.hpp"

#include <boost/beast/http/status.hpp>

#include "common/util/json.hpp"

namespace reeld::http::server {
namespace {

std::string_view code_of(int status) {
  switch (status) {
    case 408:
      return "timed_out";
    case 431:
      return "too_large";
    case 500:
      return "internal";
    default:
      return "bad_input";
  }
}

}  // namespace

std::string_view reason_phrase(int status) {
  namespace http = boost::beast::http;
  return http::obsolete_reason(http::int_to_status(static_cast<unsigned>(status)));
}

Response to_response(const Refusal& refusal) {
  const Json problem = {{"type", "about:blank"},
                        {"title", reason_phrase(refusal.status)},
                        {"status", refusal.status},
                        {"detail", refusal.detail},
                        {"code", code_of(refusal.status)}};
  Response response;
  response.status = refusal.status;
  response.headers = {{"Content-Type", "application/problem+json"}, {"Cache-Control", "no-store"}};
  response.body = dump_json(problem);
  return response;
}

}  // namespace reeld::http::server
