#include "daemon/store/sqlite/safety_copy.hpp"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <utility>

#include "daemon/store/inspect.hpp"
#include "daemon/store/sqlite/connection.hpp"

namespace reeld::store::sqlite {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kOperation = "store.safety_copy";
constexpr std::string_view kMark = ".before-";
/// For the log of the change itself, and for the copy's own pages beyond the queue's.
constexpr std::uintmax_t kMargin = 16U << 20;

class File {
 public:
  File(const fs::path& path, int flags) : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  bool is_open() const { return descriptor_ >= 0; }
  bool sync() const { return ::fsync(descriptor_) == 0; }

 private:
  int descriptor_;
};

Result<void> sync(const fs::path& path) {
  const File file(path, O_RDONLY);
  if (!file.is_open() || !file.sync()) return errno_error(kOperation, errno, path.string());
  return {};
}

/// An empty file of ours alone, removed unless it got its name. What a crash left of an earlier one is taken
/// away.
class WaitingCopy {
 public:
  static Result<WaitingCopy> make(const fs::path& database) {
    fs::path path =
        database.parent_path() / ("." + database.filename().string() + std::string(kMark) + "tmp");
    ::unlink(path.c_str());
    ::unlink((path.string() + "-journal").c_str());
    const File file(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW);
    if (!file.is_open()) return errno_error(kOperation, errno, path.string());
    return WaitingCopy(std::move(path));
  }
  WaitingCopy(WaitingCopy&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  WaitingCopy& operator=(WaitingCopy&&) = delete;
  ~WaitingCopy() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }

  const fs::path& path() const { return path_; }

  Result<void> move_to(const fs::path& target) {
    if (auto synced = sync(path_); !synced) return synced;
    if (::rename(path_.c_str(), target.c_str()) != 0) return errno_error(kOperation, errno, target.string());
    path_.clear();
    return sync(target.parent_path());
  }

 private:
  explicit WaitingCopy(fs::path path) : path_(std::move(path)) {}

  fs::path path_;
};

std::uintmax_t size_of(const fs::path& file) {
  std::error_code absent;
  const std::uintmax_t size = fs::file_size(file, absent);
  return absent ? 0 : size;
}

std::int64_t rows_of(Connection& db, const std::string& table) {
  Query row = db.query(db.intern(fmt::format("SELECT COUNT(*) FROM \"{}\"", table)));
  row.step();
  return row.integer(0);
}

/// Every table has its rows in the copy. Only `meta` has more there: the copy's mark.
Result<void> compare(const fs::path& database, const fs::path& copy) {
  Connection original(database, Connection::Mode::kReadOnly);
  Connection made(copy, Connection::Mode::kReadOnly);
  Query table = original.query(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'meta'");
  while (table.step()) {
    const std::int64_t expected = rows_of(original, table.text(0));
    const std::int64_t found = rows_of(made, table.text(0));
    if (found == expected) continue;
    return Error{Errc::kInternal, kOperation,
                 fmt::format("the copy has {} rows of {}, and the queue {}", found, table.text(0), expected)};
  }
  return {};
}

/// What stands behind "queue.db" in the name of a safety copy; nothing in any other file's.
std::optional<SafetyCopy> read_name(const fs::path& file, std::string_view ending) {
  constexpr std::size_t kDigits = 4;
  constexpr std::string_view kForm = "00000000T000000Z";
  if (!ending.starts_with(kMark)) return std::nullopt;
  ending.remove_prefix(kMark.size());
  if (ending.size() != kDigits + 1 + kForm.size() || ending[kDigits] != '-') return std::nullopt;
  SafetyCopy copy{file, 0, std::string(ending.substr(kDigits + 1))};
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const bool formed = std::ranges::equal(
      copy.made, kForm, [&](char c, char form) { return form == '0' ? is_digit(c) : c == form; });
  if (!formed || !std::ranges::all_of(ending.substr(0, kDigits), is_digit)) return std::nullopt;
  std::from_chars(ending.data(), ending.data() + kDigits, copy.step);
  return copy;
}

}  // namespace

Result<SafetyCopy> make_safety_copy(const fs::path& database, int step, std::uintmax_t free_bytes, Time now) {
  const std::uintmax_t needed = size_of(database) + size_of(database.string() + "-wal") + kMargin;
  if (free_bytes < needed) {
    return Error{Errc::kNoSpace, kOperation,
                 fmt::format("{} MiB are free in {}, and {} MiB are needed", free_bytes >> 20,
                             database.parent_path().string(), (needed >> 20) + 1)};
  }
  auto waiting = WaitingCopy::make(database);
  if (!waiting) return waiting.error();
  if (auto copied = copy_queue(database, waiting->path(), now); !copied) return copied.error();
  try {
    if (auto same = compare(database, waiting->path()); !same) return same.error();
  } catch (const SqliteError& error) {
    return Error{Errc::kInternal, kOperation, error.what()};
  }
  const std::string made =
      fmt::format("{:%Y%m%dT%H%M%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(now)));
  SafetyCopy copy{fmt::format("{}{}{:04}-{}", database.string(), kMark, step, made), step, made};
  if (auto moved = waiting->move_to(copy.file); !moved) return moved.error();
  return copy;
}

std::vector<SafetyCopy> safety_copies(const fs::path& database) {
  std::vector<SafetyCopy> copies;
  const std::string queue = database.filename().string();
  std::error_code failed;
  for (fs::directory_iterator entry(database.parent_path(), failed), end; !failed && entry != end;
       entry.increment(failed)) {
    const std::string name = entry->path().filename().string();
    if (!name.starts_with(queue)) continue;
    if (auto copy = read_name(entry->path(), std::string_view(name).substr(queue.size())))
      copies.push_back(std::move(*copy));
  }
  std::ranges::sort(copies, std::ranges::greater(), &SafetyCopy::made);
  return copies;
}

void forget_safety_copies(const fs::path& database, std::size_t keep) {
  const auto copies = safety_copies(database);
  for (std::size_t i = keep; i < copies.size(); ++i) {
    if (::unlink(copies[i].file.c_str()) != 0)
      spdlog::warn("the old copy of the queue {} could not be removed", copies[i].file.string());
  }
}

}  // namespace reeld::store::sqlite
