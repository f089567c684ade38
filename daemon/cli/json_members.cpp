#include "daemon/cli/json_members.hpp"

#include "common/job/text.hpp"

namespace reeld::cli {
namespace {

/// Words of the service and of submitters are not shown for ever.
constexpr std::size_t kMostWords = 2000;

}  // namespace

const Json& member(const Json& object, std::string_view name) {
  static const Json kAbsent;
  if (!object.is_object()) return kAbsent;
  const auto found = object.find(name);
  return found == object.end() ? kAbsent : *found;
}

const Json& array_of(const Json& object, std::string_view name) {
  static const Json kNone = Json::array();
  const Json& found = member(object, name);
  return found.is_array() ? found : kNone;
}

std::string text_of(const Json& object, std::string_view name) {
  const Json& found = member(object, name);
  return found.is_string() ? printable(found.get_ref<const std::string&>(), kMostWords) : "";
}

std::int64_t number_of(const Json& object, std::string_view name) {
  const Json& found = member(object, name);
  return found.is_number_integer() ? found.get<std::int64_t>() : 0;
}

bool flag_of(const Json& object, std::string_view name) {
  const Json& found = member(object, name);
  return found.is_boolean() && found.get<bool>();
}

std::optional<Time> time_of(const Json& object, std::string_view name) {
  const Json& found = member(object, name);
  return found.is_string() ? parse_time(found.get_ref<const std::string&>()) : std::nullopt;
}

std::optional<Duration> duration_of(const Json& object, std::string_view name) {
  const Json& found = member(object, name);
  if (!found.is_number_integer()) return std::nullopt;
  return Duration(found.get<std::int64_t>());
}

std::string money_of(const Json& object, std::string_view name) {
  const Json& cost = member(object, name);
  return cost.is_object() ? text_of(cost, "amount") + " " + text_of(cost, "unit") : "";
}

}  // namespace reeld::cli
