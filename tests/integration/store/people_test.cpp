#include "tests/integration/store/store_fixture.hpp"

namespace reeld::store {
namespace {

using namespace std::chrono_literals;

class StorePeopleTest : public StoreTest {
 protected:
  ActionOutcome act(Action action, const JobId& job) {
    auto result = wait(store_->act(action, {job}, "ann"));
    EXPECT_TRUE(result);
    taken_up_ = result->taken_up;
    return result->outcomes.at(0);
  }
  JobDetail show(const JobId& job) { return open_reader(database()).value()->show(job).value(); }

  ClaimedJob claimed() {
    accept({new_job(1)});
    return claim(1).at(0);
  }
  ClaimedJob unknown() {
    const ClaimedJob job = claimed();
    EXPECT_TRUE(wait(store_->record_intent(job.lease, new_intent())));
    EXPECT_TRUE(wait(store_->move(job.lease, Move(JobState::kSubmitting, JobState::kUnknown, "no answer"))));
    return job;
  }
  void refuse(const ClaimedJob& job, const std::string& error_class) {
    EXPECT_TRUE(wait(store_->record_intent(job.lease, new_intent())));
    Move failed(JobState::kSubmitting, JobState::kFailed, "refused for good");
    failed.error_class = error_class;
    EXPECT_TRUE(wait(store_->move(job.lease, failed)));
  }

  std::vector<ClaimedJob> taken_up_;
};

TEST_F(StorePeopleTest, CancelEndsWhatWaitsAndSaysWho) {
  accept({new_job(1)});
  const JobId job =
      claim(0).empty() ? open_reader(database()).value()->list({}, {}, 1).value().jobs.at(0).id : JobId();
  EXPECT_EQ(act(Action::kCancel, job).state, JobState::kCancelled);
  const auto events = show(job).events;
  EXPECT_EQ(events.at(events.size() - 2).text, "cancelled by ann");
  EXPECT_EQ(events.back().kind, EventKind::kBatchFinished) << "it was the batch's last";
  EXPECT_TRUE(claim(1).empty());
}

TEST_F(StorePeopleTest, CancelTakesTheJobFromItsWorker) {
  const ClaimedJob job = claimed();
  EXPECT_EQ(act(Action::kCancel, job.lease.job).state, JobState::kCancelled);
  const auto late = wait(store_->record_intent(job.lease, new_intent()));
  ASSERT_FALSE(late) << "nothing may be sent any more";
  EXPECT_EQ(late.error().code, Errc::kLeaseLost);
}

TEST_F(StorePeopleTest, WhatHasEndedIsNotCancelledAgain) {
  const ClaimedJob job = claimed();
  act(Action::kCancel, job.lease.job);
  const ActionOutcome again = act(Action::kCancel, job.lease.job);
  EXPECT_FALSE(again.state);
  EXPECT_EQ(again.refusal, "it has ended already: cancelled");
}

TEST_F(StorePeopleTest, AFilmThatIsPublishedIsNotCancelled) {
  const ClaimedJob job = claimed();
  generate(job);
  ASSERT_TRUE(wait(store_->record_films(job.lease, {{1, "https://cdn/1.mp4", ""}}, 42s)));
  ASSERT_TRUE(wait(store_->record_film_file(job.lease, {1, "a.mp4", 4, "abcd"})));
  ASSERT_TRUE(wait(store_->record_published(job.lease, 1)));
  EXPECT_FALSE(act(Action::kCancel, job.lease.job).state);
  EXPECT_EQ(count(JobState::kDownloading), 1);
}

TEST_F(StorePeopleTest, RetryTakesThePaidRenderUpAgain) {
  const ClaimedJob job = claimed();
  const GenerationId generation = generate(job);
  EXPECT_EQ(act(Action::kCancel, job.lease.job).generation, generation);
  EXPECT_EQ(act(Action::kRetry, job.lease.job).state, JobState::kGenerating);
  ASSERT_EQ(taken_up_.size(), 1U);
  EXPECT_EQ(taken_up_[0].generation, generation);
  EXPECT_GT(taken_up_[0].lease.lease_no, job.lease.lease_no);
  EXPECT_EQ(show(job.lease.job).attempts.size(), 1U) << "nothing was paid for again";
}

TEST_F(StorePeopleTest, RetryOfADownloadGoesOnDownloading) {
  const ClaimedJob job = claimed();
  generate(job);
  ASSERT_TRUE(wait(store_->record_films(job.lease, {{1, "https://cdn/1.mp4", ""}}, 42s)));
  act(Action::kCancel, job.lease.job);
  EXPECT_EQ(act(Action::kRetry, job.lease.job).state, JobState::kDownloading);
  EXPECT_EQ(taken_up_.at(0).films.size(), 1U);
}

TEST_F(StorePeopleTest, RetryOfAFailedRenderRendersAnew) {
  const ClaimedJob job = claimed();
  generate(job);
  Move failed(JobState::kGenerating, JobState::kFailed, "the render failed");
  failed.error_class = "render_failed";
  ASSERT_TRUE(wait(store_->move(job.lease, failed)));
  EXPECT_EQ(act(Action::kRetry, job.lease.job).state, JobState::kQueued);
  EXPECT_EQ(claim(1).size(), 1U);
}

TEST_F(StorePeopleTest, ARetryForgivesADeadlineThatHasPassed) {
  NewJob job = new_job(1);
  job.deadline = clock_.now() + 1h;
  accept({job});
  clock_.advance(io_, 2h);
  EXPECT_TRUE(claim(1).empty());
  EXPECT_EQ(act(Action::kRetry, job.id).state, JobState::kQueued);
  EXPECT_EQ(claim(1).size(), 1U);
}

TEST_F(StorePeopleTest, NothingIsRetriedWhoseSubmitMayHaveBeenAccepted) {
  const ClaimedJob job = unknown();
  act(Action::kCancel, job.lease.job);
  const ActionOutcome retried = act(Action::kRetry, job.lease.job);
  EXPECT_FALSE(retried.state);
  EXPECT_NE(retried.refusal.find("might be paid twice"), std::string::npos);
}

TEST_F(StorePeopleTest, HoldKeepsAJobOutOfTheQueueUntilItIsReleased) {
  const NewJob job = new_job(1);
  accept({job});
  EXPECT_EQ(act(Action::kHold, job.id).state, JobState::kHeld);
  EXPECT_TRUE(claim(1).empty());
  EXPECT_EQ(act(Action::kRelease, job.id).state, JobState::kQueued);
  EXPECT_EQ(claim(1).size(), 1U);
}

TEST_F(StorePeopleTest, AnUnknownJobIsRefusedAndTheOthersGoOn) {
  const NewJob job = new_job(1);
  accept({job});
  const auto result = wait(store_->act(Action::kHold, {JobId("nobody"), job.id}, "")).value();
  EXPECT_FALSE(result.outcomes.at(0).state);
  EXPECT_EQ(result.outcomes.at(1).state, JobState::kHeld);
}

TEST_F(StorePeopleTest, ResolveResendQueuesAnewAndClosesTheAttempt) {
  const ClaimedJob job = unknown();
  ASSERT_TRUE(wait(store_->resolve(job.lease.job, {Resolution::Verdict::kResend, {}}, "ann")));
  EXPECT_EQ(count(JobState::kQueued), 1);
  EXPECT_EQ(show(job.lease.job).attempts.at(0).outcome, "not_sent");
}

TEST_F(StorePeopleTest, ResolveAdoptGoesOnWithThatGeneration) {
  const ClaimedJob job = unknown();
  const GenerationId generation(uuids_.next());
  const auto result = wait(store_->resolve(job.lease.job, {Resolution::Verdict::kAdopt, generation}, "ann"));
  ASSERT_TRUE(result);
  ASSERT_EQ(result->taken_up.size(), 1U);
  EXPECT_EQ(result->taken_up[0].generation, generation);
  EXPECT_EQ(count(JobState::kGenerating), 1);
}

TEST_F(StorePeopleTest, AGenerationOfAnotherJobIsNotAdopted) {
  accept({new_job(1)});
  const GenerationId generation = generate(claim(1).at(0));
  const ClaimedJob job = unknown();
  const auto result = wait(store_->resolve(job.lease.job, {Resolution::Verdict::kAdopt, generation}, "ann"));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::kConflict);
  EXPECT_EQ(count(JobState::kUnknown), 1);
}

TEST_F(StorePeopleTest, ResolveFailEndsItAndKeepsTheAttemptOpen) {
  const ClaimedJob job = unknown();
  ASSERT_TRUE(wait(store_->resolve(job.lease.job, {Resolution::Verdict::kFail, {}}, "ann")));
  EXPECT_EQ(count(JobState::kFailed), 1);
  EXPECT_FALSE(act(Action::kRetry, job.lease.job).state) << "what became of the submit is still not known";
  ASSERT_TRUE(wait(store_->resolve(job.lease.job, {Resolution::Verdict::kResend, {}}, "ann")));
  EXPECT_EQ(count(JobState::kQueued), 1);
}

TEST_F(StorePeopleTest, ThereIsNothingToResolveInAJobThatWaits) {
  const NewJob job = new_job(1);
  accept({job});
  EXPECT_EQ(wait(store_->resolve(job.id, {Resolution::Verdict::kResend, {}}, "")).error().code,
            Errc::kConflict);
}

TEST_F(StorePeopleTest, AHigherPriorityGoesFirst) {
  const NewJob first = new_job(1, "first");
  const NewJob second = new_job(2, "second");
  accept({first, second});
  ASSERT_TRUE(wait(store_->edit(second.id, {5, std::nullopt}, "ann")));
  EXPECT_EQ(claim(1).at(0).name, "second");
  EXPECT_EQ(show(second.id).events.back().text, "claimed");
}

TEST_F(StorePeopleTest, WhatHasEndedIsNotEdited) {
  const ClaimedJob job = claimed();
  act(Action::kCancel, job.lease.job);
  EXPECT_EQ(wait(store_->edit(job.lease.job, {5, std::nullopt}, "")).error().code, Errc::kConflict);
}

TEST_F(StorePeopleTest, APauseOutlivesARestart) {
  ASSERT_TRUE(wait(store_->pause({"the bill comes first", "ann", clock_.now()})));
  reopen();
  const auto pause = wait(store_->paused()).value();
  ASSERT_TRUE(pause);
  EXPECT_EQ(pause->reason, "the bill comes first");
  EXPECT_EQ(pause->by, "ann");
  EXPECT_EQ(pause->since, clock_.now());
  ASSERT_TRUE(wait(store_->resume("bob")));
  EXPECT_FALSE(wait(store_->paused()).value());
}

TEST_F(StorePeopleTest, FiveRefusalsOfOneKindInARowHoldTheBatch) {
  std::vector<NewJob> jobs;
  for (int i = 1; i <= 20; ++i) jobs.push_back(new_job(i));
  const BatchId batch = accept(std::move(jobs));
  for (const ClaimedJob& job : claim(5)) refuse(job, "unsupported_model");
  EXPECT_TRUE(claim(5).empty()) << "the rest is held";
  EXPECT_EQ(count(JobState::kHeld), 15);
  EXPECT_NE(open_reader(database()).value()->batch(batch.str()).value().held.find("unsupported_model"),
            std::string::npos);
  EXPECT_EQ(wait(store_->release_batch(batch, "ann")).value(), 15);
  EXPECT_EQ(wait(store_->release_batch(batch, "ann")).value(), 0);
  EXPECT_EQ(claim(20).size(), 15U);
}

TEST_F(StorePeopleTest, AJobOfAHeldBatchIsReleasedWithItsBatchOnly) {
  std::vector<NewJob> jobs;
  for (int i = 1; i <= 8; ++i) jobs.push_back(new_job(i));
  accept(std::move(jobs));
  for (const ClaimedJob& job : claim(5)) refuse(job, "unsupported_model");
  EXPECT_TRUE(claim(5).empty());
  const JobFilter held{{JobState::kHeld}, "", "", "", ""};
  const JobId job = open_reader(database()).value()->list(held, {}, 1).value().jobs.at(0).id;
  EXPECT_NE(act(Action::kRelease, job).refusal.find("release the batch"), std::string::npos);
}

TEST_F(StorePeopleTest, AClearNoThatCameAfterACancelClosesTheAttempt) {
  const ClaimedJob job = claimed();
  const Intent intent = new_intent();
  ASSERT_TRUE(wait(store_->record_intent(job.lease, intent)));
  act(Action::kCancel, job.lease.job);
  EXPECT_FALSE(act(Action::kRetry, job.lease.job).state) << "nobody knows yet";
  ASSERT_TRUE(wait(store_->close_attempt(intent.id, true)));
  EXPECT_EQ(act(Action::kRetry, job.lease.job).state, JobState::kQueued);
}

TEST_F(StorePeopleTest, AGenerationThatWasDeletedUpstreamIsNotTakenUpAgain) {
  const ClaimedJob job = claimed();
  const GenerationId generation = generate(job);
  act(Action::kCancel, job.lease.job);
  EXPECT_TRUE(wait(store_->forget_generation(job.lease.job, generation)).value());
  EXPECT_EQ(act(Action::kRetry, job.lease.job).state, JobState::kQueued) << "it is rendered anew";
  EXPECT_EQ(show(job.lease.job).attempts.at(0).generation, generation) << "and the old id stays on record";
}

TEST_F(StorePeopleTest, AJobThatWasRetriedMeanwhileKeepsItsGeneration) {
  const ClaimedJob job = claimed();
  const GenerationId generation = generate(job);
  act(Action::kCancel, job.lease.job);
  act(Action::kRetry, job.lease.job);
  EXPECT_FALSE(wait(store_->forget_generation(job.lease.job, generation)).value());
  EXPECT_EQ(show(job.lease.job).line.generation, generation);
}

TEST_F(StorePeopleTest, ARetryNeverGoesBackToARenderThatFailed) {
  const ClaimedJob job = claimed();
  generate(job);
  Move again(JobState::kGenerating, JobState::kScheduled, "the render failed; another follows");
  again.due = clock_.now() + 1h;
  ASSERT_TRUE(wait(store_->move(job.lease, again)));
  act(Action::kCancel, job.lease.job);
  EXPECT_EQ(act(Action::kRetry, job.lease.job).state, JobState::kQueued);
}

TEST_F(StorePeopleTest, AnAdoptedIdIsKeptAsTheServiceWritesIt) {
  const ClaimedJob job = unknown();
  const Resolution capitals{Resolution::Verdict::kAdopt,
                            GenerationId("1F1A06DB-37CD-6C60-9CAC-182717E03F42")};
  const auto result = wait(store_->resolve(job.lease.job, capitals, "ann"));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->taken_up.at(0).generation.str(), "1f1a06db-37cd-6c60-9cac-182717e03f42");
}

TEST_F(StorePeopleTest, AHeldBatchDoesNotBlockTheOthers) {
  std::vector<NewJob> jobs;
  for (int i = 1; i <= 3'000; ++i) jobs.push_back(new_job(i));
  accept(std::move(jobs), "bad.jsonl");
  for (const ClaimedJob& job : claim(5)) refuse(job, "unsupported_model");
  accept({new_job(1, "good")}, "good.jsonl");
  std::vector<ClaimedJob> found;
  for (int claims = 0; claims < 5 && found.empty(); ++claims) found = claim(1);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].name, "good");
}

TEST_F(StorePeopleTest, RefusalsOfSeveralKindsHoldNothing) {
  std::vector<NewJob> jobs;
  for (int i = 1; i <= 20; ++i) jobs.push_back(new_job(i));
  accept(std::move(jobs));
  int number = 0;
  for (const ClaimedJob& job : claim(8)) refuse(job, ++number % 2 == 0 ? "moderated" : "invalid");
  EXPECT_EQ(claim(5).size(), 5U);
}

TEST_F(StorePeopleTest, AnAcceptedJobBetweenBreaksTheRow) {
  std::vector<NewJob> jobs;
  for (int i = 1; i <= 20; ++i) jobs.push_back(new_job(i));
  accept(std::move(jobs));
  for (const ClaimedJob& job : claim(4)) refuse(job, "moderated");
  generate(claim(1).at(0));
  for (const ClaimedJob& job : claim(4)) refuse(job, "moderated");
  EXPECT_EQ(claim(5).size(), 5U);
}

TEST_F(StorePeopleTest, OneIdempotencyKeyMakesOneBatch) {
  NewBatch first{BatchId(uuids_.next()), "api", "", "ann", "digest", "key-1"};
  ASSERT_TRUE(wait(store_->stage(first.id, {new_job(1)})));
  ASSERT_TRUE(wait(store_->accept(first)));
  NewBatch second{BatchId(uuids_.next()), "api", "", "ann", "digest", "key-1"};
  ASSERT_TRUE(wait(store_->stage(second.id, {new_job(1)})));
  EXPECT_EQ(wait(store_->accept(second)).error().code, Errc::kConflict);
  EXPECT_EQ(count(JobState::kQueued), 1);
  const auto found = wait(store_->batch_with_idempotency_key("key-1")).value();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, first.id);
  EXPECT_EQ(found->sha256, "digest");
}

}  // namespace
}  // namespace reeld::store
