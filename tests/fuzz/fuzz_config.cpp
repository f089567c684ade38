// The configuration file.
#include "common/config/load.hpp"
#include "tests/fuzz/scratch_file.hpp"

namespace reeld::fuzz {
namespace {

std::variant<LoadedConfig, ConfigProblems> load(std::string_view text) {
  static ScratchFile file;
  file.fill(text);
  return load_config(ConfigSources{file.path(), {{"HOME", "/home/ann"}}, {}});
}

void check(std::string_view text) {
  const auto loaded = load(text);
  if (const auto* problems = std::get_if<ConfigProblems>(&loaded)) {
    require(!problems->empty(), "a refused configuration says why");
    for (const std::string& problem : *problems) require(!problem.empty(), "a problem is told in words");
    return;
  }
  const std::string shown = to_toml(std::get<LoadedConfig>(loaded), false);
  const auto again = load(shown);
  if (const auto* problems = std::get_if<ConfigProblems>(&again)) {
    for (const std::string& problem : *problems) std::fprintf(stderr, "%s\n", problem.c_str());
    require(false, "what `config show` prints is a configuration");
  }
  require(to_toml(std::get<LoadedConfig>(again), false) == shown, "what `config show` prints means the same");
}

}  // namespace
}  // namespace reeld::fuzz

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* bytes, std::size_t size) {
  reeld::fuzz::check(reeld::fuzz::as_text(bytes, size));
  return 0;
}
