#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "common/job/check_parts.hpp"
#include "common/job/output_path.hpp"
#include "common/job/text.hpp"

namespace reeld::check {
namespace {

constexpr std::size_t kLongestName = 100;
constexpr std::size_t kLongestKey = 200;
constexpr std::size_t kMostTags = 32;
constexpr std::size_t kLongestTag = 64;
constexpr int kHighestPriority = 1000;

void check_name(const Members& own, JobSpec& spec) {
  const auto name = own.text("name");
  if (!name) return;
  if (is_blank(*name) || count_code_points(*name) > kLongestName) {
    return own.problem("name",
                       fmt::format("{} must have 1 to {} characters", in_quotes(*name), kLongestName));
  }
  if (name->find('/') != std::string::npos || has_control(*name) || name->front() == '.') {
    return own.problem("name",
                       fmt::format("{} may hold no '/' and no control character, nor begin with a dot: it "
                                   "becomes a file's name",
                                   in_quotes(*name)));
  }
  spec.name = *name;
}

void check_key(const Members& own, JobSpec& spec) {
  const auto key = own.text("id");
  if (!key) return;
  if (is_blank(*key) || has_control(*key) || count_code_points(*key) > kLongestKey) {
    return own.problem("id", fmt::format("{} must have 1 to {} characters, none of them a control character",
                                         in_quotes(*key), kLongestKey));
  }
  spec.key = *key;
}

std::optional<Moment> check_moment(const Members& own, std::string_view name) {
  const auto text = own.text(name);
  if (!text) return std::nullopt;
  if (const auto time = parse_time(*text)) return *time;
  if (const auto duration = parse_duration(*text)) return *duration;
  own.problem(name,
              fmt::format("{} is neither an instant (2026-12-01T02:00:00Z) nor a duration (30m, 6h, 2d)",
                          in_quotes(*text)));
  return std::nullopt;
}

void check_times(const Members& own, JobSpec& spec) {
  spec.not_before = check_moment(own, "not_before");
  spec.deadline = check_moment(own, "deadline");
  if (spec.deadline == Moment(Duration(0))) return own.problem("deadline", "leaves no time at all");
  // An instant and a duration compare only once the job is accepted.
  if (!spec.not_before || !spec.deadline || spec.not_before->index() != spec.deadline->index()) return;
  if (*spec.deadline <= *spec.not_before) own.problem("deadline", "is not after not_before");
}

void check_tags(const Members& own, JobSpec& spec) {
  const Json* tags = own.find("tags");
  if (tags == nullptr) return;
  if (!tags->is_array() || tags->size() > kMostTags) {
    return own.problem("tags",
                       fmt::format("must be an array of at most {} texts, not {}", kMostTags, shown(*tags)));
  }
  for (std::size_t i = 0; i < tags->size(); ++i) {
    const Json& tag = (*tags)[i];
    const auto* text = tag.get_ptr<const std::string*>();
    if (text == nullptr || is_blank(*text) || text->size() > kLongestTag || has_control(*text)) {
      own.findings().add(json_pointer(own.at("tags"), std::to_string(i)),
                         fmt::format("must be text of 1 to {} bytes, not {}", kLongestTag, shown(tag)));
    } else if (std::ranges::find(spec.tags, *text) == spec.tags.end()) {
      spec.tags.push_back(*text);
    }
  }
}

void check_output(const Members& own, JobSpec& spec) {
  const auto output = own.text("output");
  if (!output) return;
  const std::string wrong = check_output_template(*output);
  if (!wrong.empty()) return own.problem("output", wrong);
  spec.output = *output;
}

void check_if_absent(const Members& own, JobSpec& spec) {
  const auto wish = own.text("if_absent");
  if (!wish) return;
  if (*wish != "park" && *wish != "resend")
    return own.problem("if_absent", fmt::format("{} is not one of park, resend", in_quotes(*wish)));
  spec.if_absent = *wish;
}

void check_extra(const Members& own, JobSpec& spec) {
  const auto extra = own.object("extra_parameters");
  if (!extra) return;
  const Json& value = *own.find("extra_parameters");
  const auto known = known_parameters(nullptr);
  for (const auto& [name, ignored] : value.items()) {
    if (std::ranges::find(known, name) != known.end()) {
      extra->problem(name, fmt::format("reeld knows this member: write it in parameters"));
    }
  }
  spec.extra_parameters = value;
}

}  // namespace

void check_own(const Members& own, JobSpec& spec) {
  static constexpr std::array<std::string_view, 10> kKnown{
      "name", "priority", "not_before", "deadline",  "id",
      "tags", "output",   "again",      "if_absent", "extra_parameters"};
  own.refuse_unknown(kKnown);
  check_name(own, spec);
  spec.priority = static_cast<int>(own.integer("priority", -kHighestPriority, kHighestPriority).value_or(0));
  check_times(own, spec);
  check_key(own, spec);
  check_tags(own, spec);
  check_output(own, spec);
  spec.again = own.boolean("again").value_or(false);
  check_if_absent(own, spec);
  check_extra(own, spec);
}

}  // namespace reeld::check
