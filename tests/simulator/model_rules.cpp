#include "tests/simulator/model_rules.hpp"

#include <algorithm>
#include <array>

namespace reeld::sim {

namespace {

constexpr std::array kShort = {6, 8};
constexpr std::array kMiddle = {6, 8, 10};
constexpr std::array kLong = {6, 8, 10, 12, 14, 16, 18, 20};

constexpr std::array kLtx20 = {
    Member{"prompt", Type::kString, true},
    Member{"start_frame", Type::kObject},
    Member{"mode", Type::kString},
    Member{"prompt_enhance", Type::kString},
    Member{"quantity", Type::kInt},
    Member{"duration", Type::kInt},
    Member{"seed", Type::kInt},
    Member{"width", Type::kInt},
    Member{"height", Type::kInt},
    Member{"audio", Type::kBoolean},
};
constexpr std::array kLtx23 = {
    Member{"prompt", Type::kString, true},
    Member{"quantity", Type::kInt, true},
    Member{"width", Type::kInt, true},
    Member{"height", Type::kInt, true},
    Member{"guidances", Type::kObject},
    Member{"mode", Type::kString},
    Member{"prompt_enhance", Type::kString},
    Member{"duration", Type::kInt},
    Member{"seed", Type::kInt},
    Member{"motion_has_audio", Type::kBoolean},
    Member{"audio", Type::kBoolean},
};

constexpr std::array kModels = {
    ModelRule{"ltxv-2.0-pro", true, kShort, kLtx20, 1500, 4},
    ModelRule{"ltxv-2.0-fast", true, kShort, kLtx20, 1500, 4},
    ModelRule{"ltxv-2.3-pro", false, kMiddle, kLtx23, 5000, 1},
    ModelRule{"ltxv-2.3-fast", false, kLong, kLtx23, 5000, 1},
};

constexpr std::array kRoot = {Member{"model", Type::kString, true}, Member{"public", Type::kBoolean},
                              Member{"parameters", Type::kObject, true}};

struct TypeWords {
  std::string_view expected;
  std::string_view name;
};

TypeWords words_of(Type type) {
  switch (type) {
    case Type::kString:
      return {"a string", "String"};
    case Type::kBoolean:
      return {"a boolean", "Boolean"};
    case Type::kInt:
      return {"a 32-bit integer", "Int"};
    case Type::kObject:
      break;
  }
  return {"an object", "JSON"};
}

std::string found_word(const Json& value) {
  if (value.is_string()) return "a string";
  if (value.is_boolean()) return "a boolean";
  if (value.is_number()) return "a number";
  return value.is_array() ? "a list" : value.is_object() ? "an object" : "null";
}

}  // namespace

const ModelRule* find_model(std::string_view name) {
  const auto found = std::ranges::find(kModels, name, &ModelRule::name);
  return found == kModels.end() ? nullptr : &*found;
}

std::span<const Member> root_members() {
  return kRoot;
}

const Member* find_member(std::span<const Member> members, std::string_view name) {
  const auto found = std::ranges::find(members, name, &Member::name);
  return found == members.end() ? nullptr : &*found;
}

bool has_type(const Json& value, Type type) {
  switch (type) {
    case Type::kString:
      return value.is_string();
    case Type::kBoolean:
      return value.is_boolean();
    case Type::kInt:
      return value.is_number_integer();
    case Type::kObject:
      break;
  }
  return value.is_object();
}

Answer wrong_type(const Json& value, Type type, std::string_view path) {
  const TypeWords words = words_of(type);
  const std::string error = "expected " + std::string(words.expected) + " for type '" +
                            std::string(words.name) + "', but found " + found_word(value);
  return refusal(400, error, "validation-failed", path);
}

}  // namespace reeld::sim
