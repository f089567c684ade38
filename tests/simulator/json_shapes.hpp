#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "tests/simulator/generation.hpp"
#include "tests/simulator/http.hpp"
#include "tests/simulator/options.hpp"

namespace reeld::sim {

/// Keeps members in the order they are written, as the service's answers do.
using Json = nlohmann::ordered_json;

/// Parses a request's body. Nothing for broken JSON and for nesting over 64, which would overflow the stack
/// later.
std::optional<Json> parse_body(std::string_view text);

/// Compact text; invalid UTF-8 becomes U+FFFD.
std::string dump(const Json& json);

/// The usual refusal: {"error": ..., "path": "$", "code": ...}.
Answer refusal(int status, std::string_view error, std::string_view code, std::string_view path = "$");

/// HTTP 200 with an array of GraphQL errors: how submits are refused for their parameters.
Answer graphql_errors(std::string_view message);

/// S3's way of saying no.
Answer xml_error(int status, std::string_view code, std::string_view message);

/// The generation as GET and the list show it.
Json generation_json(const Generation& generation, const Options& options, const std::string& cdn_base);

/// {"generations_by_pk": ...}
std::string status_body(const Json& generation);

/// The answer to an accepted submit. `with_id` false leaves the id out.
std::string accepted_body(const Generation& generation, bool top_level, bool with_id = true);

/// The path of a film or poster on the CDN, from the host's root: ".../NAME-0.mp4".
std::string cdn_path(const Generation& generation, const Options& options, int index,
                     std::string_view extension);

}  // namespace reeld::sim
