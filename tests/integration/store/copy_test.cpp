#include <fstream>

#include "daemon/store/inspect.hpp"
#include "daemon/store/sqlite/connection.hpp"
#include "tests/integration/store/store_fixture.hpp"

namespace reeld::store {
namespace {

using sqlite::Connection;

class StoreCopyTest : public StoreTest {
 protected:
  std::filesystem::path copy() const { return dir_.path() / "copy.db"; }

  Result<CopyReport> make_copy() {
    std::ofstream empty(copy());
    empty.close();
    return copy_queue(database(), copy(), clock_.now());
  }

  /// What a database's meta table says.
  static std::string meta(const std::filesystem::path& file, const char* key) {
    Connection db(file, Connection::Mode::kReadOnly);
    sqlite::Query row = db.query("SELECT value FROM meta WHERE key = ?1", key);
    return row.step() ? row.text(0) : "";
  }
};

TEST_F(StoreCopyTest, CopiesALiveQueueAndMarksTheCopyAlone) {
  accept({new_job(1), new_job(2)});
  const auto report = make_copy();
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_EQ(report->jobs, 2);
  EXPECT_EQ(report->queue_id, store_->queue_id());
  EXPECT_EQ(meta(copy(), "backup_of"), store_->queue_id());
  EXPECT_EQ(meta(copy(), "backed_up_at"), std::to_string(clock_.now().time_since_epoch().count()));
  EXPECT_EQ(meta(database(), "backup_of"), "");
  accept({new_job(1, "later")}, "later.jsonl");
  EXPECT_EQ(count(JobState::kQueued), 3) << "the original goes on";
}

TEST_F(StoreCopyTest, LeavesTheLogOfTheOriginalAsItIs) {
  accept({new_job(1)});
  const auto log = database().string() + "-wal";
  const std::string before = test::read_file(log);
  ASSERT_FALSE(before.empty());
  ASSERT_TRUE(make_copy());
  EXPECT_EQ(test::read_file(log), before);
}

TEST_F(StoreCopyTest, ACopyIsAQueueThatOpens) {
  accept({new_job(1)});
  ASSERT_TRUE(make_copy());
  auto restored = open_store({copy()}, clock_);
  ASSERT_TRUE(restored) << restored.error().detail;
  EXPECT_EQ(wait((*restored)->counts()).value()[JobState::kQueued], 1);
  (*restored)->close();
}

TEST_F(StoreCopyTest, TheSchemaOfANewerReeldIsNotReadAsOurs) {
  EXPECT_TRUE(check_schema(database()));
  Connection db(database(), Connection::Mode::kAsItIs);
  db.execute("INSERT INTO schema_migrations VALUES (9999, '9999_tomorrow.sql', 'x', 0)");
  EXPECT_EQ(check_schema(database()).error().code, Errc::kBadInput);
}

TEST_F(StoreCopyTest, InspectingSaysWhatWaitsAndWhatIsDamaged) {
  accept({new_job(1)});
  auto found = inspect_queue(database(), true);
  ASSERT_TRUE(found) << found.error().detail;
  EXPECT_EQ(found->counts[JobState::kQueued], 1);
  EXPECT_TRUE(found->damage.empty());
  EXPECT_GT(found->log_bytes, 0U);
  EXPECT_EQ(inspect_queue(dir_.path() / "nowhere.db", true).error().code, Errc::kNotFound);
  store_->close();
  store_.reset();
  {
    // An index that lacks a row of its table.
    Connection db(database(), Connection::Mode::kAsItIs);
    db.execute("PRAGMA writable_schema = ON");
    db.execute(
        "UPDATE sqlite_schema SET sql = 'CREATE INDEX job_due ON job (due_at)' WHERE name = 'job_due'");
  }
  found = inspect_queue(database(), true);
  ASSERT_TRUE(found) << found.error().detail;
  EXPECT_FALSE(found->damage.empty());
  EXPECT_TRUE(inspect_queue(database(), false).value().damage.empty()) << "a quick look does not read it all";
}

}  // namespace
}  // namespace reeld::store
