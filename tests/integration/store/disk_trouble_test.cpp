#include <sys/resource.h>

#include <csignal>
#include <future>
#include <map>
#include <semaphore>
#include <thread>

#include "daemon/store/sqlite/checkpointer.hpp"
#include "daemon/store/sqlite/connection.hpp"
#include "tests/integration/store/store_fixture.hpp"

namespace reeld::store {
namespace {

using namespace std::chrono_literals;
using sqlite::Connection;

/// Lets no file of this process grow beyond a size, as a quota or a full disk would; until destroyed.
class FullDisk {
 public:
  explicit FullDisk(rlim_t most) {
    std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{most, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &before_); }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
};

class StoreDiskTest : public StoreTest {
 protected:
  std::filesystem::path log() const { return database().string() + "-wal"; }
  boost::asio::awaitable<Result<void>> write_later() {
    return store_->announce(EventKind::kNote, "a line", Json::object());
  }
  Result<void> write() { return wait(write_later()); }
};

TEST_F(StoreDiskTest, SaysThatNothingCanBeWrittenAndRecoversByItself) {
  ASSERT_TRUE(write());
  EXPECT_EQ(store_->trouble(), "");
  {
    const FullDisk disk(std::filesystem::file_size(log()));
    const auto refused = write();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::kUnavailable);
    EXPECT_NE(store_->trouble().find("cannot be written"), std::string::npos) << store_->trouble();
    EXPECT_TRUE(wait(store_->counts())) << "reading goes on";
    EXPECT_FALSE(store_->trouble().empty()) << "what writes nothing proves nothing";
  }
  EXPECT_TRUE(test::eventually([this] { return store_->trouble().empty(); }));
  EXPECT_TRUE(write());
}

TEST_F(StoreDiskTest, WhatFailsWithItsTransactionIsUnavailableAlsoWhereItsAnswerWasNo) {
  accept({new_job(1)});
  const ClaimedJob job = claim(1).at(0);
  // The store's thread is kept in a commit, so that the next three share a transaction.
  std::promise<void> go;
  std::counting_semaphore<> in_commit(0);
  store_->on_commit([&in_commit, waits = go.get_future().share()] {
    in_commit.release();
    waits.wait();
  });
  io_.restart();
  boost::asio::co_spawn(io_, write_later(), [](const std::exception_ptr&, const Result<void>&) {});
  while (io_.poll_one() > 0) {
  }
  in_commit.acquire();
  std::map<std::string, Errc> codes;
  const auto keep_as = [&codes](std::string name) {
    return [&codes, name = std::move(name)](std::exception_ptr, const auto& result) {
      codes.emplace(name, result ? Errc::kInternal : result.error().code);
    };
  };
  std::vector<JobId> jobs{job.lease.job};
  Move failed(JobState::kSubmitting, JobState::kFailed, "refused");
  boost::asio::co_spawn(io_, store_->act(Action::kCancel, std::move(jobs), "ann"), keep_as("cancel"));
  boost::asio::co_spawn(io_, store_->move(job.lease, std::move(failed)), keep_as("move"));
  boost::asio::co_spawn(io_, store_->note(job.lease.job, "a remark", Json::object()), keep_as("note"));
  while (io_.poll_one() > 0) {
  }
  {
    const FullDisk disk(std::filesystem::file_size(log()));
    go.set_value();
    io_.run();
  }
  const std::map<std::string, Errc> all{
      {"cancel", Errc::kUnavailable}, {"move", Errc::kUnavailable}, {"note", Errc::kUnavailable}};
  EXPECT_EQ(codes, all);
  EXPECT_EQ(count(JobState::kSubmitting), 1) << "the cancel was undone";
  store_->on_commit(nullptr);
}

TEST_F(StoreDiskTest, AMovedDatabaseIsNotWrittenBehindEverybodysBack) {
  ASSERT_TRUE(write());
  const auto elsewhere = dir_.path() / "elsewhere.db";
  std::filesystem::rename(database(), elsewhere);
  EXPECT_FALSE(write());
  EXPECT_NE(store_->trouble().find("moved or deleted"), std::string::npos) << store_->trouble();
  std::filesystem::rename(elsewhere, database());
  EXPECT_TRUE(test::eventually([this] { return store_->trouble().empty(); }));
  EXPECT_TRUE(write());
}

TEST_F(StoreDiskTest, ADeletedLogIsNoticed) {
  ASSERT_TRUE(write());
  std::filesystem::remove(log());
  EXPECT_FALSE(write());
  EXPECT_NE(store_->trouble().find("-wal was moved or deleted"), std::string::npos) << store_->trouble();
}

/// A database with a table to fill.
class CheckpointTest : public testing::Test {
 protected:
  CheckpointTest() { db_.execute("CREATE TABLE filler (bytes TEXT)"); }

  void fill(int commits) {
    for (int i = 0; i < commits; ++i) {
      db_.execute("INSERT INTO filler VALUES (hex(zeroblob(20000)))");
      checkpointer_.checkpoint_if_due();
    }
  }
  std::uintmax_t log_size() const { return std::filesystem::file_size(file_.string() + "-wal"); }

  test::TempDir dir_;
  std::filesystem::path file_ = dir_.path() / "queue.db";
  Connection db_{file_, Connection::Mode::kReadWrite};
  sqlite::Checkpointer checkpointer_{db_, {.passive = 20, .truncate = 200, .truncate_every = 0ms}};
};

TEST_F(CheckpointTest, TheLogStaysShortWithoutReaders) {
  fill(300);
  EXPECT_LT(log_size(), 2U << 20);
  EXPECT_LT(checkpointer_.bytes(), 2U << 20);
}

TEST_F(CheckpointTest, TheLogShrinksOnceALongReaderLetsGo) {
  fill(3);
  {
    Connection reader(file_, Connection::Mode::kReadOnly);
    reader.execute("BEGIN");
    sqlite::Query row = reader.query("SELECT COUNT(*) FROM filler");
    ASSERT_TRUE(row.step());
    fill(30);
    EXPECT_GT(log_size(), 1U << 20) << "the reader's snapshot is kept for it";
    EXPECT_EQ(row.integer(0), 3);
  }
  fill(1);
  EXPECT_EQ(log_size(), 0U);
}

}  // namespace
}  // namespace reeld::store
