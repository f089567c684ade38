#include "common/util/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

namespace reeld {
namespace {

constexpr std::string_view kOperation = "json.parse";

/// The deepest nesting in `text`, found without parsing it: brackets outside of strings.
int nesting_depth(std::string_view text) {
  int depth = 0;
  int deepest = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
      continue;
    }
    if (c == '"') in_string = true;
    if (c == '{' || c == '[') deepest = std::max(deepest, ++depth);
    if (c == '}' || c == ']') --depth;
  }
  return deepest;
}

/// Watches a parse for an object that names a member twice: JSON leaves open which of the two would count.
class DuplicateKeys {
 public:
  bool operator()(int, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) open_.emplace_back();
    if (event == Json::parse_event_t::object_end) open_.pop_back();
    if (event == Json::parse_event_t::key) {
      const auto& key = parsed.get_ref<const std::string&>();
      if (!open_.back().insert(key).second && found_.empty()) found_ = key;
    }
    return true;
  }
  const std::string& found() const { return found_; }

 private:
  std::vector<std::set<std::string>> open_;
  std::string found_;
};

/// The words of the library, without its prefix "[json.exception.parse_error.101] " and without a quote of
/// the text: that may be of any length and is not always UTF-8.
std::string plain_words(std::string_view what) {
  constexpr std::size_t kLongest = 200;
  if (const auto end = what.find("] "); end != std::string_view::npos) what.remove_prefix(end + 2);
  return std::string(what.substr(0, std::min(what.find("; last read"), kLongest)));
}

Error bad_json(std::string detail) {
  return Error{Errc::kBadInput, kOperation, std::move(detail)};
}

Result<Json> parse(std::string_view text, const Json::parser_callback_t& watch) {
  if (nesting_depth(text) > kMaxJsonDepth) {
    return bad_json(fmt::format("nested deeper than {} levels", kMaxJsonDepth));
  }
  try {
    return Json::parse(text, watch);
  } catch (const Json::parse_error& error) {
    return bad_json(fmt::format("not valid JSON: {}", plain_words(error.what())));
  } catch (const Json::exception& error) {
    return bad_json(plain_words(error.what()));
  }
}

}  // namespace

Result<Json> parse_json(std::string_view text) {
  DuplicateKeys duplicates;
  auto value = parse(text, std::ref(duplicates));
  if (value && !duplicates.found().empty()) {
    constexpr std::size_t kLongest = 60;
    const std::string name = dump_json(duplicates.found().substr(0, kLongest));
    return bad_json(fmt::format("member {} stands twice in one object", name));
  }
  return value;
}

Result<Json> parse_json_leniently(std::string_view text) {
  return parse(text, nullptr);
}

std::string dump_json(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string json_pointer(std::string_view parent, std::string_view member) {
  std::string pointer(parent);
  pointer += '/';
  for (char c : member) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
  return pointer;
}

}  // namespace reeld
