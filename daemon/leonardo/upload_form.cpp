#include "daemon/leonardo/upload_form.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/util/json.hpp"
#include "common/util/uuid.hpp"

namespace reeld::leonardo {
namespace {

/// Unlike Json it keeps members in the order in which they came, which the storage's policy may count on.
using OrderedJson = nlohmann::ordered_json;

ApiError not_understood(std::string words) {
  return ApiError{ErrorClass::kServerError, std::move(words), 200, std::nullopt};
}

/// Null for text that is not JSON, or nested too deeply.
OrderedJson parse_in_order(std::string_view text) {
  if (!parse_json_leniently(text)) return nullptr;
  return OrderedJson::parse(text, nullptr, false);
}

OrderedJson at(const OrderedJson& value, const char* name) {
  if (!value.is_object()) return nullptr;
  const auto found = value.find(name);
  return found == value.end() ? OrderedJson() : *found;
}

std::string text(const OrderedJson& value) {
  return value.is_string() ? value.get<std::string>() : "";
}

/// A name that may stand in quotes in a part's header.
bool is_field_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) { return c > ' ' && c < 0x7F && c != '"'; });
}

/// A line that stands in none of the form's contents. Counting up always finds one: only so many can occur.
std::string find_boundary(const std::vector<UploadTicket::Field>& fields, std::string_view bytes) {
  const auto occurs = [&](const std::string& line) {
    return bytes.find(line) != std::string_view::npos || std::ranges::any_of(fields, [&](const auto& field) {
             return field.second.find(line) != std::string::npos;
           });
  };
  int number = 0;
  std::string boundary;
  do {
    boundary = fmt::format("reeld-form-{:06}", ++number);
  } while (occurs(boundary));
  return boundary;
}

}  // namespace

ApiResult<UploadTicket> read_upload_ticket(std::string_view body) {
  const OrderedJson upload = at(parse_in_order(body), "uploadInitImage");
  UploadTicket ticket{text(at(upload, "id")), text(at(upload, "url")), {}};
  if (!is_uuid(ticket.id)) return not_understood("the answer about an image upload names no image id");
  if (ticket.url.empty()) return not_understood("the answer about an image upload names no address");

  OrderedJson fields = at(upload, "fields");
  if (fields.is_string()) fields = parse_in_order(fields.get<std::string>());
  if (!fields.is_object()) return not_understood("the answer about an image upload names no form fields");
  for (const auto& [name, value] : fields.items()) {
    if (!is_field_name(name) || !value.is_string()) {
      return not_understood("a form field of an image upload cannot be used");
    }
    ticket.fields.emplace_back(name, value.get<std::string>());
  }
  return ticket;
}

UploadForm make_upload_form(const std::vector<UploadTicket::Field>& fields, std::string_view file_name,
                            std::string_view bytes) {
  const std::string boundary = find_boundary(fields, bytes);
  std::string body;
  for (const auto& [name, value] : fields) {
    body += fmt::format("--{}\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n{}\r\n", boundary, name,
                        value);
  }
  body += fmt::format("--{}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{}\"\r\n", boundary,
                      file_name);
  body += "Content-Type: application/octet-stream\r\n\r\n";
  body += bytes;
  body += fmt::format("\r\n--{}--\r\n", boundary);
  return UploadForm{"multipart/form-data; boundary=" + boundary, std::move(body)};
}

}  // namespace reeld::leonardo
