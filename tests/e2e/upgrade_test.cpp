// An older reeld's queue is taken over, and goes back, with the real binary.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <memory>
#include <stdexcept>

#include "tests/e2e/daemon.hpp"

namespace reeld::test {
namespace {

namespace fs = std::filesystem;

class Database {
 public:
  explicit Database(const fs::path& file) {
    sqlite3* handle = nullptr;
    const int failed = sqlite3_open(file.c_str(), &handle);
    handle_.reset(handle);
    if (failed != SQLITE_OK) throw std::runtime_error("cannot open " + file.string());
  }

  /// Runs statements; the first column of their last row.
  std::string run(const std::string& sql) {
    std::string last;
    const auto keep = [](void* to, int columns, char** values, char**) {
      if (columns > 0 && values[0] != nullptr) *static_cast<std::string*>(to) = values[0];
      return 0;
    };
    if (sqlite3_exec(handle_.get(), sql.c_str(), keep, &last, nullptr) != SQLITE_OK)
      throw std::runtime_error(sqlite3_errmsg(handle_.get()));
    return last;
  }

  /// The columns of a table, with commas.
  std::string columns(const std::string& table) {
    return run("SELECT group_concat(name) FROM pragma_table_info('" + table + "')");
  }

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close(handle); }
  };
  std::unique_ptr<sqlite3, Close> handle_;
};

/// A queue of the first two steps of the schema at `old`, with the batches and jobs of the one at `queue`.
void make_old_queue(const fs::path& queue, const fs::path& old) {
  Database db(old);
  db.run(
      "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL;"
      "CREATE TABLE schema_migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL,"
      " applied_at INTEGER NOT NULL) STRICT");
  int version = 0;
  for (const std::string name : {"0001_create_queue.sql", "0002_add_control.sql"}) {
    const std::string sql = read_file(fs::path(REELD_MIGRATIONS) / name);
    db.run(sql);
    db.run("INSERT INTO schema_migrations VALUES (" + std::to_string(++version) + ", '" + name + "', '" +
           sha256_of(sql) + "', 0)");
  }
  db.run("ATTACH '" + queue.string() + "' AS newer");
  for (const std::string table : {"batch", "job"}) {
    const std::string columns = db.columns(table);
    db.run("INSERT INTO " + table + " (" + columns + ") SELECT " + columns + " FROM newer." + table);
  }
}

class UpgradeTest : public testing::Test {
 protected:
  /// Puts a queue in the place of the daemon's, as docs/operations.md says it.
  void put_in_place(const fs::path& queue) const {
    for (const char* ending : {"", "-wal", "-shm"}) fs::remove(database().string() + ending);
    fs::copy_file(queue, database());
    fs::permissions(database(), fs::perms(0600));
  }
  fs::path safety_copy() const {
    for (const fs::path& file : files_below(daemon_.data())) {
      if (file.filename().string().starts_with("queue.db.before-0003-")) return file;
    }
    return {};
  }
  int steps_missing() const {
    const std::string status = daemon_.reeld({"migrate", "status"}).output;
    int missing = 0;
    for (std::size_t at = 0; (at = status.find("missing", at)) != std::string::npos; ++at) ++missing;
    return missing;
  }
  fs::path database() const { return daemon_.data() / "queue.db"; }

  TempDir dir_;
  Daemon daemon_;
};

TEST_F(UpgradeTest, AnOlderQueueIsTakenOverAndWhoGoesBackPaysNothingTwice) {
  daemon_.set("reconcile.settle_time", "500ms");
  daemon_.start();
  ASSERT_EQ(daemon_.reeld({"pause"}).exit_code, 0);
  daemon_.drop("rain.json", guide_job("Rain").dump());
  ASSERT_TRUE(eventually([&] { return daemon_.jobs().size() == 1; }));
  ASSERT_EQ(daemon_.stop(), 0);
  const fs::path old = dir_.path() / "old.db";
  make_old_queue(database(), old);

  put_in_place(old);
  EXPECT_GT(steps_missing(), 0);
  daemon_.start();
  ASSERT_TRUE(daemon_.settled(1)) << read_file(daemon_.log_file());
  EXPECT_EQ(daemon_.count(JobState::kSucceeded), 1) << "the older reeld's job is rendered";
  ASSERT_EQ(daemon_.stop(), 0);
  const fs::path copy = safety_copy();
  ASSERT_FALSE(copy.empty());
  EXPECT_NE(read_file(daemon_.log_file()).find(copy.string() + " is the queue from before"),
            std::string::npos);

  // Back, and forward again: the copy does not know what was sent since.
  put_in_place(copy);
  EXPECT_GT(steps_missing(), 0) << "it is the older reeld's";
  const Finished upgraded = daemon_.reeld({"migrate", "up"});
  EXPECT_EQ(upgraded.exit_code, 0) << upgraded.output;
  EXPECT_NE(upgraded.output.find("is the queue from before"), std::string::npos) << upgraded.output;
  EXPECT_EQ(steps_missing(), 0);
  daemon_.start();
  EXPECT_TRUE(eventually([&] { return daemon_.count(JobState::kHeld) == 1; }))
      << read_file(daemon_.log_file());
  EXPECT_EQ(daemon_.cloud().ledger().size(), 1U) << "what was paid for is not sent again";
}

TEST_F(UpgradeTest, ANewerQueueIsRefusedWithSeventyEightAndStaysAsItIs) {
  daemon_.start();
  ASSERT_EQ(daemon_.stop(), 0);
  Database(database()).run("INSERT INTO schema_migrations VALUES (9999, '9999_from_the_future.sql', 'x', 0)");
  const std::string before = read_file(database());
  for (const std::vector<std::string>& verb :
       {std::vector<std::string>{"serve"}, std::vector<std::string>{"migrate", "up"}}) {
    const Finished refused = daemon_.reeld(verb);
    EXPECT_EQ(refused.exit_code, 78) << verb.front();
    EXPECT_NE(refused.output.find("belongs to a newer reeld"), std::string::npos) << refused.output;
  }
  EXPECT_TRUE(read_file(database()) == before);
}

}  // namespace
}  // namespace reeld::test
