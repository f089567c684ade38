#include <fmt/format.h>

#include "daemon/store/sqlite/connection.hpp"
#include "tests/integration/store/store_fixture.hpp"

namespace reeld::store {
namespace {

using namespace std::chrono_literals;

class StoreLifeTest : public StoreTest {
 protected:
  ClaimedJob claimed() {
    accept({new_job(1)});
    return claim(1).at(0);
  }
  ClaimedJob downloading() {
    const ClaimedJob job = claimed();
    generate(job);
    EXPECT_TRUE(wait(store_->record_films(job.lease, {{1, "https://cdn/1.mp4", "https://cdn/1.jpg"}}, 42s)));
    return job;
  }
};

TEST_F(StoreLifeTest, RefusesWhatTheTableOfTransitionsLacks) {
  const ClaimedJob job = claimed();
  const auto moved =
      wait(store_->move(job.lease, Move(JobState::kSubmitting, JobState::kSucceeded, "magic")));
  ASSERT_FALSE(moved);
  EXPECT_EQ(moved.error().code, Errc::kInternal);
  EXPECT_EQ(count(JobState::kSubmitting), 1);
}

TEST_F(StoreLifeTest, AHeardIdIsKeptEvenWhenTheJobHasAnotherOwner) {
  const ClaimedJob job = claimed();
  const Intent intent = new_intent();
  ASSERT_TRUE(wait(store_->record_intent(job.lease, intent)));
  ASSERT_TRUE(wait(store_->move(job.lease, Move(JobState::kSubmitting, JobState::kCancelled, "asked for"))));
  const GenerationId generation(uuids_.next());
  const auto kept = wait(store_->record_accepted(job.lease, {intent.id, generation, "", "", "accepted"}));
  ASSERT_TRUE(kept);
  EXPECT_FALSE(*kept);
  auto reader = open_reader(database()).value()->show(job.lease.job).value();
  EXPECT_EQ(reader.line.state, JobState::kCancelled);
  EXPECT_EQ(reader.line.generation, generation);
  EXPECT_EQ(reader.attempts.at(0).generation, generation);
}

TEST_F(StoreLifeTest, OneGenerationBelongsToOneAttempt) {
  accept({new_job(1), new_job(2)});
  const auto jobs = claim(2);
  const GenerationId generation = generate(jobs[0]);
  const Intent intent = new_intent();
  ASSERT_TRUE(wait(store_->record_intent(jobs[1].lease, intent)));
  const auto second =
      wait(store_->record_accepted(jobs[1].lease, {intent.id, generation, "", "", "accepted"}));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::kConflict);
}

TEST_F(StoreLifeTest, ARefusalForNowIsScheduledWithALongerBackoffEachTime) {
  const ClaimedJob job = claimed();
  Move later(JobState::kSubmitting, JobState::kScheduled, "refused for now");
  later.due = clock_.now() + 10s;
  later.counts_as_try = true;
  ASSERT_TRUE(wait(store_->move(job.lease, later)));
  EXPECT_TRUE(claim(1).empty());
  clock_.advance(io_, 10s);
  EXPECT_EQ(claim(1).at(0).tries, 1);
}

TEST_F(StoreLifeTest, FilmsAreCommittedStepByStepAndOutliveARestart) {
  const ClaimedJob job = downloading();
  ASSERT_TRUE(wait(store_->record_progress(job.lease, {1, 1000, "\"etag\""})));
  ASSERT_TRUE(wait(store_->record_film_file(job.lease, {1, "shot-1.mp4", 2000, "abc"})));
  reopen();
  const ClaimedJob resumed = wait(store_->recover()).value().in_flight.at(0);
  ASSERT_EQ(resumed.films.size(), 1U);
  EXPECT_EQ(resumed.films[0].synced, 1000U);
  EXPECT_EQ(resumed.films[0].validator, "\"etag\"");
  EXPECT_EQ(resumed.films[0].path, "shot-1.mp4");
  EXPECT_FALSE(resumed.films[0].published);
}

TEST_F(StoreLifeTest, SuccessNeedsEveryFilmPublished) {
  const ClaimedJob job = downloading();
  const Move succeeded(JobState::kDownloading, JobState::kSucceeded, "stored");
  EXPECT_EQ(wait(store_->move(job.lease, succeeded)).error().code, Errc::kInternal);
  EXPECT_EQ(count(JobState::kDownloading), 1) << "the refused move left nothing behind";
  ASSERT_TRUE(wait(store_->record_film_file(job.lease, {1, "shot-1.mp4", 2000, "abc"})));
  ASSERT_TRUE(wait(store_->record_published(job.lease, 1)));
  EXPECT_TRUE(wait(store_->move(job.lease, succeeded)));
}

TEST_F(StoreLifeTest, ABatchEndsWithItsLastJobAndIsToldOnce) {
  const BatchId batch = accept({new_job(1), new_job(2)});
  const auto jobs = claim(2);
  Move failed(JobState::kSubmitting, JobState::kFailed, "refused for good");
  failed.error_class = "moderated";
  failed.error = "content moderation filter";
  ASSERT_TRUE(wait(store_->move(jobs[0].lease, failed)));
  EXPECT_TRUE(wait(store_->finished_batches()).value().empty());
  ASSERT_TRUE(wait(store_->move(jobs[1].lease, failed)));
  const auto finished = wait(store_->finished_batches()).value();
  ASSERT_EQ(finished.size(), 1U);
  EXPECT_EQ(finished[0].failed, 2);
  ASSERT_TRUE(wait(store_->mark_reported(batch)));
  EXPECT_TRUE(wait(store_->finished_batches()).value().empty());
  EXPECT_EQ(wait(store_->batch_jobs(batch, 0, 10)).value()[0].failure, "content moderation filter");
}

TEST_F(StoreLifeTest, WhatADiskThatIsFullRefusesIsUnavailableForEverybodyInTheTransaction) {
  const ClaimedJob job = claimed();
  const Intent intent = new_intent();
  ASSERT_TRUE(wait(store_->record_intent(job.lease, intent)));
  // Somebody else holds the write lock for longer than the store waits: nothing can even begin.
  sqlite::Connection other(database(), sqlite::Connection::Mode::kReadWrite);
  other.execute("BEGIN IMMEDIATE");
  std::vector<Errc> codes;
  const auto keep_code = [&](std::exception_ptr, const Result<void>& result) {
    codes.push_back(result ? Errc::kInternal : result.error().code);
  };
  for (int i = 0; i < 3; ++i)
    boost::asio::co_spawn(io_, store_->note(job.lease.job, "a remark", Json::object()), keep_code);
  io_.restart();
  io_.run();
  EXPECT_EQ(codes, std::vector<Errc>(3, Errc::kUnavailable));
  other.execute("ROLLBACK");
  EXPECT_TRUE(wait(store_->note(job.lease.job, "a remark", Json::object())));
}

TEST_F(StoreLifeTest, LeavingAPlaceForgetsWhereTheFilmsWouldHaveStood) {
  const ClaimedJob job = downloading();
  ASSERT_TRUE(wait(store_->record_film_file(job.lease, {1, "shot-1.mp4", 2000, "abc"})));
  ASSERT_TRUE(wait(store_->change_output(job.lease, "elsewhere")));
  reopen();
  EXPECT_EQ(wait(store_->recover()).value().in_flight.at(0).films.at(0).path, "");
  EXPECT_EQ(wait(store_->stale_receipts()).value().size(), 1U);
}

TEST_F(StoreLifeTest, AForeignFileGivesTheJobAnotherReservedPath) {
  const ClaimedJob job = downloading();
  EXPECT_TRUE(wait(store_->change_output(job.lease, "elsewhere")));
  NewJob other = new_job(1);
  other.output_path = "elsewhere";
  const auto staged = wait(store_->stage(BatchId(uuids_.next()), {other})).value();
  EXPECT_NE(staged[0].output_path, "elsewhere");
}

TEST_F(StoreLifeTest, LearnsTheLastFiftyRenderTimesOfAKind) {
  std::vector<NewJob> jobs;
  for (int i = 1; i <= 60; ++i) jobs.push_back(new_job(i, fmt::format("job{}", i)));
  accept(std::move(jobs));
  int number = 0;
  for (const ClaimedJob& job : claim(60)) {
    generate(job);
    ASSERT_TRUE(wait(store_->record_films(job.lease, {{1, "u", "p"}}, std::chrono::seconds(++number))));
  }
  const auto times = wait(store_->render_times({"ltxv-2.0-pro", 1920, 1080, 8})).value();
  ASSERT_EQ(times.size(), 50U);
  EXPECT_EQ(times.front(), 60s);
  EXPECT_TRUE(wait(store_->render_times({"ltxv-2.0-fast", 1920, 1080, 8})).value().empty());
}

TEST_F(StoreLifeTest, EveryChangeOfStateStandsInTheHistory) {
  const ClaimedJob job = downloading();
  ASSERT_TRUE(wait(store_->note(job.lease.job, "a remark", Json::object())));
  const auto detail = open_reader(database()).value()->show(job.lease.job).value();
  std::vector<std::string> changes;
  for (const EventLine& event : detail.events) {
    if (event.to) changes.emplace_back(to_string(*event.to));
  }
  EXPECT_EQ(changes, (std::vector<std::string>{"submitting", "generating", "downloading"}));
  EXPECT_EQ(detail.events.front().text, R"(accepted 1 job from "shots.jsonl")");
  EXPECT_EQ(detail.events.back().text, "a remark");
}

}  // namespace
}  // namespace reeld::store
