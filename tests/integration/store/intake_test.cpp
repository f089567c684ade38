#include "tests/integration/store/store_fixture.hpp"

namespace reeld::store {
namespace {

using namespace std::chrono_literals;

using StoreIntakeTest = StoreTest;

TEST_F(StoreIntakeTest, StagedJobsAreInvisibleUntilTheirBatchIsAccepted) {
  const BatchId batch(uuids_.next());
  ASSERT_TRUE(wait(store_->stage(batch, {new_job(1), new_job(2)})));
  EXPECT_TRUE(claim(10).empty());
  ASSERT_TRUE(wait(store_->accept(NewBatch{batch, "shots", "shots.jsonl", "ann", "d"})));
  EXPECT_EQ(claim(10).size(), 2U);
}

TEST_F(StoreIntakeTest, ABatchIsAcceptedOnce) {
  const BatchId batch = accept({new_job(1)});
  const auto again = wait(store_->accept(NewBatch{batch, "shots", "shots.jsonl", "ann", "d"}));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Errc::kConflict);
}

TEST_F(StoreIntakeTest, WhatWasStagedAndNotAcceptedIsForgottenByARestart) {
  const BatchId batch(uuids_.next());
  ASSERT_TRUE(wait(store_->stage(batch, {new_job(1, "rain")})));
  reopen();
  EXPECT_EQ(wait(store_->batch(batch)).error().code, Errc::kNotFound);
  // Its result path is free again.
  const auto staged = wait(store_->stage(BatchId(uuids_.next()), {new_job(1, "rain")})).value();
  EXPECT_EQ(staged[0].output_path, "rain-1");
}

TEST_F(StoreIntakeTest, AFileThatIsBeingStagedSurvivesALateRecover) {
  const BatchId batch(uuids_.next());
  ASSERT_TRUE(wait(store_->stage(batch, {new_job(1), new_job(2)})));
  ASSERT_TRUE(wait(store_->recover()));
  ASSERT_TRUE(wait(store_->accept(NewBatch{batch, "shots", "shots.jsonl", "ann", "digest"})));
  EXPECT_EQ(count(JobState::kQueued), 2);
}

TEST_F(StoreIntakeTest, AResultPathBelongsToOneJobOnly) {
  NewJob first = new_job(1);
  NewJob second = new_job(2);
  NewJob many = new_job(3);
  first.output_path = second.output_path = "rain";
  many.output_path = "rain";
  many.quantity = 2;
  const auto staged = wait(store_->stage(BatchId(uuids_.next()), {first, second, many})).value();
  EXPECT_EQ(staged[0].output_path, "rain");
  EXPECT_EQ(staged[1].output_path, "rain-" + short_id(second.id.str()));
  EXPECT_EQ(staged[2].output_path, "rain-" + short_id(many.id.str()));
}

TEST_F(StoreIntakeTest, AFilmsPathCannotBeAnotherJobsStem) {
  NewJob taken = new_job(1);
  taken.output_path = "rain-2";
  NewJob many = new_job(2);
  many.output_path = "rain";
  many.quantity = 3;
  const auto staged = wait(store_->stage(BatchId(uuids_.next()), {taken, many})).value();
  EXPECT_NE(staged[1].output_path, "rain") << "its second film would be rain-2.mp4";
}

TEST_F(StoreIntakeTest, AKeyMakesOneJobWhateverBatchNamesIt) {
  NewJob first = new_job(1);
  NewJob same_file = new_job(2);
  first.key = same_file.key = "ep1-rain";
  const BatchId batch = accept({first, same_file});
  NewJob later = new_job(1, "later");
  later.key = "ep1-rain";
  const BatchId second = accept({later}, "later.json");
  EXPECT_EQ(claim(10).size(), 1U);
  const auto lines = wait(store_->batch_jobs(batch, 0, 10)).value();
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_FALSE(lines[0].duplicate);
  EXPECT_TRUE(lines[1].duplicate);
  EXPECT_EQ(lines[1].id, first.id);
  const auto later_lines = wait(store_->batch_jobs(second, 0, 10)).value();
  ASSERT_EQ(later_lines.size(), 1U);
  EXPECT_EQ(later_lines[0].id, first.id);
  EXPECT_EQ(wait(store_->batch(second)).value().jobs, 0);
  EXPECT_TRUE(wait(store_->batch(second)).value().finished_at) << "nothing in it is left to do";
}

TEST_F(StoreIntakeTest, AKeyOfABatchThatIsNotAcceptedYetBindsNobody) {
  NewJob half_way = new_job(1);
  NewJob job = new_job(1, "other");
  NewJob again = new_job(2, "other");
  half_way.key = job.key = again.key = "ep1-rain";
  const BatchId slow(uuids_.next());
  ASSERT_TRUE(wait(store_->stage(slow, {half_way})));
  const BatchId quick = accept({job, again}, "quick.jsonl");
  EXPECT_EQ(wait(store_->batch(quick)).value().jobs, 1);
  // The slow one finds the key taken when its turn comes.
  ASSERT_TRUE(wait(store_->accept(NewBatch{slow, "slow", "slow.jsonl", "ann", "d"})));
  const auto lines = wait(store_->batch_jobs(slow, 0, 10)).value();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_TRUE(lines[0].duplicate);
  EXPECT_EQ(lines[0].id, job.id);
}

TEST_F(StoreIntakeTest, FindsABatchByItsBytesWithinTheWindow) {
  const BatchId batch = accept({new_job(1)}, "rain.json");
  const Time now = clock_.now();
  const auto found = wait(store_->batch_with_digest("digest-of-rain.json", now - 1h)).value();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, batch);
  EXPECT_FALSE(wait(store_->batch_with_digest("digest-of-rain.json", now + 1ms)).value());
  EXPECT_FALSE(wait(store_->batch_with_digest("another", now - 1h)).value());
}

TEST_F(StoreIntakeTest, LinesComeInPages) {
  std::vector<NewJob> jobs;
  for (int i = 1; i <= 5; ++i) jobs.push_back(new_job(i));
  const BatchId batch = accept(std::move(jobs));
  EXPECT_EQ(wait(store_->batch_jobs(batch, 0, 3)).value().size(), 3U);
  const auto rest = wait(store_->batch_jobs(batch, 3, 3)).value();
  ASSERT_EQ(rest.size(), 2U);
  EXPECT_EQ(rest[0].position, 4);
}

TEST_F(StoreIntakeTest, AThousandPiecesOfWorkShareFewCommits) {
  int done = 0;
  for (int i = 0; i < 1000; ++i) {
    boost::asio::co_spawn(io_, store_->stage(BatchId(uuids_.next()), {new_job(1, "job" + std::to_string(i))}),
                          [&](std::exception_ptr exception, Result<std::vector<StagedJob>> staged) {
                            EXPECT_FALSE(exception);
                            done += staged ? 1 : 0;
                          });
  }
  io_.restart();
  io_.run();
  EXPECT_EQ(done, 1000);
}

}  // namespace
}  // namespace reeld::store
