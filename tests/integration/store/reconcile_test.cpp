#include "common/job/fingerprint.hpp"
#include "tests/integration/store/store_fixture.hpp"

namespace reeld::store {
namespace {

using namespace std::chrono_literals;

class StoreReconcileTest : public StoreTest {
 protected:
  static JobSpec spec(const std::string& prompt) {
    JobSpec spec;
    spec.model = "ltxv-2.0-pro";
    spec.prompt = prompt;
    spec.seed = 42;
    return spec;
  }

  NewJob job_with(const std::string& prompt, int position = 1) {
    NewJob job = new_job(position, prompt);
    job.spec = to_json(spec(prompt));
    return job;
  }

  Intent intent_of(const ClaimedJob& job) {
    Intent intent = new_intent();
    intent.fingerprint = fingerprint(job_spec_from_json(job.spec));
    return intent;
  }

  /// A job whose submit was sent and never answered.
  ClaimedJob unknown(const std::string& prompt = "rain") {
    accept({job_with(prompt)}, prompt);
    ClaimedJob job = claim(1).at(0);
    const Intent intent = intent_of(job);
    EXPECT_TRUE(wait(store_->record_intent(job.lease, intent)));
    job.intent = intent.id;
    EXPECT_TRUE(wait(store_->move(job.lease, Move(JobState::kSubmitting, JobState::kUnknown, "no answer"))));
    return job;
  }

  std::vector<OpenAttempt> open_attempts() { return wait(store_->open_attempts()).value(); }
  GenerationId new_generation() { return GenerationId(uuids_.next()); }
};

TEST_F(StoreReconcileTest, AFoundGenerationIsGoneOnWithUnderANewLease) {
  const ClaimedJob job = unknown();
  ASSERT_EQ(open_attempts().size(), 1U);
  EXPECT_EQ(open_attempts()[0].state, JobState::kUnknown);
  const GenerationId generation = new_generation();
  const auto adopted = wait(store_->adopt(job.intent, generation, "found")).value();
  ASSERT_TRUE(adopted);
  EXPECT_EQ(adopted->state, JobState::kGenerating);
  EXPECT_EQ(adopted->generation, generation);
  EXPECT_GT(adopted->lease.lease_no, job.lease.lease_no);
  EXPECT_EQ(adopted->accepted, 1);
  EXPECT_TRUE(open_attempts().empty());
  EXPECT_TRUE(wait(store_->unrecorded({generation})).value().empty());
}

TEST_F(StoreReconcileTest, NothingIsAdoptedThatIsOnRecordOrKnownAlready) {
  const ClaimedJob job = unknown();
  accept({job_with("snow")}, "snow");
  const GenerationId taken = generate(claim(1).at(0));
  EXPECT_EQ(wait(store_->adopt(job.intent, taken, "found")).error().code, Errc::kConflict);
  ASSERT_TRUE(wait(store_->adopt(job.intent, new_generation(), "found")));
  EXPECT_EQ(wait(store_->adopt(job.intent, new_generation(), "found")).error().code, Errc::kConflict);
  EXPECT_EQ(wait(store_->record_absent(job.intent, true, "absent")).error().code, Errc::kConflict);
}

TEST_F(StoreReconcileTest, AnAbsentSubmitIsParkedOrSentAgain) {
  const ClaimedJob parked = unknown("rain");
  ASSERT_TRUE(wait(store_->record_absent(parked.intent, false, "never arrived")));
  EXPECT_EQ(count(JobState::kParked), 1);
  EXPECT_TRUE(open_attempts().empty());
  const ClaimedJob resent = unknown("snow");
  ASSERT_TRUE(wait(store_->record_absent(resent.intent, true, "never arrived")));
  const auto claimed = claim(5);
  ASSERT_EQ(claimed.size(), 1U);
  EXPECT_EQ(claimed[0].lease.job, resent.lease.job);
  EXPECT_EQ(claimed[0].accepted, 0);
}

TEST_F(StoreReconcileTest, AParkedOneThatNeverArrivedCanStillBeAdoptedByAPerson) {
  const ClaimedJob job = unknown();
  ASSERT_TRUE(wait(store_->record_absent(job.intent, false, "never arrived")));
  const GenerationId generation = new_generation();
  const auto result = wait(store_->resolve(job.lease.job, {Resolution::Verdict::kAdopt, generation}, "ann"));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->taken_up.at(0).generation, generation);
}

TEST_F(StoreReconcileTest, WhatCannotBeToldIsParkedWithItsCandidatesAndStaysOpen) {
  const ClaimedJob job = unknown();
  const GenerationId one = new_generation();
  const GenerationId two = new_generation();
  ASSERT_TRUE(wait(store_->record_ambiguous(job.intent, {one, two}, "one of two")));
  EXPECT_EQ(count(JobState::kParked), 1);
  ASSERT_EQ(open_attempts().size(), 1U);
  EXPECT_EQ(open_attempts()[0].state, JobState::kParked);
  const auto history = open_reader(database()).value()->history(job.lease.job).value();
  EXPECT_EQ(history.back().detail.at("candidates"), Json({one.str(), two.str()}));
}

TEST_F(StoreReconcileTest, ACancelledJobKeepsTheIdThatIsFoundAndRetryTakesItUp) {
  const ClaimedJob job = unknown();
  ASSERT_TRUE(wait(store_->act(Action::kCancel, {job.lease.job}, "")));
  ASSERT_EQ(open_attempts().size(), 1U);
  const GenerationId generation = new_generation();
  EXPECT_FALSE(wait(store_->adopt(job.intent, generation, "found")).value());
  EXPECT_EQ(count(JobState::kCancelled), 1);
  const auto retried = wait(store_->act(Action::kRetry, {job.lease.job}, "")).value();
  ASSERT_EQ(retried.taken_up.size(), 1U);
  EXPECT_EQ(retried.taken_up[0].generation, generation);
}

TEST_F(StoreReconcileTest, TheTwinOfAnUnresolvedSubmitIsNotSent) {
  const ClaimedJob job = unknown("rain");
  accept({job_with("rain", 1), job_with("snow", 2)}, "more");
  const auto claimed = claim(5);
  ASSERT_EQ(claimed.size(), 1U);
  EXPECT_EQ(claimed[0].name, "snow");
  EXPECT_EQ(count(JobState::kScheduled), 1);
  ASSERT_TRUE(wait(store_->adopt(job.intent, new_generation(), "found")));
  const auto after = claim(5);
  ASSERT_EQ(after.size(), 1U);
  EXPECT_EQ(after[0].name, "rain");
}

TEST_F(StoreReconcileTest, AnotherSeedMakesNoTwin) {
  unknown("rain");
  NewJob other = job_with("rain");
  JobSpec own = spec("rain");
  own.seed = 43;
  other.spec = to_json(own);
  accept({other}, "more");
  EXPECT_EQ(claim(5).size(), 1U);
}

TEST_F(StoreReconcileTest, TwoTwinsCannotBothIntendToSend) {
  accept({job_with("rain", 1), job_with("rain", 2)});
  const auto jobs = claim(2);
  ASSERT_EQ(jobs.size(), 2U);
  ASSERT_TRUE(wait(store_->record_intent(jobs[0].lease, intent_of(jobs[0]))));
  EXPECT_EQ(wait(store_->record_intent(jobs[1].lease, intent_of(jobs[1]))).error().code, Errc::kConflict);
}

TEST_F(StoreReconcileTest, WhoHeardAnIdTakesItFromWhoAdoptedIt) {
  const ClaimedJob adopter = unknown("rain");
  accept({job_with("snow")}, "snow");
  const ClaimedJob hearer = claim(1).at(0);
  const Intent intent = intent_of(hearer);
  ASSERT_TRUE(wait(store_->record_intent(hearer.lease, intent)));
  const GenerationId generation = new_generation();
  ASSERT_TRUE(wait(store_->adopt(adopter.intent, generation, "found")));
  ASSERT_TRUE(
      wait(store_->record_accepted(hearer.lease, {intent.id, generation, "", "", "accepted"})).value());
  EXPECT_EQ(count(JobState::kGenerating), 1);
  EXPECT_EQ(count(JobState::kUnknown), 1);
  ASSERT_EQ(open_attempts().size(), 1U);
  EXPECT_EQ(open_attempts()[0].job, adopter.lease.job);
}

TEST_F(StoreReconcileTest, DeadlinesWaitWhileTheClockCannotBeTrusted) {
  NewJob job = job_with("rain");
  job.deadline = clock_.now() + 1h;
  accept({job});
  clock_.advance(io_, 2h);
  EXPECT_TRUE(wait(store_->claim(5, false)).value().jobs.empty());
  EXPECT_EQ(count(JobState::kQueued), 1);
  EXPECT_TRUE(wait(store_->claim(5, true)).value().jobs.empty());
  EXPECT_EQ(count(JobState::kFailed), 1);
}

TEST_F(StoreReconcileTest, AJobThatMayHaveBeenSentSinceABackupIsHeldWithItsCandidates) {
  NewJob later = job_with("snow", 2);
  later.not_before = clock_.now() + 1h;
  accept({job_with("rain", 1), later});
  const auto waiting = wait(store_->unfinished_jobs({}, 10)).value();
  ASSERT_EQ(waiting.size(), 2U);
  EXPECT_TRUE(wait(store_->unfinished_jobs(waiting[1].job, 10)).value().empty());
  for (const WaitingJob& job : waiting)
    ASSERT_TRUE(wait(store_->mark_sent_since(job.job, {new_generation()}, "looks like it")));
  EXPECT_EQ(count(JobState::kHeld), 2);
  EXPECT_FALSE(wait(store_->restored_from()).value());
}

TEST_F(StoreReconcileTest, ASubmitThatNobodyWaitsForIsGivenUpAndItsTwinGoesOn) {
  const ClaimedJob job = unknown("rain");
  ASSERT_TRUE(wait(store_->resolve(job.lease.job, {Resolution::Verdict::kFail, {}}, "ann")));
  accept({job_with("rain")}, "more");
  EXPECT_TRUE(claim(5).empty()) << "what became of it may still be found out";
  ASSERT_TRUE(wait(store_->resolve(job.lease.job, {Resolution::Verdict::kFail, {}}, "ann")));
  ASSERT_EQ(open_attempts().size(), 1U);
  EXPECT_TRUE(open_attempts()[0].given_up);
  EXPECT_EQ(claim(5).size(), 1U);
}

TEST_F(StoreReconcileTest, AnAmbiguousSubmitOfAJobThatHasEndedIsGivenUp) {
  const ClaimedJob job = unknown("rain");
  ASSERT_TRUE(wait(store_->act(Action::kCancel, {job.lease.job}, "")));
  ASSERT_TRUE(wait(store_->record_ambiguous(job.intent, {new_generation()}, "one of some")));
  EXPECT_TRUE(open_attempts().at(0).given_up);
  EXPECT_EQ(count(JobState::kCancelled), 1);
}

TEST_F(StoreReconcileTest, ASubmittingJobWithoutARunGoesOnWithWhatItsSubmitBecame) {
  accept({job_with("rain")});
  const ClaimedJob job = claim(1).at(0);
  const Intent intent = intent_of(job);
  ASSERT_TRUE(wait(store_->record_intent(job.lease, intent)));
  const auto adopted = wait(store_->adopt(intent.id, new_generation(), "found")).value();
  ASSERT_TRUE(adopted);
  EXPECT_EQ(adopted->state, JobState::kGenerating);
}

TEST_F(StoreReconcileTest, AReleaseOfTheBatchLeavesWhatMayHaveBeenSentSinceABackup) {
  const BatchId batch = accept({job_with("rain", 1), job_with("snow", 2)});
  const auto jobs = wait(store_->unfinished_jobs({}, 10)).value();
  ASSERT_TRUE(wait(store_->mark_sent_since(jobs[0].job, {new_generation()}, "looks like it")));
  ASSERT_TRUE(wait(store_->act(Action::kHold, {jobs[1].job}, "")));
  EXPECT_EQ(wait(store_->release_batch(batch, "ann")).value(), 1);
  EXPECT_EQ(count(JobState::kHeld), 1);
  const auto released = wait(store_->act(Action::kRelease, {jobs[0].job}, "ann")).value();
  EXPECT_EQ(released.outcomes.at(0).state, JobState::kQueued) << "a word about the job itself";
}

TEST_F(StoreReconcileTest, ARenderThatMayHaveBeenRepeatedSinceABackupCountsAsAnAttempt) {
  accept({job_with("rain")});
  generate(claim(1).at(0));
  const auto jobs = wait(store_->unfinished_jobs({}, 10)).value();
  ASSERT_EQ(jobs.size(), 1U);
  ASSERT_TRUE(wait(store_->mark_sent_since(jobs[0].job, {new_generation()}, "looks like it")));
  const auto recovery = wait(store_->recover()).value();
  ASSERT_EQ(recovery.in_flight.size(), 1U);
  EXPECT_EQ(recovery.in_flight[0].accepted, 2);
}

}  // namespace
}  // namespace reeld::store
