#include "tests/simulator/answer_head.hpp"

#include <boost/beast/http/status.hpp>
#include <string_view>

#include "tests/simulator/ids.hpp"

namespace reeld::sim {

namespace {

// Formatting a date costs as much as the rest of a small answer, and it changes once a second.
std::string_view date_text(Time now) {
  thread_local std::chrono::sys_seconds last{};
  thread_local std::string text;
  const auto second = std::chrono::floor<std::chrono::seconds>(now);
  if (second != last || text.empty()) {
    last = second;
    text = format_http_date(now);
  }
  return text;
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

void append_head(std::string& out, const Answer& answer, Time now, bool keep_alive) {
  namespace http = boost::beast::http;
  const auto reason = http::obsolete_reason(http::int_to_status(static_cast<unsigned>(answer.status)));
  out.append("HTTP/1.1 ").append(std::to_string(answer.status)).append(" ");
  out.append(reason.data(), reason.size()).append("\r\n");
  append_header(out, "Date", date_text(now));
  for (const auto& [name, value] : answer.headers) append_header(out, name, value);
  if (answer.delivery.end == Delivery::End::kEndless) {
    append_header(out, "Content-Type", answer.content_type);
    append_header(out, "Transfer-Encoding", "chunked");
  } else if (answer.status != 204) {
    const std::uint64_t length = answer.content ? answer.content->length : answer.body().size();
    append_header(out, "Content-Type", answer.content_type);
    append_header(out, "Content-Length", std::to_string(length));
  }
  append_header(out, "Connection", keep_alive ? "keep-alive" : "close");
  out.append("\r\n");
}

}  // namespace reeld::sim
