// Disks that are full, read-only, or full just where the queue stands.
#include <gtest/gtest.h>

#include "tests/e2e/daemon.hpp"
#include "tests/hostile/mounts.hpp"

namespace reeld::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class StorageTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!SmallDisk::possible()) GTEST_SKIP() << "this user may not mount a small filesystem here";
  }

  static std::string lines(int first, int jobs) {
    std::string text;
    for (int i = first; i < first + jobs; ++i) text += guide_job("shot " + std::to_string(i)).dump() + "\n";
    return text;
  }

  static std::string waiting(const Daemon& daemon, const Json& job) {
    const Finished shown = daemon.reeld({"show", job.at("id"), "--json"});
    return Json::parse(shown.output).value("waiting", Json("")).dump();
  }

  static void expect_whole(Daemon& daemon) {
    for (const Json& job : daemon.jobs()) {
      const fs::path film = daemon.results() / (job.at("output").get<std::string>() + ".mp4");
      const std::string served = daemon.cloud().film_sha256(job.at("generation_id").get<std::string>(), 0);
      EXPECT_EQ(sha256_of(read_file(film)), served) << film;
    }
  }
};

TEST_F(StorageTest, AFullDiskOfResultsIsWaitedForAndNothingIsPaidTwice) {
  sim::Options cloud = Daemon::fast_cloud();
  cloud.video_bytes = 1U << 20;
  Daemon daemon(cloud);
  const SmallDisk disk(daemon.results(), 8);
  disk.fill_up_to(3 * 1024);
  daemon.start();
  daemon.drop("shots.jsonl", lines(0, 5));
  // Two find room; the others hear that there is none, and wait.
  ASSERT_TRUE(
      eventually([&] { return read_file(daemon.log_file()).find("No space left") != std::string::npos; }));
  ASSERT_TRUE(eventually([&] { return daemon.cloud().ledger().size() == 5; }));
  EXPECT_LT(daemon.count(JobState::kSucceeded), 3);
  EXPECT_EQ(daemon.count(JobState::kFailed), 0);
  disk.make_room();
  ASSERT_TRUE(daemon.settled(5)) << read_file(daemon.log_file()).substr(0, 20'000);
  EXPECT_EQ(daemon.count(JobState::kSucceeded), 5);
  EXPECT_EQ(daemon.cloud().ledger().size(), 5U);
  expect_whole(daemon);
}

TEST_F(StorageTest, AFullDiskOfResultsIsStartedWithAndMarkedWhenThereIsRoom) {
  Daemon daemon;
  const SmallDisk disk(daemon.results(), 8);
  disk.fill_up_to(0);
  daemon.start();
  EXPECT_NE(read_file(daemon.log_file()).find("put there at a later start"), std::string::npos);
  disk.make_room();
  EXPECT_EQ(daemon.stop(), 0);
  daemon.start();
  EXPECT_TRUE(fs::exists(daemon.results() / ".reeld-results"));
  daemon.drop("rain.json", guide_job("Rain").dump());
  EXPECT_TRUE(daemon.settled(1)) << read_file(daemon.log_file());
}

TEST_F(StorageTest, SubmitsStopBeforeDownloadsDo) {
  sim::Options cloud = Daemon::fast_cloud();
  cloud.render_time = 2s;
  Daemon daemon(cloud);
  daemon.set("results.min_free_mib", "4");
  const SmallDisk disk(daemon.results(), 16);
  daemon.start();
  daemon.drop("paid.json", guide_job("paid").dump());
  ASSERT_TRUE(eventually([&] { return daemon.count(JobState::kGenerating) == 1; }));
  EXPECT_EQ(daemon.stop(), 0);

  disk.fill_up_to(1024);
  daemon.start();
  ASSERT_TRUE(eventually([&] { return daemon.count(JobState::kDownloading) == 1; }));
  EXPECT_NE(waiting(daemon, daemon.jobs().front()).find("finished films wait"), std::string::npos)
      << waiting(daemon, daemon.jobs().front());
  EXPECT_EQ(daemon.stop(), 0);

  disk.fill_up_to(3 * 1024);
  daemon.start();
  ASSERT_TRUE(daemon.settled(1)) << read_file(daemon.log_file());
  EXPECT_EQ(daemon.count(JobState::kSucceeded), 1);
  daemon.drop("new.json", guide_job("new").dump());
  ASSERT_TRUE(eventually([&] { return daemon.count(JobState::kQueued) == 1; }));
  EXPECT_NE(waiting(daemon, daemon.jobs().front()).find("nothing new is sent"), std::string::npos)
      << waiting(daemon, daemon.jobs().front());
  EXPECT_EQ(daemon.stop(), 0);
  EXPECT_EQ(daemon.cloud().ledger().size(), 1U);

  disk.make_room();
  daemon.start();
  ASSERT_TRUE(daemon.settled(2)) << read_file(daemon.log_file());
  EXPECT_EQ(daemon.count(JobState::kSucceeded), 2);
  EXPECT_EQ(daemon.cloud().ledger().size(), 2U);
  expect_whole(daemon);
}

TEST_F(StorageTest, AReadOnlyDiskOfResultsIsToldAndWaitedFor) {
  Daemon daemon;
  SmallDisk disk(daemon.results(), 8);
  disk.set_read_only(true);
  const Finished refused = daemon.reeld({"serve"});
  EXPECT_EQ(refused.exit_code, 74);
  EXPECT_NE(refused.output.find("results.dir: "), std::string::npos) << refused.output;
  EXPECT_FALSE(fs::exists(daemon.data() / "queue.db")) << "nothing is begun that cannot go on";
  disk.set_read_only(false);
  daemon.start();
  disk.set_read_only(true);
  daemon.drop("shots.jsonl", lines(0, 3));
  ASSERT_TRUE(eventually([&] { return daemon.count(JobState::kDownloading) == 3; }))
      << read_file(daemon.log_file());
  const std::string id = daemon.jobs().front().at("id");
  EXPECT_TRUE(eventually([&] {
    return daemon.reeld({"show", id}).output.find("Read-only") != std::string::npos;
  })) << daemon.reeld({"show", id}).output;
  disk.set_read_only(false);
  ASSERT_TRUE(daemon.settled(3)) << read_file(daemon.log_file());
  EXPECT_EQ(daemon.count(JobState::kSucceeded), 3);
  EXPECT_EQ(daemon.cloud().ledger().size(), 3U);
  expect_whole(daemon);
}

TEST_F(StorageTest, NoFilmIsWrittenBelowAMountPointWhoseDiskIsGone) {
  sim::Options cloud = Daemon::fast_cloud();
  cloud.render_time = 1s;
  Daemon daemon(cloud);
  auto disk = std::make_unique<SmallDisk>(daemon.results(), 8);
  daemon.start();
  daemon.drop("rain.json", guide_job("Rain").dump());
  ASSERT_TRUE(eventually([&] { return daemon.count(JobState::kGenerating) == 1; }));
  disk.reset();
  ASSERT_TRUE(eventually([&] {
    return read_file(daemon.log_file()).find("its disk seems not to be mounted") != std::string::npos;
  }));
  EXPECT_TRUE(fs::is_empty(daemon.results()));
  daemon.kill();
  EXPECT_EQ(daemon.reeld({"serve"}).exit_code, 75) << "the disk may come late";
  EXPECT_TRUE(fs::is_empty(daemon.results()));
  // Another disk in its place is taken when a person says so.
  disk = std::make_unique<SmallDisk>(daemon.results(), 8);
  drop_file(daemon.results() / ".reeld-results", "");
  daemon.start();
  ASSERT_TRUE(daemon.settled(1)) << read_file(daemon.log_file());
  EXPECT_EQ(daemon.count(JobState::kSucceeded), 1);
  EXPECT_EQ(daemon.cloud().ledger().size(), 1U);
  expect_whole(daemon);
}

TEST_F(StorageTest, AQueueThatCannotBeWrittenStopsEverythingAndForgetsNothing) {
  sim::Options cloud = Daemon::fast_cloud();
  cloud.render_time = 1s;
  Daemon daemon(cloud);
  const fs::path elsewhere = daemon.data().parent_path();
  daemon.set("spool.dir", (elsewhere / "spool").string());
  daemon.set("results.dir", (elsewhere / "results").string());
  const SmallDisk disk(daemon.data(), 8);
  // The socket stands in the data folder too, and the test's own look for the spool goes there.
  fs::create_directories(daemon.incoming());
  daemon.start();
  drop_file(elsewhere / "spool" / "incoming" / "first.jsonl", lines(0, 5));
  ASSERT_TRUE(eventually([&] { return daemon.count(JobState::kGenerating) == 5; }));
  disk.fill_up_to(0);
  // What the five became is heard, and cannot be written; another file cannot be taken in.
  drop_file(elsewhere / "spool" / "incoming" / "second.jsonl", lines(5, 5));
  ASSERT_TRUE(
      eventually([&] { return read_file(daemon.log_file()).find("nothing of ") != std::string::npos; }));
  EXPECT_LE(daemon.cloud().ledger().size(), 5U);
  disk.make_room();
  ASSERT_TRUE(daemon.settled(10)) << read_file(daemon.log_file()).substr(0, 20'000);
  EXPECT_EQ(daemon.count(JobState::kSucceeded), 10);
  EXPECT_EQ(daemon.cloud().ledger().size(), 10U);
  EXPECT_EQ(daemon.stop(), 0);
}

}  // namespace
}  // namespace reeld::test
