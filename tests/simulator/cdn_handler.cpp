// Films and posters, as the CDN serves them.
#include <string>

#include "tests/simulator/byte_range.hpp"
#include "tests/simulator/handlers.hpp"
#include "tests/simulator/json_shapes.hpp"

namespace reeld::sim {

namespace {

struct Found {
  const Generation* generation;
  int index;
};

// The whole path must be the one that the API gave out.
std::optional<Found> find_file(CloudState& state, std::string_view path, std::string_view extension) {
  const Generation* generation = state.generations.find_by_path(path);
  if (generation == nullptr) return std::nullopt;
  for (int index = 0; index < generation->films(); ++index) {
    if (cdn_path(*generation, state.options, index, extension) == path) return Found{generation, index};
  }
  return std::nullopt;
}

std::string content_range(std::uint64_t offset, std::uint64_t length, std::uint64_t size) {
  return "bytes " + std::to_string(offset) + "-" + std::to_string(offset + length - 1) + "/" +
         std::to_string(size);
}

Answer serve(const CloudState& state, const Request& request, const Exchange& exchange, Content content,
             const std::string& last_modified) {
  const std::uint64_t size = content.size();
  const bool honour = state.options.range && !exchange.ignore_range;
  const bool fresh =
      request.if_range.empty() || request.if_range == content.etag() || request.if_range == last_modified;
  ByteRange range{ByteRange::Kind::kAll, 0, size};
  if (honour && fresh) range = parse_range(request.range, size);
  if (exchange.shift_range && range.kind == ByteRange::Kind::kPart) {
    const std::uint64_t shift = range.offset / 2;
    range = {ByteRange::Kind::kPart, shift, size - shift};
  }

  Answer answer;
  answer.headers = {{"ETag", content.etag()},
                    {"Last-Modified", last_modified},
                    {"Accept-Ranges", state.options.range ? "bytes" : "none"}};
  answer.head_only = request.method == Method::kHead;
  if (range.kind == ByteRange::Kind::kUnsatisfiable) {
    answer.status = 416;
    answer.headers.emplace_back("Content-Range", "bytes */" + std::to_string(size));
    return answer;
  }
  if (range.kind == ByteRange::Kind::kPart) {
    answer.status = 206;
    answer.headers.emplace_back("Content-Range", content_range(range.offset, range.length, size));
  }
  answer.content = ContentPart{std::move(content), range.offset, range.length};
  return answer;
}

}  // namespace

Answer handle_cdn(CloudState& state, const Request& request, const Exchange& exchange) {
  if (request.has_authorization) {
    state.records.add_violation("cdn: the request carries an authorization header");
    return xml_error(400, "InvalidArgument", "Unsupported Authorization Type");
  }
  const bool is_poster = exchange.endpoint == Endpoint::kPoster;
  const auto found = find_file(state, request.path, is_poster ? ".jpg" : ".mp4");
  if (!found) return xml_error(403, "AccessDenied", "Access Denied");

  const Generation& generation = *found->generation;
  Content content =
      is_poster ? Content::poster_image() : film_of(generation, found->index, state.options.video_bytes);
  Answer answer = serve(state, request, exchange, std::move(content), format_http_date(generation.finishes));
  answer.content_type = is_poster ? "image/jpeg" : "video/mp4";
  return answer;
}

}  // namespace reeld::sim
