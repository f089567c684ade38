// What the daemon forgets by itself, hour by hour.
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "daemon/files/durable.hpp"
#include "daemon/files/results_marker.hpp"
#include "daemon/upkeep/upkeep.hpp"
#include "tests/integration/store/store_fixture.hpp"

namespace reeld::store {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr std::string_view kFilm = "the film";

class UpkeepRetentionTest : public StoreTest {
 protected:
  UpkeepRetentionTest() { fs::create_directories(results() / "day"); }
  ~UpkeepRetentionTest() override {
    // The run ends with its context, before what it works with.
    io_.stop();
    pool_.join();
  }

  fs::path results() const { return dir_.path() / "results"; }
  fs::path film() const { return results() / "day/shot.mp4"; }

  /// A job that succeeded now, was reported, and whose film stands.
  JobId succeeded(const std::string& output_path = "day/shot") {
    const std::string path = output_path + ".mp4";
    NewJob spec = new_job(1);
    spec.output_path = output_path;
    const BatchId batch = accept({spec});
    const ClaimedJob job = claim(1).at(0);
    generate(job);
    EXPECT_TRUE(wait(store_->record_films(job.lease, {{1, "https://cdn/1.mp4", ""}}, 42s)));
    const FilmFile file{1, path, kFilm.size(), files::sha256(kFilm)};
    EXPECT_TRUE(wait(store_->record_film_file(job.lease, file)));
    EXPECT_TRUE(wait(store_->record_published(job.lease, 1)));
    EXPECT_TRUE(wait(store_->move(job.lease, Move(JobState::kDownloading, JobState::kSucceeded, "stored"))));
    EXPECT_TRUE(wait(store_->mark_reported(batch)));
    EXPECT_TRUE(files::write_durably(results() / path, kFilm, 0600));
    return job.lease.job;
  }

  void start(Duration keep_jobs, Duration keep_files, bool results_are_marked = false) {
    upkeep_ = std::make_unique<upkeep::Upkeep>(
        upkeep::Upkeep::Parts{*store_, pool_, clock_, [this] { return difference_; }},
        upkeep::UpkeepOptions{results(), keep_jobs, keep_files, 0ms, results_are_marked});
    boost::asio::co_spawn(io_, upkeep_->run(), boost::asio::detached);
    pass(10min);
  }

  /// Lets time pass in which the upkeep does what is due.
  void pass(Duration time) {
    for (const Duration end = clock_.elapsed() + time; clock_.elapsed() < end;) {
      clock_.advance(io_, 10min);
      // Until it sleeps again: the store and the pool wake it from their own threads.
      while (clock_.sleeping() == 0) {
        io_.restart();
        io_.run_one();
      }
    }
  }

  /// How many jobs' files are still to be removed. The upkeep's own context never runs out of work.
  std::size_t released() {
    boost::asio::io_context io;
    return test::run_task<Result<std::vector<ReleasedFiles>>>(io, store_->released_files(JobId(), 10))
        .value()
        .size();
  }

  bool is_known(const JobId& job) { return open_reader(database()).value()->show(job).has_value(); }

  files::Pool pool_{1};
  std::optional<Duration> difference_ = Duration(0);
  std::unique_ptr<upkeep::Upkeep> upkeep_;
};

TEST_F(UpkeepRetentionTest, FilesGoFirstAndTheirJobWhenItsTimeHasCome) {
  const JobId job = succeeded();
  start(48h, 24h);
  pass(23h);
  EXPECT_TRUE(fs::exists(film()));
  pass(3h);
  EXPECT_FALSE(fs::exists(film()));
  EXPECT_FALSE(fs::exists(film().parent_path())) << "nothing is left in it";
  EXPECT_TRUE(is_known(job));
  pass(24h);
  EXPECT_FALSE(is_known(job));
}

TEST_F(UpkeepRetentionTest, AFilmOfAnUnmountedDiskIsRemovedWhenTheDiskIsBack) {
  succeeded("shot");
  ASSERT_TRUE(files::mark_results(results()));
  start(0ms, 1h, true);
  // The film has no folder of its own: the mount point that is left is where it would stand.
  fs::rename(results(), dir_.path() / "disk");
  fs::create_directory(results());
  pass(3h);
  EXPECT_EQ(released(), 1U) << "nobody has removed it";
  fs::remove(results());
  fs::rename(dir_.path() / "disk", results());
  pass(2h);
  EXPECT_EQ(released(), 0U);
  EXPECT_FALSE(fs::exists(results() / "shot.mp4"));
}

TEST_F(UpkeepRetentionTest, NothingIsForgottenUnlessThatIsAskedFor) {
  const JobId job = succeeded();
  start(0ms, 0ms);
  pass(48h);
  EXPECT_TRUE(is_known(job));
  EXPECT_TRUE(fs::exists(film()));
}

TEST_F(UpkeepRetentionTest, WaitsUntilTheClockIsKnownToBeRight) {
  const JobId job = succeeded();
  difference_.reset();
  start(1h, 1h);
  pass(4h);
  EXPECT_TRUE(is_known(job)) << "the service has not told its time";
  difference_ = -1h;
  pass(2h);
  EXPECT_TRUE(is_known(job)) << "the clocks differ";
  difference_ = 0ms;
  pass(2h);
  EXPECT_FALSE(is_known(job));
  EXPECT_FALSE(fs::exists(film()));
}

TEST_F(UpkeepRetentionTest, AFilmOnADiskThatIsNotMountedIsRemovedWhenItIsBack) {
  succeeded();
  start(0ms, 1h);
  const fs::path away = dir_.path() / "away";
  fs::rename(results(), away);
  pass(4h);
  EXPECT_EQ(released(), 1U);
  fs::rename(away, results());
  pass(2h);
  EXPECT_FALSE(fs::exists(film()));
  EXPECT_EQ(released(), 0U);
}

}  // namespace
}  // namespace reeld::store
