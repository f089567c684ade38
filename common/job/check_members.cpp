#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "common/job/check_parts.hpp"
#include "common/job/text.hpp"

namespace reeld::check {
namespace {

/// What to write instead of a text that holds a number or a truth value.
std::string without_quotes(const Json& value) {
  if (!value.is_string()) return "";
  const auto& text = value.get_ref<const std::string&>();
  const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
  if (!digits && text != "true" && text != "false") return "";
  return fmt::format("; write {} without quotes", printable(text));
}

/// The number that a JSON number stands for when it is whole: 8, and 8.0 too, which is the same number.
std::optional<std::int64_t> whole_number(const Json& value) {
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > INT64_MAX) return std::nullopt;
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (!value.is_number_float()) return std::nullopt;
  constexpr double kExact = 9007199254740992.0;
  const double number = value.get<double>();
  if (std::trunc(number) != number || std::abs(number) > kExact) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

}  // namespace

std::optional<Members> Members::open(const Json& value, std::string pointer, Findings& findings) {
  if (value.is_object()) return Members(value, std::move(pointer), findings);
  findings.add(std::move(pointer), fmt::format("must be an object, not {}", shown(value)));
  return std::nullopt;
}

const Json* Members::find(std::string_view name) const {
  const auto found = object_.find(name);
  return found == object_.end() ? nullptr : &*found;
}

std::optional<std::string> Members::text(std::string_view name) const {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return value->get<std::string>();
  problem(name, fmt::format("must be text, not {}", shown(*value)));
  return std::nullopt;
}

std::optional<bool> Members::boolean(std::string_view name) const {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_boolean()) return value->get<bool>();
  problem(name, fmt::format("must be true or false, not {}{}", shown(*value), without_quotes(*value)));
  return std::nullopt;
}

std::optional<std::int64_t> Members::integer(std::string_view name, std::int64_t least,
                                             std::int64_t most) const {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number()) {
    problem(name, fmt::format("must be a whole number, not {}{}", shown(*value), without_quotes(*value)));
    return std::nullopt;
  }
  const auto number = whole_number(*value);
  if (number && *number >= least && *number <= most) return number;
  const bool fraction = value->is_number_float() && !number && std::abs(value->get<double>()) < 1e15;
  if (fraction) {
    problem(name, fmt::format("{} is not a whole number", shown(*value)));
  } else if (least == INT64_MIN && most == INT64_MAX) {
    problem(name, fmt::format("{} is too large", shown(*value)));
  } else {
    problem(name, fmt::format("{} is not from {} to {}", shown(*value), least, most));
  }
  return std::nullopt;
}

std::optional<Members> Members::object(std::string_view name) const {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  return open(*value, at(name), findings_);
}

void Members::refuse_unknown(std::span<const std::string_view> known) const {
  for (const auto& [name, value] : object_.items()) {
    if (std::ranges::find(known, name) == known.end()) {
      problem(name, "unknown member" + did_you_mean(name, known));
    }
  }
}

}  // namespace reeld::check
