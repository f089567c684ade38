#include "daemon/app/catalogue.hpp"

#include <fmt/format.h>

#include <fstream>
#include <sstream>

namespace reeld::app {

Result<Catalogue> load_catalogue(const std::filesystem::path& models_file) {
  Catalogue catalogue = Catalogue::embedded();
  if (models_file.empty()) return catalogue;
  std::ifstream file(models_file);
  if (!file) {
    return Error{Errc::kBadInput, "app.catalogue",
                 fmt::format("leonardo.models_file {} cannot be read", models_file.string())};
  }
  std::stringstream text;
  text << file.rdbuf();
  if (auto laid = catalogue.overlay(text.str(), models_file.string()); !laid) return laid.error();
  return catalogue;
}

}  // namespace reeld::app
