#include "common/config/api_key.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace reeld {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kOperation = "config.api_key";
constexpr std::size_t kLongestKey = 4096;

Error bad_key(std::string detail) {
  return Error{Errc::kBadInput, "config.api_key", std::move(detail)};
}

/// A file descriptor that closes itself.
class OpenFile {
 public:
  explicit OpenFile(const fs::path& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  ~OpenFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

std::string trim(const std::string& text) {
  constexpr std::string_view kWhite = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kWhite);
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(kWhite) - begin + 1);
}

/// The key in `text`, checked so that it can stand in a header.
Result<ApiKey> make_key(const std::string& text, std::string origin) {
  std::string secret = trim(text);
  if (secret.empty()) return bad_key(origin + " is empty");
  const bool plain = std::ranges::all_of(secret, [](char c) { return c > ' ' && c < 0x7F; });
  if (!plain || secret.size() > kLongestKey) {
    return bad_key(origin + " does not hold an API key: one word of printable ASCII characters");
  }
  return ApiKey{std::move(secret), std::move(origin)};
}

/// Reads at most one byte more than a key may have; what is longer is refused anyway.
Result<std::string> read_all(int fd, const std::string& name) {
  std::string text(kLongestKey + 1, '\0');
  std::size_t filled = 0;
  while (filled < text.size()) {
    const ssize_t got = ::read(fd, text.data() + filled, text.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno_error(kOperation, errno, name);
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  text.resize(filled);
  return text;
}

Result<ApiKey> read_key_file(const fs::path& path, bool private_place) {
  const std::string name = path.string();
  const OpenFile file(path);
  struct stat status{};
  if (file.fd() < 0 || ::fstat(file.fd(), &status) != 0) return errno_error(kOperation, errno, name);
  if (!S_ISREG(status.st_mode)) return bad_key(name + " is not a regular file");
  if (!private_place && (status.st_mode & 077) != 0) {
    return bad_key(
        fmt::format("{0} may be read by others (mode {1:04o}): chmod 600 {0}", name, status.st_mode & 07777));
  }
  auto text = read_all(file.fd(), name);
  if (!text) return text.error();
  return make_key(*text, name);
}

std::string variable(const std::map<std::string, std::string>& environment, const char* name) {
  const auto found = environment.find(name);
  return found == environment.end() ? "" : found->second;
}

}  // namespace

Result<ApiKey> find_api_key(const LeonardoConfig& config,
                            const std::map<std::string, std::string>& environment) {
  const fs::path credentials = variable(environment, "CREDENTIALS_DIRECTORY");
  if (!config.api_key_file.empty()) {
    // systemd guards its folder itself; the bits of the files in it say less than they seem to.
    const bool credential =
        !credentials.empty() && config.api_key_file.parent_path() == credentials.lexically_normal();
    return read_key_file(config.api_key_file, credential);
  }
  std::error_code ignored;
  if (!credentials.empty() && fs::exists(credentials / "leonardo-api-key", ignored)) {
    return read_key_file(credentials / "leonardo-api-key", true);
  }
  const std::string text = variable(environment, "LEONARDO_API_KEY");
  if (!text.empty()) return make_key(text, "LEONARDO_API_KEY");
  return Error{Errc::kNotFound, kOperation,
               "no API key: name its file with leonardo.api_key_file, give systemd the credential "
               "leonardo-api-key, or "
               "set LEONARDO_API_KEY"};
}

}  // namespace reeld
