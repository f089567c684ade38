#include "daemon/store/open.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/store/sqlite/connection.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/files.hpp"

namespace reeld::store {
namespace {

class StoreOpenTest : public testing::Test {
 protected:
  OpenOptions options() { return {dir_.path() / "queue.db"}; }
  test::TempDir dir_;
  test::FakeClock clock_;
};

TEST_F(StoreOpenTest, SetsAndReadsBackWhatDurabilityRestsOn) {
  sqlite::Connection connection(options().database, sqlite::Connection::Mode::kReadWrite);
  const auto value = [&](const char* pragma) {
    sqlite::Query row = connection.query(pragma);
    row.step();
    return row.text(0);
  };
  EXPECT_EQ(value("PRAGMA journal_mode"), "wal");
  EXPECT_EQ(value("PRAGMA synchronous"), "2");
  EXPECT_EQ(value("PRAGMA foreign_keys"), "1");
  EXPECT_EQ(value("PRAGMA wal_autocheckpoint"), "0");
}

TEST_F(StoreOpenTest, TheDatabaseIsClosedToOthers) {
  auto store = open_store(options(), clock_);
  ASSERT_TRUE(store);
  struct stat info{};
  ASSERT_EQ(::stat(options().database.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  (*store)->close();
}

TEST_F(StoreOpenTest, RefusesNetworkFilesystemsUnlessTold) {
  OpenOptions on_nfs = options();
  on_nfs.filesystem_type = [](const std::filesystem::path&) -> Result<long> { return 0x6969; };
  const auto refused = open_store(on_nfs, clock_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kBadInput);
  EXPECT_NE(refused.error().detail.find("NFS"), std::string::npos);
  for (const long type : {0x517BL, 0xFF534D42L, 0xFE534D42L, 0x01021997L}) {
    on_nfs.filesystem_type = [type](const std::filesystem::path&) -> Result<long> { return type; };
    EXPECT_FALSE(open_store(on_nfs, clock_));
  }
  on_nfs.allow_network_filesystem = true;
  auto allowed = open_store(on_nfs, clock_);
  ASSERT_TRUE(allowed);
  (*allowed)->close();
}

TEST_F(StoreOpenTest, MigratesOnceAndSaysWhatIsApplied) {
  EXPECT_FALSE(migration_status(options().database).value().front().applied);
  EXPECT_GT(migrate_up(options(), clock_).value().steps, 0);
  EXPECT_EQ(migrate_up(options(), clock_).value().steps, 0);
  EXPECT_TRUE(migration_status(options().database).value().front().applied);
}

TEST_F(StoreOpenTest, RefusesADatabaseOfANewerVersion) {
  ASSERT_TRUE(migrate_up(options(), clock_));
  {
    sqlite::Connection connection(options().database, sqlite::Connection::Mode::kReadWrite);
    connection.execute("INSERT INTO schema_migrations VALUES (9999, '9999_from_the_future.sql', 'x', 0)");
  }
  const auto refused = open_store(options(), clock_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kBadInput);
  EXPECT_NE(refused.error().detail.find("newer reeld"), std::string::npos);
}

TEST_F(StoreOpenTest, RefusesAMigrationThatWasEdited) {
  ASSERT_TRUE(migrate_up(options(), clock_));
  {
    sqlite::Connection connection(options().database, sqlite::Connection::Mode::kReadWrite);
    connection.execute("UPDATE schema_migrations SET sha256 = 'edited'");
  }
  EXPECT_FALSE(open_store(options(), clock_));
}

TEST_F(StoreOpenTest, TheLockNamesItsHolder) {
  auto first = QueueLock::take(options().database);
  ASSERT_TRUE(first);
  const auto second = QueueLock::take(options().database);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::kConflict);
  EXPECT_NE(second.error().detail.find(std::to_string(::getpid())), std::string::npos);
}

TEST_F(StoreOpenTest, ReadsDatabaseUrls) {
  EXPECT_EQ(database_file("sqlite:///var/lib/reeld/queue.db").value(), "/var/lib/reeld/queue.db");
  EXPECT_FALSE(database_file("postgres://db/reeld"));
  EXPECT_FALSE(database_file("sqlite://queue.db"));
}

TEST_F(StoreOpenTest, AReaderFindsJobsByBeginningAndEnd) {
  EXPECT_EQ(open_reader(options().database).error().code, Errc::kNotFound);
  ASSERT_TRUE(migrate_up(options(), clock_));
  auto reader = open_reader(options().database);
  ASSERT_TRUE(reader);
  EXPECT_TRUE((*reader)->match("abcd").value().empty());
  EXPECT_EQ((*reader)->stats().value().counts.size(), kAllJobStates.size());
}

}  // namespace
}  // namespace reeld::store
