#include "common/job/catalogue.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

#include "common/job/model_table.hpp"
#include "common/job/text.hpp"
#include "embedded/models.hpp"

namespace reeld {
namespace {

Error bad_catalogue(std::string detail) {
  return Error{Errc::kBadInput, "catalogue.overlay", std::move(detail)};
}

/// Everything in the root but the table of models.
std::vector<std::string> foreign_keys(const toml::table& root, std::string_view file_name) {
  static constexpr std::array<std::string_view, 1> kRoot{"models"};
  std::vector<std::string> problems;
  for (auto&& [key, node] : root) {
    const auto where = key.source().begin;
    if (key.str() == "models" && !node.is_table()) {
      problems.push_back(
          model_file_problem(file_name, where.line, where.column, "models", "must be a table"));
    } else if (key.str() != "models") {
      problems.push_back(model_file_problem(
          file_name, where.line, where.column, key.str(),
          "unknown key" + did_you_mean(key.str(), kRoot) + "; models stand in tables [models.\"NAME\"]"));
    }
  }
  return problems;
}

}  // namespace

Catalogue Catalogue::embedded() {
  Catalogue catalogue;
  for (const auto& file : embedded::kModels) catalogue.overlay(file.text, file.name).value();
  return catalogue;
}

Result<void> Catalogue::overlay(std::string_view toml, std::string_view file_name) {
  toml::table root;
  try {
    root = toml::parse(toml);
  } catch (const toml::parse_error& error) {
    const auto where = error.source().begin;
    return bad_catalogue(model_file_problem(file_name, where.line, where.column, "", error.description()));
  }
  std::vector<std::string> problems = foreign_keys(root, file_name);
  auto changed = models_;
  if (const toml::table* models = root["models"].as_table()) {
    for (auto&& [key, node] : *models) {
      const std::string name(key.str());
      Model& model = changed[name];
      model.name = name;
      if (const toml::table* table = node.as_table()) {
        std::ranges::move(read_model_table(*table, file_name, model), std::back_inserter(problems));
      } else {
        const auto where = key.source().begin;
        problems.push_back(model_file_problem(file_name, where.line, where.column, "models." + name,
                                              "must be a table: [models.\"NAME\"]"));
      }
    }
  }
  if (!problems.empty()) return bad_catalogue(fmt::format("{}", fmt::join(problems, "; ")));
  models_ = std::move(changed);
  return {};
}

const Model* Catalogue::find(std::string_view name) const {
  const auto found = models_.find(name);
  return found == models_.end() ? nullptr : &found->second;
}

std::vector<std::string> Catalogue::names() const {
  std::vector<std::string> names;
  for (const auto& [name, model] : models_) names.push_back(name);
  return names;
}

}  // namespace reeld
