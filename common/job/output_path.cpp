#include "common/job/output_path.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <fstream>
#include <sstream>
#include <vector>

#include "common/job/text.hpp"
#include "common/job/time_zone.hpp"

namespace reeld {
namespace {

constexpr std::size_t kLongestTemplate = 512;
constexpr std::size_t kMostParts = 16;
constexpr std::size_t kLongestPart = 120;
constexpr std::string_view kZones = "/usr/share/zoneinfo/";

constexpr std::array<std::string_view, 11> kTokens{"date",  "time", "batch", "index",  "name",    "id",
                                                   "model", "seed", "width", "height", "duration"};

std::string check_part(std::string_view part) {
  if (part.empty()) return "has an empty part ('//', or '/' at an end)";
  if (part.front() == '.') return fmt::format("part {} begins with a dot", in_quotes(part));
  while (!part.empty()) {
    const std::size_t brace = part.find_first_of("{}");
    if (brace == std::string_view::npos) break;
    const std::size_t end = part.find('}', brace);
    if (part[brace] == '}' || end == std::string_view::npos) return "has a brace without its partner";
    const std::string_view token = part.substr(brace + 1, end - brace - 1);
    if (std::ranges::find(kTokens, token) == kTokens.end()) {
      return fmt::format("{{{}}} is not a token{}; tokens: {}", printable(token),
                         did_you_mean(token, kTokens), fmt::join(kTokens, ", "));
    }
    part.remove_prefix(end + 1);
  }
  return "";
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t slash = text.find('/');
    parts.push_back(text.substr(0, slash));
    if (slash == std::string_view::npos) return parts;
    text.remove_prefix(slash + 1);
  }
}

std::string token_value(std::string_view token, const OutputTokens& tokens) {
  if (token == "date") return tokens.date;
  if (token == "time") return tokens.time;
  if (token == "batch") return tokens.batch;
  if (token == "index") return std::to_string(tokens.index);
  if (token == "name") return tokens.name;
  if (token == "id") return tokens.id;
  if (token == "model") return tokens.model;
  if (token == "seed") return tokens.seed ? std::to_string(*tokens.seed) : "random";
  if (token == "width") return std::to_string(tokens.width);
  if (token == "height") return std::to_string(tokens.height);
  return std::to_string(tokens.duration);
}

/// A value that may come from anywhere, as a piece of one folder's or file's name.
std::string tame(std::string_view value) {
  std::string out;
  bool leading = true;
  while (!value.empty()) {
    const CodePoint point = first_code_point(value);
    leading = leading && point.value == '.' && point.valid;
    if (leading || !point.valid || point.value == '/' || is_control(point.value)) {
      out += '_';
    } else {
      out += value.substr(0, point.bytes);
    }
    value.remove_prefix(point.bytes);
  }
  return out;
}

std::string cut(std::string part) {
  if (part.size() <= kLongestPart) return part;
  std::size_t kept = 0;
  for (std::string_view rest = part; kept + first_code_point(rest).bytes <= kLongestPart;) {
    const std::size_t bytes = first_code_point(rest).bytes;
    kept += bytes;
    rest.remove_prefix(bytes);
  }
  part.resize(kept);
  return part;
}

std::string expand_part(std::string_view part, const OutputTokens& tokens) {
  std::string out;
  while (!part.empty()) {
    const std::size_t brace = part.find('{');
    out += part.substr(0, brace);
    if (brace == std::string_view::npos) break;
    const std::size_t end = std::min(part.find('}', brace), part.size() - 1);
    out += tame(token_value(part.substr(brace + 1, end - brace - 1), tokens));
    part.remove_prefix(end + 1);
  }
  // An empty value in front can bring a dot of the template's to the beginning.
  std::fill_n(out.begin(), std::min(out.find_first_not_of('.'), out.size()), '_');
  return out.empty() ? "_" : cut(std::move(out));
}

LocalStamp stamp(const std::tm& local) {
  return {fmt::format("{:04}-{:02}-{:02}", local.tm_year + 1900, local.tm_mon + 1, local.tm_mday),
          fmt::format("{:02}-{:02}-{:02}", local.tm_hour, local.tm_min, local.tm_sec)};
}

LocalStamp utc_stamp(Time instant) {
  const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
  std::tm fields{};
  gmtime_r(&seconds, &fields);
  return stamp(fields);
}

}  // namespace

std::string check_output_template(std::string_view output_template) {
  if (output_template.empty()) return "is empty";
  if (output_template.size() > kLongestTemplate)
    return fmt::format("is longer than {} bytes", kLongestTemplate);
  if (has_control(output_template)) return "holds a control character";
  if (output_template.front() == '/') return "begins with '/': it is a path below the results folder";
  const auto parts = split(output_template);
  if (parts.size() > kMostParts) return fmt::format("has more than {} parts", kMostParts);
  for (std::string_view part : parts) {
    std::string wrong = check_part(part);
    if (!wrong.empty()) return wrong;
  }
  return "";
}

std::string expand_output(std::string_view output_template, const OutputTokens& tokens) {
  std::string path;
  for (std::string_view part : split(output_template)) {
    if (!path.empty()) path += '/';
    path += expand_part(part, tokens);
  }
  return path;
}

Result<LocalStamp> local_stamp(Time instant, const std::string& timezone) {
  if (timezone == "UTC") return utc_stamp(instant);
  if (timezone == "local") {
    const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
    std::tm fields{};
    localtime_r(&seconds, &fields);
    return stamp(fields);
  }
  if (!is_zone_name(timezone)) {
    return Error{Errc::kBadInput, "time_zone.read", in_quotes(timezone) + " is not the name of a time zone"};
  }
  std::ifstream file(std::string(kZones) + timezone, std::ios::binary);
  std::ostringstream bytes;
  if (file) bytes << file.rdbuf();
  const auto offset = zone_offset(bytes.view(), instant);
  if (!offset) {
    return Error{
        Errc::kNotFound, "time_zone.read",
        fmt::format("no time zone {} in {} (\"UTC\" and \"local\" need none)", in_quotes(timezone), kZones)};
  }
  return utc_stamp(instant + *offset);
}

}  // namespace reeld
