#include "common/job/model_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "common/job/amount.hpp"
#include "common/job/text.hpp"

namespace reeld {
namespace {

constexpr std::array<std::string_view, 15> kKeys{
    "frame_shape",  "end_frame", "request_wrapper", "durations",        "sizes",
    "default_size", "modes",     "prompt_enhance",  "max_quantity",     "max_prompt",
    "audio_field",  "seed",      "max_seed",        "price_per_second", "render_time_per_second"};

/// A second of film that is dearer is a slip of the pen, and the sums stay far from overflowing.
constexpr Amount kMostPerSecond{1'000'000'000'000};

std::optional<int> parse_side(std::string_view text) {
  int side = 0;
  auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), side);
  if (failure != std::errc() || end != text.data() + text.size() || side < 1 || side > 16384)
    return std::nullopt;
  return side;
}

/// Reads "1920x1080".
std::optional<Size> parse_size(std::string_view text) {
  const std::size_t by = text.find('x');
  if (by == std::string_view::npos) return std::nullopt;
  auto width = parse_side(text.substr(0, by));
  auto height = parse_side(text.substr(by + 1));
  if (!width || !height) return std::nullopt;
  return Size{*width, *height};
}

/// Reads one model's table key by key; what it cannot read it reports and leaves as it was.
class TableReader {
 public:
  TableReader(const toml::table& table, std::string_view file_name, Model& model)
      : table_(table), file_name_(file_name), model_(model) {}

  std::vector<std::string> read() {
    refuse_unknown();
    read_shape();
    boolean("end_frame", model_.end_frame);
    boolean("request_wrapper", model_.request_wrapper);
    read_durations();
    read_sizes();
    read_modes();
    texts("prompt_enhance", model_.prompt_enhance);
    integer("max_quantity", model_.max_quantity, 1, 100);
    integer("max_prompt", model_.max_prompt, 1, 1'000'000);
    read_audio_field();
    boolean("seed", model_.seed);
    integer("max_seed", model_.max_seed, 0, INT64_MAX);
    read_prices();
    read_render_times();
    if (problems_.empty()) check_whole();
    return std::move(problems_);
  }

 private:
  void problem(const toml::source_region& where, std::string_view key, std::string_view words) {
    const std::string path = fmt::format("models.\"{}\"{}{}", model_.name, key.empty() ? "" : ".", key);
    problems_.push_back(model_file_problem(file_name_, where.begin.line, where.begin.column, path, words));
  }

  void refuse_unknown() {
    for (auto&& [key, node] : table_) {
      const std::string_view name = key.str();
      if (std::ranges::find(kKeys, name) != kKeys.end()) continue;
      std::string words = "unknown key" + did_you_mean(name, kKeys);
      if (node.is_table()) words += "; a model's name that has dots needs quotes: [models.\"a-1.0\"]";
      problem(key.source(), name, words);
    }
  }

  void boolean(std::string_view key, bool& into) {
    const toml::node* node = table_.get(key);
    if (node == nullptr) return;
    if (!node->is_boolean()) return problem(node->source(), key, "must be true or false");
    into = node->as_boolean()->get();
  }

  template <class Number>
  void integer(std::string_view key, Number& into, std::int64_t least, std::int64_t most) {
    const toml::node* node = table_.get(key);
    if (node == nullptr) return;
    const auto* number = node->as_integer();
    if (number == nullptr || number->get() < least || number->get() > most) {
      return problem(node->source(), key, fmt::format("must be a whole number from {} to {}", least, most));
    }
    into = static_cast<Number>(number->get());
  }

  std::optional<std::string> text(std::string_view key) {
    const toml::node* node = table_.get(key);
    if (node == nullptr) return std::nullopt;
    if (node->is_string()) return node->as_string()->get();
    problem(node->source(), key, "must be text in quotes");
    return std::nullopt;
  }

  void texts(std::string_view key, std::vector<std::string>& into) {
    const toml::node* node = table_.get(key);
    if (node == nullptr) return;
    std::vector<std::string> read;
    const toml::array* array = node->as_array();
    if (array != nullptr) {
      for (const toml::node& element : *array) {
        if (element.is_string()) read.push_back(element.as_string()->get());
      }
    }
    if (array == nullptr || read.size() != array->size()) {
      return problem(node->source(), key, "must be an array of texts: [\"A\", \"B\"]");
    }
    into = std::move(read);
  }

  void read_shape() {
    const auto shape = text("frame_shape");
    if (!shape) return;
    if (*shape != "flat" && *shape != "guidances") {
      return problem(table_.get("frame_shape")->source(), "frame_shape",
                     fmt::format("{} is not one of \"flat\", \"guidances\"", in_quotes(*shape)));
    }
    model_.frame_shape = *shape == "flat" ? FrameShape::kFlat : FrameShape::kGuidances;
  }

  void read_durations() {
    const toml::node* node = table_.get("durations");
    if (node == nullptr) return;
    constexpr std::string_view kWords = "must be an array of seconds, each from 1 to 3600: [6, 8]";
    const toml::array* array = node->as_array();
    if (array == nullptr) return problem(node->source(), "durations", kWords);
    std::vector<int> read;
    for (const toml::node& element : *array) {
      const auto* number = element.as_integer();
      if (number == nullptr || number->get() < 1 || number->get() > 3600) {
        return problem(element.source(), "durations", kWords);
      }
      read.push_back(static_cast<int>(number->get()));
    }
    model_.durations = std::move(read);
  }

  void read_sizes() {
    std::vector<std::string> written;
    texts("sizes", written);
    std::vector<Size> sizes;
    for (const std::string& one : written) {
      const auto size = parse_size(one);
      if (!size) {
        return problem(table_.get("sizes")->source(), "sizes",
                       in_quotes(one) + " is not of the form \"1920x1080\"");
      }
      sizes.push_back(*size);
    }
    if (table_.contains("sizes")) model_.sizes = std::move(sizes);
    const auto chosen = text("default_size");
    if (!chosen) return;
    const auto size = parse_size(*chosen);
    if (!size) {
      return problem(table_.get("default_size")->source(), "default_size",
                     in_quotes(*chosen) + " is not of the form \"1920x1080\"");
    }
    model_.default_size = *size;
  }

  void read_modes() {
    const toml::node* node = table_.get("modes");
    if (node == nullptr) return;
    constexpr std::string_view kWords =
        "must be a table of names and shorter sides: { RESOLUTION_1080 = 1080 }";
    const toml::table* table = node->as_table();
    if (table == nullptr) return problem(node->source(), "modes", kWords);
    std::map<std::string, int> modes;
    for (auto&& [name, side] : *table) {
      const auto* number = side.as_integer();
      if (number == nullptr || number->get() < 1 || number->get() > 16384) {
        return problem(side.source(), "modes", kWords);
      }
      modes.emplace(name.str(), static_cast<int>(number->get()));
    }
    model_.modes = std::move(modes);
  }

  void read_prices() {
    const toml::node* node = table_.get("price_per_second");
    if (node == nullptr) return;
    constexpr std::string_view kWords =
        "must be a table of shorter sides in pixels and dollars below 1000 as text: { 1080 = \"0.06\" }";
    const toml::table* table = node->as_table();
    if (table == nullptr) return problem(node->source(), "price_per_second", kWords);
    std::map<int, Amount> prices;
    for (auto&& [name, stated] : *table) {
      const auto side = parse_side(name.str());
      const auto price = stated.is_string() ? read_amount(stated.as_string()->get()) : std::nullopt;
      if (!side || !price || !price->exact || price->amount >= kMostPerSecond)
        return problem(stated.source(), "price_per_second", kWords);
      prices.emplace(*side, price->amount);
    }
    model_.price_per_second = std::move(prices);
  }

  void read_render_times() {
    const toml::node* node = table_.get("render_time_per_second");
    if (node == nullptr) return;
    constexpr std::string_view kWords =
        "must be a table of shorter sides in pixels and durations of an hour at most: { 1080 = \"10s\" }";
    const toml::table* table = node->as_table();
    if (table == nullptr) return problem(node->source(), "render_time_per_second", kWords);
    std::map<int, Duration> times;
    for (auto&& [name, stated] : *table) {
      const auto side = parse_side(name.str());
      const auto time = stated.is_string() ? parse_duration(stated.as_string()->get()) : std::nullopt;
      if (!side || !time || *time <= Duration(0) || *time > std::chrono::hours(1))
        return problem(stated.source(), "render_time_per_second", kWords);
      times.emplace(*side, *time);
    }
    model_.render_time_per_second = std::move(times);
  }

  void read_audio_field() {
    const auto field = text("audio_field");
    if (!field) return;
    const bool plain = std::ranges::all_of(
        *field, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
    if (!plain) {
      return problem(table_.get("audio_field")->source(), "audio_field",
                     in_quotes(*field) + " may hold small letters, digits and _");
    }
    model_.audio_field = *field;
  }

  /// Rules between keys; a model that changed in one key must still make sense as a whole.
  void check_whole() {
    const auto& here = table_.source();
    if (model_.durations.empty()) problem(here, "durations", "is missing or empty");
    if (model_.sizes.empty()) return problem(here, "sizes", "is missing or empty");
    if (model_.default_size == Size{}) model_.default_size = model_.sizes.front();
    if (std::ranges::find(model_.sizes, model_.default_size) == model_.sizes.end()) {
      problem(
          here, "default_size",
          fmt::format("{}x{} is not one of sizes", model_.default_size.width, model_.default_size.height));
    }
    for (const auto& [mode, side] : model_.modes) {
      const bool met = std::ranges::any_of(
          model_.sizes, [side](const Size& size) { return std::min(size.width, size.height) == side; });
      if (!met) problem(here, "modes", fmt::format("no size has the shorter side {} of {}", side, mode));
    }
  }

  const toml::table& table_;
  std::string_view file_name_;
  Model& model_;
  std::vector<std::string> problems_;
};

}  // namespace

std::vector<std::string> read_model_table(const toml::table& table, std::string_view file_name,
                                          Model& model) {
  return TableReader(table, file_name, model).read();
}

std::string model_file_problem(std::string_view file_name, unsigned line, unsigned column,
                               std::string_view key, std::string_view words) {
  return fmt::format("{}:{}:{}: {}{}{}", file_name, line, column, key, key.empty() ? "" : ": ", words);
}

}  // namespace reeld
