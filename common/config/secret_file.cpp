#include "common/config/secret_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace reeld {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kOperation = "config.secret";
constexpr std::size_t kLongestSecret = 4096;

Error bad_secret(std::string detail) {
  return Error{Errc::kBadInput, kOperation, std::move(detail)};
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

/// Reads at most one byte more than a secret may have; what is longer is refused anyway.
Result<std::string> read_all(int fd, const std::string& name) {
  std::string text(kLongestSecret + 1, '\0');
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

/// Empty for a mode that lets the owner in alone.
std::string exposure_words(const std::string& name, mode_t mode) {
  if ((mode & 077) == 0) return "";
  return fmt::format("{0} may be read by others (mode {1:04o}): chmod 600 {0}", name, mode & 07777);
}

}  // namespace

Result<std::string> one_word_secret(const std::string& text, const std::string& origin,
                                    std::string_view what) {
  std::string secret = trim(text);
  if (secret.empty()) return bad_secret(origin + " is empty");
  const bool plain = std::ranges::all_of(secret, [](char c) { return c > ' ' && c < 0x7F; });
  if (!plain || secret.size() > kLongestSecret) {
    return bad_secret(
        fmt::format("{} does not hold {}: one word of printable ASCII characters", origin, what));
  }
  return secret;
}

Result<std::string> read_secret_file(const fs::path& path, std::string_view what, Exposed exposed) {
  const std::string name = path.string();
  const OpenFile file(path);
  struct stat status{};
  if (file.fd() < 0 || ::fstat(file.fd(), &status) != 0) return errno_error(kOperation, errno, name);
  if (!S_ISREG(status.st_mode)) return bad_secret(name + " is not a regular file");
  std::string exposure = exposure_words(name, status.st_mode);
  if (exposed == Exposed::kRefuse && !exposure.empty()) return bad_secret(std::move(exposure));
  auto text = read_all(file.fd(), name);
  if (!text) return text.error();
  return one_word_secret(*text, name, what);
}

bool is_closed_to_us(const fs::path& file) {
  return ::faccessat(AT_FDCWD, file.c_str(), R_OK, AT_EACCESS) != 0 && errno == EACCES;
}

std::string exposure_of(const fs::path& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 ? exposure_words(path.string(), status.st_mode) : "";
}

}  // namespace reeld
