// Start images: announcing one, sending its bytes to the S3 look-alike, reading and deleting it.
#include <algorithm>

#include "tests/simulator/handlers.hpp"
#include "tests/simulator/json_shapes.hpp"
#include "tests/simulator/multipart.hpp"

namespace reeld::sim {

namespace {

Bytes bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

bool is_field_of(const Image& image, const FormPart& part) {
  return std::ranges::any_of(image.fields, [&part](const auto& field) {
    return field.first == part.name && field.second == part.content;
  });
}

// Every field unchanged and, where the options say so, in the order in which it was given.
bool repeats_fields(const Image& image, const std::vector<FormPart>& parts, bool in_order) {
  if (parts.size() != image.fields.size() + 1) return false;
  for (std::size_t i = 0; i < image.fields.size(); ++i) {
    if (!is_field_of(image, parts[i])) return false;
    if (in_order && image.fields[i].first != parts[i].name) return false;
    for (std::size_t before = 0; before < i; ++before) {
      if (parts[before].name == parts[i].name) return false;
    }
  }
  return true;
}

}  // namespace

Answer handle_init_image(CloudState& state, const Request& request) {
  const auto body = parse_body(request.body);
  if (!body || !body->is_object()) return refusal(400, "Error in $: invalid JSON", "invalid-json");
  for (const auto& [name, value] : body->items()) {
    if (name != "extension") return refusal(400, "Unexpected variable " + name, "bad-request");
  }
  if (!body->contains("extension") || !body->at("extension").is_string()) {
    return refusal(400, "expecting a value for non-nullable variable: \"extension\"", "validation-failed");
  }
  const auto extension = body->at("extension").get<std::string>();
  if (!media_type_of(extension)) return refusal(400, "invalid file extension", "unexpected");

  const Image& image = state.images.announce(extension, state.now());
  Json fields = Json::object();
  for (const auto& [name, value] : image.fields) fields[name] = value;
  const Json upload = {{"id", image.id},
                       {"url", state.origin("localhost") + "/upload/" + image.id},
                       {"key", fields["key"]},
                       {"fields", dump(fields)}};
  return json_answer(dump({{"uploadInitImage", upload}}));
}

Answer handle_upload(CloudState& state, const Request& request, const Exchange& exchange) {
  if (request.has_authorization) {
    state.records.add_violation("upload: the request carries an authorization header");
    return xml_error(403, "AccessDenied", "Only one auth mechanism allowed");
  }
  Image* image = state.images.find(exchange.id);
  if (image == nullptr || image->fields.empty()) return xml_error(403, "AccessDenied", "Access Denied");
  if (state.now() - image->created > state.options.upload_policy_life) {
    return xml_error(403, "AccessDenied", "Invalid according to Policy: Policy expired.");
  }
  const auto parts = parse_form(request.content_type, request.body);
  if (!parts)
    return xml_error(400, "MalformedPOSTRequest", "The body is not well-formed multipart/form-data.");
  if (parts->empty() || parts->back().name != "file" || !parts->back().has_filename) {
    return xml_error(400, "InvalidArgument", "POST requires exactly one file, as the last part.");
  }
  if (!repeats_fields(*image, *parts, state.options.strict_upload_order)) {
    return xml_error(403, "AccessDenied", "The form's fields are not those of the policy, in their order.");
  }
  const std::string_view file = parts->back().content;
  if (!has_format(file, image->extension)) {
    return xml_error(400, "InvalidArgument", "The file is not what its extension says.");
  }
  state.images.mark_uploaded(*image, file.size(), sha256_hex(bytes_of(file)));
  Answer answer;
  answer.status = 204;
  answer.headers.emplace_back("ETag", '"' + image->sha256.substr(0, 32) + '"');
  return answer;
}

Answer handle_image(CloudState& state, const Request& request, const Exchange& exchange) {
  if (!is_uuid(exchange.id)) return refusal(400, "invalid input syntax for type uuid", "data-exception");
  if (request.method == Method::kDelete) {
    if (!state.images.remove(exchange.id)) return json_answer(R"({"delete_init_images_by_pk":null})");
    return json_answer(dump({{"delete_init_images_by_pk", {{"id", exchange.id}}}}));
  }
  const Image* image = state.images.find(exchange.id);
  if (image == nullptr) return json_answer(R"({"init_images_by_pk":null})");
  const std::string url = state.origin(state.options.cdn_host) + "/cdn/users/" + state.options.user_id +
                          "/initImages/" + image->id + "." + image->extension;
  const Json json = {{"id", image->id}, {"url", url}, {"createdAt", format_created_at(image->created)}};
  return json_answer(dump({{"init_images_by_pk", json}}));
}

}  // namespace reeld::sim
