#include "daemon/store/sqlite/connection.hpp"
#include "tests/integration/store/store_fixture.hpp"

namespace reeld::store {
namespace {

using namespace std::chrono_literals;

using StoreClaimTest = StoreTest;

std::vector<std::string> names(const std::vector<ClaimedJob>& jobs) {
  std::vector<std::string> list;
  for (const ClaimedJob& job : jobs) list.push_back(job.name);
  return list;
}

TEST_F(StoreClaimTest, ServesHigherPriorityFirstThenTheOrderOfTheFile) {
  NewJob low = new_job(1, "low");
  NewJob high = new_job(2, "high");
  high.priority = 10;
  NewJob last = new_job(3, "last");
  accept({low, high, last});
  EXPECT_EQ(names(claim(10)), (std::vector<std::string>{"high", "low", "last"}));
}

TEST_F(StoreClaimTest, ASmallBatchIsServedInTurnWithABigOneAndStarvesItNot) {
  std::vector<NewJob> big;
  for (int i = 1; i <= 100; ++i) big.push_back(new_job(i, "big"));
  accept(std::move(big), "big.jsonl");
  EXPECT_EQ(claim(10).size(), 10U);
  accept({new_job(1, "small"), new_job(2, "small"), new_job(3, "small")}, "small.jsonl");
  const auto next = names(claim(6));
  EXPECT_EQ(std::count(next.begin(), next.end(), "small"), 3)
      << "three lines that came later are served at once";
  EXPECT_EQ(std::count(next.begin(), next.end(), "big"), 3) << "and the big file goes on between them";
}

TEST_F(StoreClaimTest, TheRoundOutlivesARestart) {
  std::vector<NewJob> big;
  for (int i = 1; i <= 50; ++i) big.push_back(new_job(i, "big"));
  accept(std::move(big), "big.jsonl");
  claim(20);
  reopen();
  accept({new_job(1, "small")}, "small.jsonl");
  const auto next = names(claim(3));
  EXPECT_EQ(std::count(next.begin(), next.end(), "small"), 1);
  EXPECT_EQ(next.front(), "big") << "its turn is behind what was before it";
}

TEST_F(StoreClaimTest, AJobThatIsNotDueWaitsAndTheClaimSaysUntilWhen) {
  NewJob later = new_job(1, "later");
  later.not_before = clock_.now() + 1h;
  accept({later});
  const auto none = wait(store_->claim(10)).value();
  EXPECT_TRUE(none.jobs.empty());
  EXPECT_EQ(none.next_due, clock_.now() + 1h);
  EXPECT_EQ(count(JobState::kScheduled), 1);
  clock_.advance(io_, 1h);
  EXPECT_EQ(claim(10).size(), 1U);
}

TEST_F(StoreClaimTest, ADeadlineFailsWhatWasNotSent) {
  NewJob job = new_job(1, "late");
  job.deadline = clock_.now() + 1h;
  accept({job});
  EXPECT_EQ(wait(store_->claim(0)).value().next_due, clock_.now() + 1h);
  clock_.advance(io_, 1h);
  EXPECT_TRUE(claim(10).empty());
  EXPECT_EQ(count(JobState::kFailed), 1);
}

TEST_F(StoreClaimTest, NothingPastItsDeadlineIsClaimedHoweverManyThereAre) {
  std::vector<NewJob> jobs;
  for (int i = 1; i <= 1'500; ++i) {
    NewJob job = new_job(i, "late");
    job.deadline = clock_.now() + 1h;
    jobs.push_back(std::move(job));
  }
  accept(std::move(jobs));
  clock_.advance(io_, 2h);
  EXPECT_TRUE(claim(10).empty());
  EXPECT_EQ(count(JobState::kFailed), 1'000);
  EXPECT_TRUE(claim(0).empty()) << "a claim of none still sees to the rest";
  EXPECT_EQ(count(JobState::kFailed), 1'500);
}

TEST_F(StoreClaimTest, RecoverLooksAtJobsInFlightOnly) {
  sqlite::Connection connection(database(), sqlite::Connection::Mode::kReadOnly);
  sqlite::Query plan = connection.query(
      "EXPLAIN QUERY PLAN SELECT id FROM job WHERE state IN ('submitting', 'generating', 'downloading', "
      "'unknown',"
      " 'parked') AND state = 'submitting'");
  ASSERT_TRUE(plan.step());
  EXPECT_NE(plan.text(3).find("job_state"), std::string::npos) << plan.text(3);
}

TEST_F(StoreClaimTest, ALateJobIsFoundWithoutALookAtTheQueue) {
  accept({new_job(1)});
  sqlite::Connection connection(database(), sqlite::Connection::Mode::kReadOnly);
  // The words of claims.cpp: without the hint the planner takes the index by state, and reads the whole
  // queue.
  sqlite::Query plan = connection.query(
      "EXPLAIN QUERY PLAN SELECT id, batch_id, state FROM job INDEXED BY job_deadline WHERE deadline <= ?1"
      " AND deadline IS NOT NULL AND state IN ('scheduled', 'queued', 'held') ORDER BY deadline LIMIT 1000");
  ASSERT_TRUE(plan.step());
  EXPECT_NE(plan.text(3).find("USING INDEX job_deadline (deadline"), std::string::npos) << plan.text(3);
  EXPECT_FALSE(plan.step()) << "nothing is sorted";
}

TEST_F(StoreClaimTest, EachClaimRaisesTheLeaseAndOldOnesAreFencedOut) {
  accept({new_job(1)});
  const ClaimedJob first = claim(1).at(0);
  ASSERT_TRUE(
      wait(store_->move(first.lease, Move(JobState::kSubmitting, JobState::kQueued, "nothing was sent"))));
  const ClaimedJob second = claim(1).at(0);
  EXPECT_GT(second.lease.lease_no, first.lease.lease_no);
  EXPECT_EQ(wait(store_->record_intent(first.lease, new_intent())).error().code, Errc::kLeaseLost);
  EXPECT_EQ(
      wait(store_->move(first.lease, Move(JobState::kSubmitting, JobState::kQueued, "stale"))).error().code,
      Errc::kLeaseLost);
}

TEST_F(StoreClaimTest, RecoverTellsUnsentFromPerhapsSent) {
  accept({new_job(1, "unsent"), new_job(2, "sent"), new_job(3, "rendering")});
  const auto jobs = claim(3);
  ASSERT_TRUE(wait(store_->record_intent(jobs[1].lease, new_intent())));
  const GenerationId generation = generate(jobs[2]);
  reopen();
  const Recovery recovery = wait(store_->recover()).value();
  EXPECT_EQ(recovery.requeued, 1);
  EXPECT_EQ(recovery.unknown, 1);
  ASSERT_EQ(recovery.in_flight.size(), 1U);
  EXPECT_EQ(recovery.in_flight[0].generation, generation);
  EXPECT_GT(recovery.in_flight[0].lease.lease_no, jobs[2].lease.lease_no);
  EXPECT_EQ(count(JobState::kUnknown), 1);
  EXPECT_EQ(names(claim(10)), std::vector<std::string>{"unsent"});
}

TEST_F(StoreClaimTest, RemembersTheSubmitsOfTheLastMinute) {
  accept({new_job(1), new_job(2)});
  const auto jobs = claim(2);
  ASSERT_TRUE(wait(store_->record_intent(jobs[0].lease, new_intent())));
  clock_.advance(io_, 50s);
  ASSERT_TRUE(wait(store_->record_intent(jobs[1].lease, new_intent())));
  EXPECT_EQ(wait(store_->recent_intents()).value().size(), 2U);
  clock_.advance(io_, 11s);
  EXPECT_EQ(wait(store_->recent_intents()).value().size(), 1U);
}

}  // namespace
}  // namespace reeld::store
