#include "daemon/cli/version_text.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include "build_info.hpp"
#include "daemon/store/open.hpp"
#include "version.hpp"

namespace reeld::cli {

std::string version_text(bool verbose) {
  std::string text = fmt::format("reeld {}", kVersion);
  if (!verbose) return text;
  const auto add = [&text](std::string_view name, std::string_view value) {
    if (!value.empty()) text += fmt::format("\n{:<15} {}", name, value);
  };
  add("revision", build::kRevision);
  add("compiler", build::kCompiler);
  add("build", build::kType);
  add("SQLite", store::sqlite_version());
  add("OpenSSL", OpenSSL_version(OPENSSL_VERSION_STRING));
  for (const build::Library& library : build::kLibraries) add(library.name, library.version);
  return text;
}

}  // namespace reeld::cli
