#include "daemon/store/sqlite/connection.hpp"
#include "tests/integration/store/store_fixture.hpp"

namespace reeld::store {
namespace {

class StoreFramesTest : public StoreTest {
 protected:
  /// Accepts a job with these pictures; its id.
  JobId accept_with(const JobFrames& frames, int position = 1) {
    NewJob job = new_job(position);
    const JobId id = job.id;
    std::vector<FramesOfJob> jobs{{id, frames}};
    EXPECT_TRUE(wait(store_->stage_frames(std::move(jobs))));
    accept({std::move(job)}, "shots-" + std::to_string(position) + ".jsonl");
    return id;
  }
  std::optional<std::string> image(const ImageKey& key) { return wait(store_->uploaded_image(key)).value(); }
  std::vector<std::string> unneeded(std::vector<std::string> copies) {
    return wait(store_->unneeded_frames(std::move(copies))).value();
  }

  const ImageKey key_{"digest", "account", "https://cloud"};
};

TEST_F(StoreFramesTest, RemembersAnImageByPictureAccountAndService) {
  EXPECT_FALSE(image(key_));
  ASSERT_TRUE(wait(store_->remember_image(key_, "first")));
  EXPECT_EQ(image(key_), "first");
  ASSERT_TRUE(wait(store_->remember_image(key_, "second")));
  reopen();
  EXPECT_EQ(image(key_), "second");
  EXPECT_FALSE(image({"digest", "account", "https://elsewhere"}));
  EXPECT_FALSE(image({"digest", "another", "https://cloud"}));
  EXPECT_FALSE(image({"another", "account", "https://cloud"}));
}

TEST_F(StoreFramesTest, ALostImageIsForgottenAndEachJobMayRenewItOnce) {
  const JobId first = accept_with({"a.png", "", ""}, 1);
  const JobId second = accept_with({"a.png", "", ""}, 2);
  ASSERT_TRUE(wait(store_->remember_image(key_, "lost")));
  EXPECT_TRUE(wait(store_->forget_images(first, {"lost"})).value());
  EXPECT_FALSE(image(key_));
  ASSERT_TRUE(wait(store_->remember_image(key_, "new")));
  // It was sent before it heard that the image is lost: the new one stays.
  EXPECT_TRUE(wait(store_->forget_images(second, {"lost"})).value());
  EXPECT_EQ(image(key_), "new");
  EXPECT_FALSE(wait(store_->forget_images(first, {"new"})).value());
  EXPECT_FALSE(image(key_));
}

TEST_F(StoreFramesTest, KeepsAJobsPicturesAndTellsTheWarningAtAcceptance) {
  const JobId job = accept_with({"a.png", "b.png", "the picture is stretched"});
  const auto frames = wait(store_->job_frames(job)).value();
  EXPECT_EQ(frames.start, "a.png");
  EXPECT_EQ(frames.end, "b.png");
  EXPECT_TRUE(wait(store_->job_frames(JobId("none"))).value().start.empty());
  const auto history = open_reader(database()).value()->history(job).value();
  ASSERT_FALSE(history.empty());
  EXPECT_EQ(history.front().text, "the picture is stretched");
}

TEST_F(StoreFramesTest, ACopyIsNeededUntilAllItsJobsSucceeded) {
  accept_with({"a.png", "b.png", ""});
  EXPECT_EQ(unneeded({"a.png", "b.png", "c.png"}), std::vector<std::string>{"c.png"});
  const ClaimedJob job = claim(1).front();
  ASSERT_TRUE(wait(store_->move(job.lease, Move(JobState::kSubmitting, JobState::kFailed, "refused"))));
  EXPECT_TRUE(unneeded({"a.png", "b.png"}).empty());
  ASSERT_TRUE(wait(store_->act(Action::kRetry, {job.lease.job}, "ann")));
  const ClaimedJob again = claim(1).front();
  generate(again);
  ASSERT_TRUE(wait(store_->record_films(again.lease, {}, std::nullopt)));
  ASSERT_TRUE(wait(store_->move(again.lease, Move(JobState::kDownloading, JobState::kSucceeded, "done"))));
  EXPECT_EQ(unneeded({"a.png", "b.png"}).size(), 2U);
}

TEST_F(StoreFramesTest, ThePicturesOfAJobGoWithIt) {
  const auto rows = [this] {
    sqlite::Connection db(database(), sqlite::Connection::Mode::kReadOnly);
    sqlite::Query row = db.query("SELECT COUNT(*) FROM job_frame");
    row.step();
    return row.integer(0);
  };
  NewJob given_up = new_job(1);
  std::vector<FramesOfJob> frames{{given_up.id, {"a.png", "", ""}}};
  ASSERT_TRUE(wait(store_->stage_frames(std::move(frames))));
  const BatchId batch(uuids_.next());
  ASSERT_TRUE(wait(store_->stage(batch, {std::move(given_up)})));
  ASSERT_TRUE(wait(store_->discard(batch)));
  EXPECT_EQ(rows(), 0);

  const JobId job = accept_with({"a.png", "", ""}, 2);
  ASSERT_TRUE(wait(store_->act(Action::kCancel, {job}, "ann")));
  for (const BatchSummary& ended : wait(store_->finished_batches()).value()) {
    ASSERT_TRUE(wait(store_->mark_reported(ended.id)));
  }
  EXPECT_EQ(rows(), 1);
  PruneChoice choice;
  choice.ended_before = clock_.now() + std::chrono::milliseconds(1);
  ASSERT_EQ(wait(store_->prune(std::move(choice), "", 100)).value().jobs, 1);
  EXPECT_EQ(rows(), 0);
}

TEST_F(StoreFramesTest, WhatWasNeverAcceptedKeepsNoCopy) {
  ASSERT_TRUE(wait(store_->stage_frames({{JobId(uuids_.next()), {"a.png", "", ""}}})));
  EXPECT_EQ(unneeded({"a.png"}).size(), 1U);
}

}  // namespace
}  // namespace reeld::store
