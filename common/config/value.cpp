#include "common/config/value.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "common/job/text.hpp"

namespace reeld {
namespace {

namespace fs = std::filesystem;

std::string type_of(const GivenValue& given) {
  static constexpr std::string_view kTypes[] = {"a value of another type", "text", "a number",
                                                "true or false", "an array"};
  return std::string(kTypes[given.value.index()]);
}

std::string wrong_type(std::string_view wanted, const GivenValue& given) {
  return fmt::format("must be {}, not {}", wanted, type_of(given));
}

std::string check_choice(std::string_view choices, std::string_view text) {
  if (choices.empty()) return "";
  std::vector<std::string_view> known;
  for (std::string_view rest = choices;;) {
    const std::size_t bar = rest.find('|');
    known.push_back(rest.substr(0, bar));
    if (bar == std::string_view::npos) break;
    rest.remove_prefix(bar + 1);
  }
  if (std::ranges::find(known, text) != known.end()) return "";
  return fmt::format("{} is not one of {}{}", in_quotes(text), fmt::join(known, ", "),
                     did_you_mean(text, known));
}

std::string check_text(const Setting& setting, std::string& text) {
  if (text.find('\0') != std::string::npos) return "holds a NUL character";
  std::string wrong = check_choice(setting.choices, text);
  return wrong.empty() && setting.rule != nullptr ? setting.rule(text) : wrong;
}

/// Splits a variable's or flag's list at its commas; white space around an element is not part of it.
std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> elements;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    std::string_view element = text.substr(0, comma);
    while (element.starts_with(' ')) element.remove_prefix(1);
    while (element.ends_with(' ')) element.remove_suffix(1);
    if (!element.empty()) elements.emplace_back(element);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return elements;
}

/// Writes one given value to the field it belongs to; one overload for each type of field.
class Assigner {
 public:
  Assigner(const Setting& setting, const GivenValue& given, const std::string& home, Config& config)
      : setting_(setting), given_(given), home_(home), config_(config) {}

  std::string operator()(int& (*field)(Config&)) const {
    if (setting_.octal) return assign_bits(field(config_));
    std::optional<std::int64_t> number;
    if (const auto* typed = std::get_if<std::int64_t>(&given_.value)) number = *typed;
    if (const auto* text = free_text()) number = parse(*text, 10);
    if (!number) return wrong_type("a whole number", given_);
    if (*number < setting_.least || *number > setting_.most) {
      return fmt::format("{} is not from {} to {}", *number, setting_.least, setting_.most);
    }
    field(config_) = static_cast<int>(*number);
    return "";
  }

  std::string operator()(bool& (*field)(Config&)) const {
    std::optional<bool> truth;
    if (const auto* typed = std::get_if<bool>(&given_.value)) truth = *typed;
    if (const auto* text = free_text(); text != nullptr && (*text == "true" || *text == "false"))
      truth = *text == "true";
    if (!truth) return wrong_type("true or false", given_);
    field(config_) = *truth;
    return "";
  }

  std::string operator()(std::string& (*field)(Config&)) const {
    const auto* given = std::get_if<std::string>(&given_.value);
    if (given == nullptr) return wrong_type("text in quotes", given_);
    std::string text = *given;
    std::string wrong = check_text(setting_, text);
    if (wrong.empty()) field(config_) = std::move(text);
    return wrong;
  }

  std::string operator()(fs::path& (*field)(Config&)) const {
    const auto* given = std::get_if<std::string>(&given_.value);
    if (given == nullptr) return wrong_type("a path in quotes", given_);
    return assign_path(*given, field(config_));
  }

  std::string operator()(Duration& (*field)(Config&)) const {
    const auto* given = std::get_if<std::string>(&given_.value);
    if (given == nullptr) return wrong_type("a duration in quotes, such as \"5s\"", given_);
    const auto duration = parse_duration(*given);
    if (!duration) return in_quotes(*given) + " is not a duration: a whole number and ms, s, m, h or d";
    if (duration->count() < setting_.least || duration->count() > setting_.most) {
      return fmt::format("{} is not from {} to {}", *given, format_duration(Duration(setting_.least)),
                         format_duration(Duration(setting_.most)));
    }
    field(config_) = *duration;
    return "";
  }

  std::string operator()(std::vector<std::string>& (*field)(Config&)) const {
    auto elements = list();
    if (!elements) return wrong_type("an array of texts", given_);
    for (std::string& element : *elements) {
      std::string wrong = check_text(setting_, element);
      if (!wrong.empty()) return wrong;
    }
    field(config_) = std::move(*elements);
    return "";
  }

  std::string operator()(std::vector<fs::path>& (*field)(Config&)) const {
    const auto elements = list();
    if (!elements) return wrong_type("an array of paths", given_);
    std::vector<fs::path> paths;
    for (const std::string& element : *elements) {
      std::string wrong = assign_path(element, paths.emplace_back());
      if (!wrong.empty()) return wrong;
    }
    field(config_) = std::move(paths);
    return "";
  }

 private:
  /// The text of a variable or flag, that may stand for any type.
  const std::string* free_text() const {
    return given_.typed ? nullptr : std::get_if<std::string>(&given_.value);
  }

  static std::optional<std::int64_t> parse(std::string_view text, int base) {
    std::int64_t number = 0;
    auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number, base);
    if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
  }

  std::string assign_bits(int& bits) const {
    // As a number 640 would be decimal, and hardly ever what was meant.
    const auto* text = std::get_if<std::string>(&given_.value);
    const auto number = text == nullptr ? std::nullopt : parse(*text, 8);
    if (!number) return "must be permission bits in quotes, such as \"0640\"";
    if (*number < setting_.least || *number > setting_.most || (*number & setting_.least) != setting_.least) {
      return fmt::format("{} is not from 0{:o} to 0{:o} with the owner's read and write bits",
                         in_quotes(*text), setting_.least, setting_.most);
    }
    bits = static_cast<int>(*number);
    return "";
  }

  std::string assign_path(std::string text, fs::path& path) const {
    std::string wrong = check_text(setting_, text);
    if (!wrong.empty()) return wrong;
    const bool home = text == "~" || text.starts_with("~/");
    if (home && home_.empty()) return in_quotes(text) + ": HOME is not set";
    if (home) text.replace(0, 1, home_);
    // Absolute from here on: what is shown and stored must not change its meaning with the current folder.
    path = text.empty() ? fs::path() : fs::absolute(text).lexically_normal();
    return "";
  }

  std::optional<std::vector<std::string>> list() const {
    if (const auto* elements = std::get_if<std::vector<std::string>>(&given_.value)) return *elements;
    const auto* text = std::get_if<std::string>(&given_.value);
    if (text == nullptr) return std::nullopt;
    return given_.typed ? std::vector<std::string>{*text} : split_list(*text);
  }

  const Setting& setting_;
  const GivenValue& given_;
  const std::string& home_;
  Config& config_;
};

std::string toml_text(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (is_control(static_cast<unsigned char>(c))) {
      out += fmt::format("\\u{:04X}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string without_password(const std::string& url) {
  const std::size_t at = url.rfind('@');
  const std::size_t scheme = url.find("://");
  if (at == std::string::npos || scheme == std::string::npos) return url;
  return url.substr(0, scheme + 3) + "***" + url.substr(at);
}

template <class Element>
std::string toml_list(const std::vector<Element>& elements) {
  std::vector<std::string> shown;
  for (const Element& element : elements) shown.push_back(toml_text(fs::path(element).native()));
  return fmt::format("[{}]", fmt::join(shown, ", "));
}

}  // namespace

std::string assign_setting(const Setting& setting, const GivenValue& given, const std::string& home,
                           Config& config) {
  return std::visit(Assigner(setting, given, home, config), setting.field);
}

std::string show_setting(const Setting& setting, Config& config) {
  const auto show = [&](auto* field) -> std::string {
    auto& value = field(config);
    using Value = std::remove_reference_t<decltype(value)>;
    if constexpr (std::is_same_v<Value, bool>) {
      return value ? "true" : "false";
    } else if constexpr (std::is_same_v<Value, int>) {
      return setting.octal ? fmt::format("\"0{:o}\"", value) : std::to_string(value);
    } else if constexpr (std::is_same_v<Value, Duration>) {
      return toml_text(format_duration(value));
    } else if constexpr (std::is_same_v<Value, std::string>) {
      return toml_text(setting.password ? without_password(value) : value);
    } else if constexpr (std::is_same_v<Value, fs::path>) {
      return toml_text(value.native());
    } else {
      return toml_list(value);
    }
  };
  return std::visit(show, setting.field);
}

}  // namespace reeld
