#include "daemon/spool/frame_file.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>

#include "common/job/text.hpp"
#include "daemon/files/beneath.hpp"

namespace reeld::spool {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kOperation = "spool.frame";

Error refused(std::string words) {
  return Error{Errc::kBadInput, kOperation, std::move(words)};
}

/// `path` as seen from `root`; nothing when it leads elsewhere. Both are absolute and normal.
std::optional<fs::path> below(const fs::path& root, const fs::path& path) {
  const fs::path relative = path.lexically_relative(root);
  if (relative.empty() || relative == "." || *relative.begin() == "..") return std::nullopt;
  return relative;
}

fs::path normal(const fs::path& path) {
  const fs::path plain = fs::absolute(path).lexically_normal();
  return plain.has_filename() ? plain : plain.parent_path();
}

/// True for what ProtectHome= of a service's unit hides, whatever the modes are.
bool is_in_a_home(const fs::path& path) {
  constexpr std::array kHomes{"/home", "/root", "/run/user"};
  return std::ranges::any_of(kHomes, [&path](const char* home) { return below(home, path).has_value(); });
}

Result<files::Descriptor> open_allowed(const fs::path& wanted, const FrameRules& rules) {
  for (const fs::path& root : rules.roots) {
    if (const auto relative = below(normal(root), wanted)) return files::open_beneath(root, *relative);
  }
  return refused(
      "lies neither in the job file's folder, nor in the spool, nor in a folder of spool.asset_roots");
}

Result<files::Descriptor> open(const fs::path& file, const fs::path& folder, const FrameRules& rules) {
  const fs::path wanted = normal(folder / file);
  if (const auto relative = below(normal(folder), wanted)) return files::open_beneath(folder, *relative);
  auto opened = open_allowed(wanted, rules);
  if (opened || opened.error().code != Errc::kBadInput || !is_in_a_home(wanted)) return opened;
  Error error = opened.error();
  error.detail +=
      "; a systemd service sees it only where a drop-in for ProtectHome= shows it (docs/operations.md)";
  return error;
}

/// Everything behind the descriptor, however a writer changes it meanwhile.
Result<std::string> read_all(const files::Descriptor& file, const fs::path& name, std::uint64_t most) {
  std::string bytes(most + 1, '\0');
  auto got = files::read_at(kOperation, file, bytes.data(), bytes.size(), 0, name);
  if (!got) return got.error();
  bytes.resize(*got);
  return bytes;
}

std::string too_large(std::uint64_t most) {
  return fmt::format("is larger than {} MiB (frames.max_mib)", most >> 20);
}

Result<FrameFile> check(std::string bytes, const FrameLimits& limits) {
  if (bytes.size() > limits.max_bytes) return refused(too_large(limits.max_bytes));
  const auto picture = image_format(bytes);
  if (!picture)
    return refused("is neither a PNG, a JPEG nor a WebP picture, by its bytes, or it is cut short");
  if (auto words = why_no_frame(*picture, limits); !words.empty()) return refused(std::move(words));
  return FrameFile{*picture, std::move(bytes)};
}

}  // namespace

Result<FrameFile> read_frame(const fs::path& file, const fs::path& folder, uid_t owner,
                             const FrameRules& rules) {
  const auto named = [&file](Error error) {
    if (error.code == Errc::kBadInput) error.detail = in_quotes(file.native()) + " " + error.detail;
    return error;
  };
  auto opened = open(file, folder, rules);
  if (!opened) return named(opened.error());
  struct stat found{};
  if (::fstat(opened->get(), &found) != 0) return errno_error(kOperation, errno, file.native());
  const bool is_private = (found.st_mode & (S_IRGRP | S_IROTH)) == 0;
  if (is_private && found.st_uid != owner) {
    return named(refused("may be read by its owner alone, who is not the job file's"));
  }
  if (static_cast<std::uint64_t>(found.st_size) > rules.limits.max_bytes) {
    return named(refused(too_large(rules.limits.max_bytes)));
  }
  auto bytes = read_all(*opened, file, static_cast<std::uint64_t>(found.st_size));
  if (!bytes) return bytes.error();
  if (bytes->size() != static_cast<std::uint64_t>(found.st_size)) {
    return named(refused("changes while it is read; drop the job when the picture is whole"));
  }
  auto checked = check(std::move(*bytes), rules.limits);
  if (!checked) return named(checked.error());
  return checked;
}

}  // namespace reeld::spool
