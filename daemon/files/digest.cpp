#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <vector>

#include "daemon/files/durable.hpp"

namespace reeld::files {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kOperation = "files.digest";
constexpr std::size_t kPiece = 1U << 18;

/// SHA-256 of bytes that come in pieces.
class Hash {
 public:
  Hash() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
    ok_ = context_ != nullptr && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1;
  }
  void add(const char* bytes, std::size_t size) {
    ok_ = ok_ && EVP_DigestUpdate(context_.get(), bytes, size) == 1;
  }
  Result<std::string> finish() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned size = 0;
    ok_ = ok_ && EVP_DigestFinal_ex(context_.get(), bytes.data(), &size) == 1;
    if (!ok_) return Error{Errc::kInternal, kOperation, "the SHA-256 library failed"};
    std::string text;
    for (unsigned i = 0; i < size; ++i) fmt::format_to(std::back_inserter(text), "{:02x}", bytes[i]);
    return text;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
  bool ok_ = false;
};

Result<void> require_regular(const Descriptor& file, const fs::path& path) {
  struct stat found{};
  if (::fstat(file.get(), &found) != 0) return errno_error(kOperation, errno, path.native());
  if (S_ISREG(found.st_mode)) return {};
  return Error{Errc::kConflict, kOperation, fmt::format("{}: is not a regular file", path.native())};
}

}  // namespace

std::string sha256(std::string_view bytes) {
  Hash hash;
  hash.add(bytes.data(), bytes.size());
  return hash.finish().value();
}

Result<Digest> digest(const fs::path& path) {
  auto file = open_descriptor(kOperation, path, O_RDONLY | O_NONBLOCK);
  if (!file) return file.error();
  if (auto regular = require_regular(*file, path); !regular) return regular.error();
  Hash hash;
  Digest found;
  std::vector<char> piece(kPiece);
  for (;;) {
    auto got = read_at(kOperation, *file, piece.data(), piece.size(), found.size, path);
    if (!got) return got.error();
    if (*got == 0) break;
    hash.add(piece.data(), *got);
    found.size += *got;
  }
  auto text = hash.finish();
  if (!text) return text.error();
  found.sha256 = std::move(*text);
  return found;
}

}  // namespace reeld::files
