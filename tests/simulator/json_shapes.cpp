#include "tests/simulator/json_shapes.hpp"

#include "tests/simulator/ids.hpp"

namespace reeld::sim {

namespace {

constexpr int kMaxDepth = 64;

bool is_too_deep(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"')
      in_string = !in_string;
    else if (in_string && c == '\\')
      ++i;
    else if (!in_string && (c == '[' || c == '{') && ++depth > kMaxDepth)
      return true;
    else if (!in_string && (c == ']' || c == '}'))
      --depth;
  }
  return false;
}

// Names on the CDN are made of the model and the prompt's first words.
std::string slug(const Generation& generation) {
  std::string text = generation.order.model + "_" + generation.order.prompt.substr(0, 40);
  for (char& c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.';
    if (!plain) c = '_';
  }
  return text;
}

Json image_json(const Generation& generation, const Options& options, const std::string& cdn_base,
                int index) {
  return {
      {"id", image_id(generation, index)},
      {"url", cdn_base + cdn_path(generation, options, index, ".jpg")},
      {"motionMP4URL", cdn_base + cdn_path(generation, options, index, ".mp4")},
      {"motion", true},
      {"motionModel", generation.order.model},
      {"motionStrength", nullptr},
      {"imageToVideo", generation.order.start_frame.has_value()},
      {"nsfw", false},
      {"likeCount", 0},
      {"fantasyAvatar", nullptr},
      {"generated_image_variation_generics", Json::array()},
  };
}

std::string stored_prompt(const Generation& generation, const Options& options) {
  if (!generation.order.enhance || !options.rewrite_enhanced_prompts) return generation.order.prompt;
  return "Cinematic, richly detailed: " + generation.order.prompt;
}

}  // namespace

std::optional<Json> parse_body(std::string_view text) {
  if (is_too_deep(text)) return std::nullopt;
  Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return std::nullopt;
  return json;
}

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Answer refusal(int status, std::string_view error, std::string_view code, std::string_view path) {
  return json_answer(dump({{"error", error}, {"path", path}, {"code", code}}), status);
}

Answer graphql_errors(std::string_view message) {
  const Json details = {{"message", message}, {"errors", Json::array({{{"message", message}}})}};
  const Json error = {{"message", "Validation error"},
                      {"path", Json::array({"generate"})},
                      {"locations", Json::array({{{"line", 1}, {"column", 1}}})},
                      {"extensions", {{"code", "VALIDATION_ERROR"}, {"details", details}}}};
  return json_answer(dump(Json::array({error})));
}

Answer xml_error(int status, std::string_view code, std::string_view message) {
  Answer answer;
  answer.status = status;
  answer.content_type = "application/xml";
  answer.text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>";
  answer.text.append(code).append("</Code><Message>").append(message).append("</Message></Error>");
  return answer;
}

Json generation_json(const Generation& generation, const Options& options, const std::string& cdn_base) {
  Json images = Json::array();
  for (int i = 0; i < generation.films(); ++i) images.push_back(image_json(generation, options, cdn_base, i));
  const Order& order = generation.order;
  Json json = {
      {"id", generation.id},
      {"status", generation.status()},
      {"createdAt", format_created_at(generation.created)},
      {"prompt", stored_prompt(generation, options)},
      {"negativePrompt", nullptr},
      {"imageWidth", order.width},
      {"imageHeight", order.height},
      {"seed", options.echo_seed ? Json(generation.seed) : Json(nullptr)},
      {"public", order.is_public},
      {"modelId", nullptr},
      {"presetStyle", nullptr},
      {"scheduler", "EULER_DISCRETE"},
      {"sdVersion", "v1_5"},
      {"inferenceSteps", nullptr},
      {"guidanceScale", nullptr},
      {"initStrength", nullptr},
      {"ultra", nullptr},
      {"photoReal", nullptr},
      {"promptMagic", nullptr},
      {"generation_elements", Json::array()},
      {"generated_images", std::move(images)},
  };
  if (generation.settled && generation.outcome == Outcome::kModerated) {
    json["prompt_moderations"] = Json::array({{{"moderationClassification", Json::array({"NSFW"})}}});
  }
  return json;
}

std::string status_body(const Json& generation) {
  return dump({{"generations_by_pk", generation}});
}

std::string accepted_body(const Generation& generation, bool top_level, bool with_id) {
  Json answer = Json::object();
  if (with_id) answer["generationId"] = generation.id;
  answer["apiCreditCost"] = nullptr;
  answer["cost"] = {{"amount", format_money(generation.cost)}, {"unit", "DOLLARS"}};
  if (top_level) return dump(answer);
  return dump({{"generate", std::move(answer)}});
}

std::string cdn_path(const Generation& generation, const Options& options, int index,
                     std::string_view extension) {
  return "/cdn/users/" + options.user_id + "/generations/" + generation.id + "/" + slug(generation) + "-" +
         std::to_string(index) + std::string(extension);
}

}  // namespace reeld::sim
