#include "daemon/store/sqlite/upgrade.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "daemon/store/sqlite/migrate.hpp"
#include "daemon/store/sqlite/safety_copy.hpp"

namespace reeld::store::sqlite {
namespace {

/// Enough to go back over the last upgrade and the one before.
constexpr std::size_t kCopiesKept = 2;

/// How to go back to this program with a copy that it can read; "" where none lies beside the queue.
std::string way_back(const std::filesystem::path& database) {
  const int next = static_cast<int>(embedded_migrations().size()) + 1;
  const auto copies = safety_copies(database);
  const auto usable =
      std::ranges::find_if(copies, [next](const SafetyCopy& copy) { return copy.step <= next; });
  if (usable == copies.end()) return "";
  return fmt::format(
      ". {} is the queue from before that upgrade: to go on with this version, stop the daemon, put that "
      "file in the place of {} and remove {}-wal and {}-shm",
      usable->file.string(), database.string(), database.filename().string(), database.filename().string());
}

std::string copying_words(const std::filesystem::path& database) {
  std::error_code failed;
  const std::uintmax_t size = std::filesystem::file_size(database, failed);
  return fmt::format("copying the queue before its upgrade, {} MiB", failed ? 0 : size >> 20);
}

Result<std::filesystem::path> copy_before(int step, const OpenOptions& options, Time now) {
  if (options.on_slow_step) options.on_slow_step(copying_words(options.database));
  auto free = options.free_bytes(options.database.parent_path());
  if (!free) return free.error();
  auto copy = make_safety_copy(options.database, step, *free, now);
  if (copy) return copy->file;
  // A queue that is damaged is no bug of this program's.
  const Errc code = copy.error().code == Errc::kInternal ? Errc::kUnavailable : copy.error().code;
  return Error{code, copy.error().operation,
               fmt::format("the queue {} is copied before its schema is changed, and that failed, so that "
                           "nothing was changed: {}",
                           options.database.string(), copy.error().detail)};
}

/// Who died while the database was made has left a journal. Only a connection that may write takes back what
/// had begun; one that may only read is refused.
void take_back_unfinished(const std::filesystem::path& database) {
  if (!has_journal(database)) return;
  Connection db(database, Connection::Mode::kAsItIs);
  Query look = db.query("SELECT COUNT(*) FROM sqlite_master");
  look.step();
}

/// The number of the first step that the queue lacks; 0 where it has all or none, and there is nothing to go
/// back to.
Result<int> first_missing(const std::filesystem::path& database) {
  try {
    take_back_unfinished(database);
    Connection db(database, Connection::Mode::kReadOnly);
    if (auto known = check_schema(db, database); !known) return known.error();
    const auto steps = status(db, embedded_migrations());
    const auto missing = std::ranges::find(steps, false, &MigrationStatus::applied);
    return missing == steps.begin() || missing == steps.end() ? 0 : missing->version;
  } catch (const std::exception& error) {
    return Error{Errc::kUnavailable, "store.upgrade", fmt::format("{}: {}", database.string(), error.what())};
  }
}

}  // namespace

bool has_journal(const std::filesystem::path& database) {
  std::error_code failed;
  return std::filesystem::exists(database.string() + "-journal", failed);
}

Result<void> check_schema(Connection& db, const std::filesystem::path& database) {
  auto known = check(db, embedded_migrations());
  if (known) return known;
  return Error{known.error().code, known.error().operation, known.error().detail + way_back(database)};
}

Result<CopyBefore> CopyBefore::make(const OpenOptions& options, Time now) {
  std::error_code failed;
  if (!std::filesystem::exists(options.database, failed)) return CopyBefore();
  auto step = first_missing(options.database);
  if (!step) return step.error();
  if (*step == 0) return CopyBefore();
  auto copy = copy_before(*step, options, now);
  if (!copy) return copy.error();
  return CopyBefore(options.database, std::move(*copy));
}

std::filesystem::path CopyBefore::keep() {
  if (is_made()) forget_safety_copies(database_, kCopiesKept);
  return std::exchange(file_, {});
}

CopyBefore::~CopyBefore() {
  if (!file_.empty()) ::unlink(file_.c_str());
}

}  // namespace reeld::store::sqlite
