#include "tests/simulator/submit_rules.hpp"

#include <algorithm>
#include <array>

#include "tests/simulator/ids.hpp"
#include "tests/simulator/json_shapes.hpp"
#include "tests/simulator/model_rules.hpp"

namespace reeld::sim {

namespace {

constexpr std::int64_t kMaxSeed = 2'147'483'637;

Answer missing(std::string_view name) {
  return refusal(400, "expecting a value for non-nullable variable: \"" + std::string(name) + "\"",
                 "validation-failed");
}

const Json* find(const Json& object, std::string_view name) {
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

std::size_t count_characters(std::string_view utf8) {
  return static_cast<std::size_t>(std::ranges::count_if(utf8, [](char c) { return (c & 0xc0) != 0x80; }));
}

/// Walks through one body; the first thing that is wrong becomes the refusal.
class Checker {
 public:
  explicit Checker(const SubmitPolicy& policy) : policy_(policy) {}

  std::variant<Order, Answer> check(std::string_view body) {
    const auto json = parse_body(body);
    if (!json) return refusal(400, "Error in $: invalid JSON", "invalid-json");
    const Json* root = &*json;
    const bool wrapped = policy_.accept_request_wrapper && root->is_object() && root->size() == 1 &&
                         root->contains("request") && root->at("request").is_object();
    if (wrapped) root = &root->at("request");
    if (check_root(*root) && check_model(*root, wrapped) &&
        check_parameters(root->at("parameters"), wrapped)) {
      return order_;
    }
    return refused_;
  }

 private:
  bool refuse(Answer answer) {
    refused_ = std::move(answer);
    return false;
  }
  bool refuse_value(const std::string& message) { return refuse(graphql_errors(message)); }

  bool check_types(const Json& object, std::span<const Member> members, const std::string& path) {
    for (const auto& [name, value] : object.items()) {
      const Member* member = find_member(members, name);
      if (!value.is_null() && !has_type(value, member->type)) {
        return refuse(wrong_type(value, member->type, path + name));
      }
    }
    for (const Member& member : members) {
      if (member.required && find(object, member.name) == nullptr) return refuse(missing(member.name));
    }
    return true;
  }

  bool check_root(const Json& root) {
    if (!root.is_object()) return refuse(refusal(400, "Error in $: expected an object", "parse-failed"));
    for (const auto& [name, value] : root.items()) {
      if (find_member(root_members(), name) == nullptr) {
        return refuse(refusal(400, "Unexpected variable " + name, "bad-request"));
      }
    }
    // A body without parameters lacks its prompt above all, and that is what the service names.
    if (find(root, "parameters") == nullptr && find(root, "model") != nullptr)
      return refuse(missing("prompt"));
    return check_types(root, root_members(), "$.selectionSet.generate.args.request.");
  }

  bool check_model(const Json& root, bool wrapped) {
    order_.model = root.at("model").get<std::string>();
    if (const Json* is_public = find(root, "public")) order_.is_public = is_public->get<bool>();
    rule_ = find_model(order_.model);
    if (rule_ == nullptr) {
      return refuse(refusal(400,
                            order_.model + " is not supported within the Production API. "
                                           "Please try again with a different model ID.",
                            "unexpected"));
    }
    if (wrapped && rule_->flat_start_frame)
      return refuse(refusal(400, "Unexpected variable request", "bad-request"));
    return true;
  }

  bool check_parameters(const Json& parameters, bool wrapped) {
    for (const auto& [name, value] : parameters.items()) {
      const bool known = find_member(rule_->parameters, name) != nullptr;
      const bool guide_only = !rule_->flat_start_frame && name == "audio" && !wrapped;
      if (!known || guide_only)
        return refuse_value("parameters must NOT have additional property '" + name + "'");
    }
    return check_types(parameters, rule_->parameters, "$.selectionSet.generate.args.request.parameters.") &&
           check_prompt(parameters) && check_numbers(parameters) && check_size(parameters) &&
           check_frames(parameters);
  }

  bool check_prompt(const Json& parameters) {
    order_.prompt = parameters.at("prompt").get<std::string>();
    const std::size_t length = count_characters(order_.prompt);
    if (length == 0) return refuse_value("prompt must NOT have fewer than 1 characters");
    if (length > rule_->prompt_limit) {
      return refuse(refusal(400,
                            "Invalid prompt, maximum length of " + std::to_string(rule_->prompt_limit) +
                                " characters exceeded.",
                            "unexpected"));
    }
    const Json* enhance = find(parameters, "prompt_enhance");
    if (enhance == nullptr) return true;
    const auto choice = enhance->get<std::string>();
    order_.enhance = choice == "ON";
    if (choice == "ON" || choice == "OFF" || (choice == "AUTO" && !rule_->flat_start_frame)) return true;
    return refuse_value("prompt_enhance must be equal to one of the allowed values");
  }

  /// Reads an integer; false where it is out of range. A literal past 64 bits counts as out of range too.
  static bool read_number(const Json& parameters, std::string_view name, std::int64_t low, std::int64_t high,
                          std::optional<std::int64_t>& target) {
    const Json* value = find(parameters, name);
    if (value == nullptr) return true;
    const bool huge = value->is_number_unsigned() && value->get<std::uint64_t>() > std::uint64_t{1} << 62;
    target = huge ? high + 1 : value->get<std::int64_t>();
    return *target >= low && *target <= high;
  }

  bool check_numbers(const Json& parameters) {
    std::optional<std::int64_t> quantity, duration;
    if (!read_number(parameters, "quantity", 1, rule_->max_quantity, quantity)) {
      return refuse_value("quantity must be 1 to " + std::to_string(rule_->max_quantity));
    }
    if (!read_number(parameters, "seed", 0, kMaxSeed, order_.seed)) {
      return refuse_value("seed must be 0 to " + std::to_string(kMaxSeed));
    }
    const bool in_range = read_number(parameters, "duration", 1, 1000, duration);
    order_.quantity = static_cast<int>(quantity.value_or(1));
    order_.duration = static_cast<int>(duration.value_or(rule_->flat_start_frame ? 8 : 6));
    if (in_range && std::ranges::find(rule_->durations, order_.duration) != rule_->durations.end())
      return true;
    return refuse_value("duration must be equal to one of the allowed values");
  }

  bool check_size(const Json& parameters) {
    static constexpr std::array kTiers = {1080, 1440, 2160};
    std::optional<std::int64_t> width, height;
    const bool in_range = read_number(parameters, "width", 0, 100'000, width) &&
                          read_number(parameters, "height", 0, 100'000, height);
    const Json* mode = find(parameters, "mode");
    int tier = 1080;
    if (mode != nullptr) {
      const auto wanted = mode->get<std::string>();
      const auto found = std::ranges::find_if(
          kTiers, [&wanted](int rows) { return wanted == "RESOLUTION_" + std::to_string(rows); });
      if (found == kTiers.end()) return refuse_value("mode must be equal to one of the allowed values");
      tier = *found;
    }
    if (!width && !height) {
      order_.width = tier * 16 / 9;
      order_.height = tier;
      return true;
    }
    order_.width = static_cast<int>(width.value_or(0));
    order_.height = static_cast<int>(height.value_or(0));
    const bool upright = !rule_->flat_start_frame && order_.height > order_.width;
    const int rows = upright ? order_.width : order_.height;
    const int columns = upright ? order_.height : order_.width;
    if (!in_range || std::ranges::find(kTiers, rows) == kTiers.end() || columns != rows * 16 / 9) {
      return refuse(refusal(400, "invalid dimensions", "unexpected"));
    }
    if (mode != nullptr && rows != tier) return refuse_value("mode is not consistent with width and height");
    return true;
  }

  bool check_frames(const Json& parameters) {
    if (const Json* frame = find(parameters, "start_frame")) {
      return read_image(*frame, "start_frame", order_.start_frame);
    }
    const Json* guidances = find(parameters, "guidances");
    if (guidances == nullptr) return true;
    for (const auto& [name, list] : guidances->items()) {
      const bool start = name == "start_frame";
      if (!start && name != "end_frame") {
        return refuse_value("guidances must NOT have additional property '" + name + "'");
      }
      const bool one_image = list.is_array() && list.size() == 1 && list[0].is_object() &&
                             list[0].size() == 1 && list[0].contains("image");
      if (!one_image) return refuse_value("guidances." + name + " must be a list of one {image}");
      if (!read_image(list[0]["image"], name, start ? order_.start_frame : order_.end_frame)) return false;
    }
    return true;
  }

  bool read_image(const Json& image, const std::string& name, std::optional<ImageRef>& target) {
    static constexpr std::array kImage = {Member{"id", Type::kString, true},
                                          Member{"type", Type::kString, true}};
    if (!image.is_object()) return refuse_value(name + " must be an object");
    for (const auto& [member, value] : image.items()) {
      if (find_member(kImage, member) == nullptr) {
        return refuse_value(name + " must NOT have additional property '" + member + "'");
      }
    }
    if (!check_types(image, kImage, "$.selectionSet.generate.args.request.parameters." + name + "."))
      return false;
    const auto type = image.at("type").get<std::string>();
    if (type != "UPLOADED" && type != "GENERATED") {
      return refuse_value(name + ".type must be equal to one of the allowed values");
    }
    target = ImageRef{image.at("id").get<std::string>(), type == "UPLOADED"};
    if (!is_uuid(target->id)) return refuse_value(name + ".id must match format \"uuid\"");
    return true;
  }

  const SubmitPolicy& policy_;
  const ModelRule* rule_ = nullptr;
  Order order_;
  Answer refused_;
};

}  // namespace

std::variant<Order, Answer> check_submit(std::string_view body, const SubmitPolicy& policy) {
  return Checker(policy).check(body);
}

}  // namespace reeld::sim
