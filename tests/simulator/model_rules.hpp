#pragma once

#include <span>
#include <string_view>

#include "tests/simulator/json_shapes.hpp"

namespace reeld::sim {

/// The type that a member of a submit must have.
enum class Type { kString, kBoolean, kInt, kObject };

/// One member that an object may have.
struct Member {
  std::string_view name;
  Type type;
  bool required = false;
};

/// What one model takes.
struct ModelRule {
  std::string_view name;
  bool flat_start_frame;  ///< LTX 2.0; later models have `guidances`
  std::span<const int> durations;
  std::span<const Member> parameters;
  std::size_t prompt_limit;
  int max_quantity;
};

/// Null for a model that is not offered.
const ModelRule* find_model(std::string_view name);

/// The members of a submit's outermost object.
std::span<const Member> root_members();

/// Null where `members` has no such name.
const Member* find_member(std::span<const Member> members, std::string_view name);

bool has_type(const Json& value, Type type);

/// The refusal of a value whose type is wrong.
Answer wrong_type(const Json& value, Type type, std::string_view path);

}  // namespace reeld::sim
