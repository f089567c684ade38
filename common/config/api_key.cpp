#include "common/config/api_key.hpp"

#include <fmt/format.h>

#include "common/config/secret_file.hpp"

namespace reeld {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kOperation = "config.api_key";
constexpr std::string_view kWhat = "an API key";

Result<ApiKey> read_key_file(const fs::path& path, bool guarded) {
  auto secret = read_secret_file(path, kWhat, Exposed::kTake);
  if (!secret) return secret.error();
  return ApiKey{std::move(*secret), path.string(), guarded ? "" : exposure_of(path)};
}

/// A file that is named must be the key's: no other place is asked.
Result<ApiKey> read_named_file(const fs::path& path, bool guarded) {
  auto key = read_key_file(path, guarded);
  if (key) return key;
  return Error{
      key.error().code, kOperation,
      fmt::format("leonardo.api_key_file: {}; put the key there, alone and readable by this user only "
                  "(0600)",
                  key.error().detail)};
}

std::string variable(const std::map<std::string, std::string>& environment, const char* name) {
  const auto found = environment.find(name);
  return found == environment.end() ? "" : found->second;
}

/// Where a key belongs: a service's credentials come from systemd, a container's secrets from whoever runs
/// it.
std::string no_key(const fs::path& credentials) {
  if (credentials.string().starts_with("/run/credentials/")) {
    return "no API key: put it into /etc/credstore/leonardo-api-key (mode 0600, root's) and restart the "
           "service, or name its file with leonardo.api_key_file";
  }
  const std::string place = credentials.empty()
                                ? "give systemd the credential leonardo-api-key"
                                : fmt::format("put it into {}", (credentials / "leonardo-api-key").string());
  return fmt::format(
      "no API key: name its file (0600) with leonardo.api_key_file, {}, or set LEONARDO_API_KEY", place);
}

}  // namespace

Result<ApiKey> find_api_key(const LeonardoConfig& config,
                            const std::map<std::string, std::string>& environment) {
  const fs::path credentials = variable(environment, "CREDENTIALS_DIRECTORY");
  if (!config.api_key_file.empty()) {
    // systemd guards its folder itself; the bits of the files in it say less than they seem to.
    const bool credential =
        !credentials.empty() && config.api_key_file.parent_path() == credentials.lexically_normal();
    return read_named_file(config.api_key_file, credential);
  }
  std::error_code ignored;
  if (!credentials.empty() && fs::exists(credentials / "leonardo-api-key", ignored)) {
    return read_key_file(credentials / "leonardo-api-key", true);
  }
  const std::string text = variable(environment, "LEONARDO_API_KEY");
  if (!text.empty()) {
    auto secret = one_word_secret(text, "LEONARDO_API_KEY", kWhat);
    if (!secret) return secret.error();
    return ApiKey{std::move(*secret), "LEONARDO_API_KEY", ""};
  }
  return Error{Errc::kNotFound, kOperation, no_key(credentials)};
}

}  // namespace reeld
