// A queue of an older reeld meets this one, and goes back.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "daemon/store/inspect.hpp"
#include "daemon/store/open.hpp"
#include "daemon/store/sqlite/migrate.hpp"
#include "daemon/store/sqlite/restored.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/files.hpp"

namespace reeld::store {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using sqlite::Connection;

constexpr int kOldSteps = 2;

class StoreUpgradeTest : public testing::Test {
 protected:
  StoreUpgradeTest() { make_old_queue(); }

  /// A queue as an older reeld left it, with one job that waits.
  void make_old_queue() {
    Connection db(database(), Connection::Mode::kReadWrite);
    const auto& all = sqlite::embedded_migrations();
    if (!sqlite::migrate(db, {all.begin(), all.begin() + kOldSteps}, clock_.now()))
      throw std::runtime_error("no old queue");
    db.execute(
        "INSERT INTO batch (id, name, file_name, submitter, sha256, accepted_at)"
        " VALUES ('b', 'b', 'b.json', '', '', 0)");
    db.execute(
        "INSERT INTO job (id, short_id, batch_id, position, name, tags, model, width, height, duration,"
        " quantity, spec, start_frame, output_path, accepted_at, priority, rank, state, state_since)"
        " VALUES ('j', 'j', 'b', 1, 'j', '[]', 'm', 1, 1, 8, 1, '{}', '', 'j', 0, 0, 1, 'queued', 0)");
  }

  Result<Upgraded> upgrade() { return migrate_up(options_, clock_); }

  /// As docs/operations.md says it.
  void restore(const fs::path& copy) const {
    fs::copy_file(copy, database(), fs::copy_options::overwrite_existing);
    fs::remove(database().string() + "-wal");
    fs::remove(database().string() + "-shm");
  }

  static int steps_of(const fs::path& queue) {
    int applied = 0;
    for (const MigrationStatus& step : migration_status(queue).value()) applied += step.applied ? 1 : 0;
    return applied;
  }

  std::vector<std::string> copies() const {
    std::vector<std::string> names;
    for (const fs::path& file : test::files_below(dir_.path())) {
      if (file.filename().string().find("before") != std::string::npos) names.push_back(file.filename());
    }
    return names;
  }

  fs::path database() const { return dir_.path() / "queue.db"; }
  static int current() { return static_cast<int>(sqlite::embedded_migrations().size()); }

  test::TempDir dir_;
  test::FakeClock clock_;
  OpenOptions options_{database()};
};

TEST_F(StoreUpgradeTest, LeavesTheQueueFromBeforeBesideIt) {
  const auto upgraded = upgrade();
  ASSERT_TRUE(upgraded) << upgraded.error().detail;
  EXPECT_EQ(upgraded->steps, current() - kOldSteps);
  EXPECT_EQ(steps_of(database()), current());
  EXPECT_TRUE(upgraded->copy.filename().string().starts_with("queue.db.before-0003-")) << upgraded->copy;
  struct stat info{};
  ASSERT_EQ(::stat(upgraded->copy.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  EXPECT_EQ(steps_of(upgraded->copy), kOldSteps) << "the older reeld opens it";
  EXPECT_TRUE(check_schema(upgraded->copy));
  Connection copy(upgraded->copy, Connection::Mode::kReadOnly);
  sqlite::Query sound = copy.query("PRAGMA integrity_check");
  ASSERT_TRUE(sound.step());
  EXPECT_EQ(sound.text(0), "ok");
  sqlite::Query job = copy.query("SELECT state FROM job WHERE id = 'j'");
  ASSERT_TRUE(job.step());
  EXPECT_EQ(job.text(0), "queued");
  EXPECT_EQ(copies().size(), 1U) << "nothing else is left behind";
}

TEST_F(StoreUpgradeTest, AQueueThatWentBackIsKnownAsRestoredAndUpgradedAgain) {
  const auto first = upgrade();
  ASSERT_TRUE(first);
  const Time before_upgrade = clock_.now();
  restore(first->copy);
  clock_.step_to(clock_.now() + 24h);
  const auto second = upgrade();
  ASSERT_TRUE(second) << second.error().detail;
  EXPECT_EQ(second->steps, first->steps);
  EXPECT_NE(second->copy, first->copy);
  for (const fs::path& queue : {database(), second->copy}) {
    Connection db(queue, Connection::Mode::kReadWrite);
    const auto restored = sqlite::restored_from(db);
    ASSERT_TRUE(restored && *restored) << queue;
    EXPECT_EQ((*restored)->backed_up_at, before_upgrade)
        << "what was sent since the first copy is looked for: " << queue;
  }
}

TEST_F(StoreUpgradeTest, ANewQueueAndACurrentOneAreNotCopied) {
  EXPECT_TRUE(migrate_up({dir_.path() / "new.db"}, clock_).value().copy.empty());
  ASSERT_TRUE(upgrade());
  EXPECT_TRUE(upgrade().value().copy.empty());
  EXPECT_EQ(copies().size(), 1U);
}

TEST_F(StoreUpgradeTest, WithoutRoomForTheCopyNothingIsChanged) {
  const std::string before = test::sha256_of(test::read_file(database()));
  options_.free_bytes = [](const fs::path&) -> Result<std::uintmax_t> { return 5U << 20; };
  const auto refused = open_store(options_, clock_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kNoSpace);
  EXPECT_NE(refused.error().detail.find("nothing was changed: 5 MiB are free"), std::string::npos)
      << refused.error().detail;
  EXPECT_EQ(test::sha256_of(test::read_file(database())), before);
  EXPECT_TRUE(copies().empty());
}

TEST_F(StoreUpgradeTest, ADamagedQueueIsNotUpgraded) {
  {
    Connection db(database(), Connection::Mode::kAsItIs);
    db.execute("DELETE FROM batch");
  }
  const auto refused = upgrade();
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().detail.find("nothing was changed"), std::string::npos) << refused.error().detail;
  EXPECT_EQ(steps_of(database()), kOldSteps);
  EXPECT_TRUE(copies().empty());
}

TEST_F(StoreUpgradeTest, AStepThatFailsLeavesNoCopyOfWhatDidNotChange) {
  {
    Connection db(database(), Connection::Mode::kAsItIs);
    db.execute("CREATE TABLE ledger (in_the_way TEXT)");
  }
  const std::vector<std::string> older{"queue.db.before-0001-20200101T000000Z",
                                       "queue.db.before-0002-20210101T000000Z"};
  for (const std::string& name : older) std::ofstream(dir_.path() / name) << "old";
  const auto failed = upgrade();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, Errc::kBadInput) << "the same queue fails again";
  EXPECT_NE(failed.error().detail.find("table ledger already exists (00"), std::string::npos)
      << failed.error().detail;
  EXPECT_EQ(failed.error().detail.find("CREATE TABLE"), std::string::npos) << failed.error().detail;
  EXPECT_EQ(steps_of(database()), kOldSteps);
  auto left = copies();
  std::ranges::sort(left);
  EXPECT_EQ(left, older) << "they are the way back that there is";
}

TEST_F(StoreUpgradeTest, TellsWhatTakesLongBeforeItBegins) {
  std::vector<std::string> told;
  options_.on_slow_step = [&](const std::string& words) {
    EXPECT_EQ(steps_of(database()), kOldSteps);
    told.push_back(words);
  };
  ASSERT_TRUE(upgrade());
  EXPECT_EQ(told, (std::vector<std::string>{"copying the queue before its upgrade, 0 MiB",
                                            "upgrading the queue's schema"}));
  ASSERT_TRUE(upgrade());
  EXPECT_EQ(told.size(), 2U) << "nothing was missing";
}

TEST_F(StoreUpgradeTest, KeepsTheNewestTwoCopiesAndWhateverIsNotIts) {
  const std::vector<std::string> others{"queue.db.before-0003-mine", "queue.db.before-the-holidays",
                                        "queue.db.before-0003-20190101T000000Z.bak"};
  for (const std::string& name : others) std::ofstream(dir_.path() / name) << "mine";
  for (const std::string old : {"20200101T000000Z", "20210101T000000Z"})
    std::ofstream(dir_.path() / ("queue.db.before-0002-" + old)) << "old";
  const auto upgraded = upgrade();
  ASSERT_TRUE(upgraded);
  const auto left = copies();
  EXPECT_EQ(left.size(), others.size() + 2);
  for (const std::string& name : others) EXPECT_TRUE(fs::exists(dir_.path() / name)) << name;
  EXPECT_FALSE(fs::exists(dir_.path() / "queue.db.before-0002-20200101T000000Z"));
  EXPECT_TRUE(fs::exists(upgraded->copy));
}

TEST_F(StoreUpgradeTest, ANewerQueueIsRefusedAndTheWayBackIsNamed) {
  ASSERT_TRUE(upgrade());
  const fs::path usable = database().string() + fmt::format(".before-{:04}-20300101T000000Z", current() + 1);
  const fs::path too_new = database().string() + fmt::format(".before-{:04}-20310101T000000Z", current() + 2);
  for (const fs::path& copy : {usable, too_new}) std::ofstream(copy) << "copy";
  {
    Connection db(database(), Connection::Mode::kReadWrite);
    db.execute("INSERT INTO schema_migrations VALUES (9999, '9999_from_the_future.sql', 'x', 0)");
  }
  const auto refused = open_store(options_, clock_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kBadInput);
  EXPECT_NE(refused.error().detail.find("newer reeld"), std::string::npos);
  EXPECT_NE(refused.error().detail.find(usable.string()), std::string::npos) << refused.error().detail;
  EXPECT_EQ(check_schema(database()).error().detail, refused.error().detail) << "doctor says the same";
}

TEST_F(StoreUpgradeTest, AQueueWhoseMakerDiedIsBegunAnew) {
  const fs::path made = dir_.path() / "made.db";
  const fs::path queue = dir_.path() / "new" / "queue.db";
  fs::create_directory(queue.parent_path());
  {
    // A change so large that half of it is in the file before it is done: its journal is needed to undo it.
    Connection db(made, Connection::Mode::kReadWrite);
    db.execute("PRAGMA journal_mode = DELETE; CREATE TABLE before (a)");
    db.execute("PRAGMA cache_size = 1; BEGIN; CREATE TABLE half (a)");
    for (int i = 0; i < 50; ++i) db.execute("INSERT INTO half VALUES (randomblob(10000))");
    fs::copy_file(made, queue);
    fs::copy_file(made.string() + "-journal", queue.string() + "-journal");
    db.execute("ROLLBACK");
  }
  ASSERT_THROW(
      {
        Connection db(queue, Connection::Mode::kReadOnly);
        db.execute("SELECT * FROM before");
      },
      sqlite::SqliteError);
  EXPECT_TRUE(check_schema(queue));
  options_.database = queue;
  const auto upgraded = upgrade();
  ASSERT_TRUE(upgraded) << upgraded.error().detail;
  EXPECT_TRUE(upgraded->copy.empty()) << "there was no queue yet";
  Connection db(queue, Connection::Mode::kReadOnly);
  EXPECT_THROW(db.execute("SELECT * FROM half"), sqlite::SqliteError);
}

}  // namespace
}  // namespace reeld::store
