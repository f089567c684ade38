#include "common/config/config_file.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <set>

#include "common/job/text.hpp"

namespace reeld {
namespace {

/// The table "limits" of the key "limits.max_downloads"; "" for one that stands in no table.
std::string_view section_of(std::string_view key) {
  const std::size_t dot = key.find('.');
  return dot == std::string_view::npos ? std::string_view() : key.substr(0, dot);
}

std::string_view name_of(std::string_view key) {
  const std::size_t dot = key.find('.');
  return dot == std::string_view::npos ? key : key.substr(dot + 1);
}

bool is_section(std::string_view name) {
  return !name.empty() && std::ranges::any_of(config_schema(), [name](const Setting& setting) {
    return section_of(setting.key) == name;
  });
}

GivenValue given_value(const toml::node& node) {
  GivenValue given{.value = {}, .typed = true};
  if (const auto* text = node.as_string()) given.value = text->get();
  if (const auto* number = node.as_integer()) given.value = number->get();
  if (const auto* truth = node.as_boolean()) given.value = truth->get();
  if (const auto* array = node.as_array()) {
    std::vector<std::string> elements;
    for (const toml::node& element : *array) {
      if (const auto* text = element.as_string()) elements.push_back(text->get());
    }
    if (elements.size() == array->size()) given.value = std::move(elements);
  }
  return given;
}

/// Takes the keys of one table; `section` is "" for the root.
void take_table(const toml::table& table, std::string_view section, ConfigFile& file) {
  for (auto&& [key, node] : table) {
    const std::string full =
        section.empty() ? std::string(key.str()) : fmt::format("{}.{}", section, key.str());
    const auto where = key.source().begin;
    if (section.empty() && node.is_table() && is_section(full)) {
      take_table(*node.as_table(), full, file);
    } else if (const Setting* setting = find_setting(full)) {
      file.values.push_back({setting, given_value(node), where.line, where.column});
    } else if (section.empty() && is_section(full)) {
      file.problems.push_back({where.line, where.column, fmt::format("{0}: must be a table: [{0}]", full)});
    } else {
      file.problems.push_back({where.line, where.column,
                               fmt::format("{}: unknown key{}", printable(full), suggest_setting(full))});
    }
  }
}

}  // namespace

std::string suggest_setting(std::string_view key) {
  const std::string_view section = section_of(key);
  // The right name in a wrong place is the likelier mistake, and the better advice.
  for (const Setting& setting : config_schema()) {
    if (name_of(setting.key) == name_of(key)) return fmt::format("; did you mean \"{}\"?", setting.key);
  }
  std::set<std::string_view> known;
  for (const Setting& setting : config_schema()) {
    known.insert(setting.key);
    if (section.empty()) known.insert(name_of(setting.key));
    if (section.empty()) known.insert(section_of(setting.key));
  }
  const std::vector<std::string_view> words(known.begin(), known.end());
  const std::string_view best = nearest(key, words);
  if (best.empty()) return "";
  // A name found without its table is told with it.
  for (const Setting& setting : config_schema()) {
    if (name_of(setting.key) == best) return fmt::format("; did you mean \"{}\"?", setting.key);
  }
  return fmt::format("; did you mean \"{}\"?", best);
}

ConfigFile read_config_file(const std::filesystem::path& path) {
  ConfigFile file;
  std::ifstream stream(path, std::ios::binary);
  std::string text;
  try {
    if (stream) text.assign(std::istreambuf_iterator<char>(stream), {});
  } catch (const std::ios_base::failure&) {
    // What reading a folder throws.
    stream.setstate(std::ios::failbit);
  }
  if (!stream) {
    file.problems.push_back({0, 0, fmt::format("cannot be read: {}", std::strerror(errno))});
    return file;
  }
  try {
    take_table(toml::parse(text), "", file);
  } catch (const toml::parse_error& error) {
    const auto where = error.source().begin;
    file.problems.push_back({where.line, where.column, std::string(error.description())});
  }
  return file;
}

}  // namespace reeld
