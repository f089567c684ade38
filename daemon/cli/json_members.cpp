#include "daemon/cli/json_members.hpp"

#include <algorithm>

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

std::vector<std::string> ids_with_duplicates(const Json& jobs) {
  const bool any = std::ranges::any_of(jobs, [](const Json& job) { return flag_of(job, "duplicate"); });
  std::vector<std::string> ids;
  for (const Json& job : jobs) {
    if (any) ids.push_back(text_of(job, "id"));
  }
  return ids;
}

}  // namespace reeld::cli
