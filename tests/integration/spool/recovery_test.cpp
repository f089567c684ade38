#include "tests/integration/spool/spool_fixture.hpp"

namespace reeld::test {
namespace {

/// What a start finds after a crash at each step of taking a file in.
class RecoveryTest : public SpoolTest {
 protected:
  RecoveryTest() { make_folders(); }

  /// A claim as a crashed run left it.
  BatchId claim(const std::string& name, const std::string& text) {
    BatchId batch(uuids_.next());
    fs::create_directory(layout().claim(batch));
    if (!name.empty()) write_text(layout().claim(batch) / name, text);
    return batch;
  }

  /// A batch that a crashed run had accepted, in the store and with its file in the claim.
  BatchId accept(const std::string& name, const std::string& text) {
    const BatchId batch = claim(name, text);
    FakeStore::Batch made;
    made.summary.id = batch;
    made.summary.name = "rain";
    made.summary.file_name = "rain.json";
    made.summary.accepted_at = clock_.now();
    made.summary.jobs = 1;
    store::BatchJob job;
    job.id = JobId(uuids_.next());
    job.position = 1;
    job.name = "rain";
    job.output_path = "rain/rain";
    made.jobs.push_back(job);
    store_.batches[batch] = made;
    return batch;
  }

  void start_and_finish() {
    start();
    wait_until([this] { return claims() == 0; }, "claimed/ is empty");
  }
};

TEST_F(RecoveryTest, RemovesAClaimInWhichNothingArrived) {
  claim("", "");
  start_and_finish();
  EXPECT_TRUE(store_.batches.empty());
}

TEST_F(RecoveryTest, TakesInAFileThatWasClaimedOnly) {
  const BatchId batch = claim("rain.json", job_text("rain"));
  start_and_finish();
  ASSERT_EQ(store_.batches.size(), 1U);
  EXPECT_EQ(only_batch().summary.id, batch);
  EXPECT_TRUE(fs::exists(accepted("rain.json.receipt.json")));
}

TEST_F(RecoveryTest, ForgetsWhatWasStagedBeforeItStagesAnew) {
  const BatchId batch = claim("rain.json", job_text("rain"));
  store::NewJob half;
  half.id = JobId(uuids_.next());
  store_.staged[batch].push_back(half);
  start_and_finish();
  ASSERT_EQ(only_jobs().size(), 1U);
  EXPECT_NE(only_jobs()[0].id, half.id);
}

TEST_F(RecoveryTest, WritesTheReceiptOfAFileThatWasAccepted) {
  const BatchId batch = accept("rain.json", job_text("rain"));
  start_and_finish();
  EXPECT_EQ(store_.batches.size(), 1U);
  EXPECT_EQ(read_json(accepted("rain.json.receipt.json")).at("batch"), batch.str());
  EXPECT_TRUE(fs::exists(accepted("rain.json")));
}

TEST_F(RecoveryTest, MovesAFileWhoseReceiptIsWritten) {
  const BatchId batch = accept("rain.json", job_text("rain"));
  fs::create_directories(layout().accepted(clock_.now()));
  write_text(accepted("rain.json.receipt.json"), R"({"batch":")" + batch.str() + "\",\"jobs\":[\n]}\n");
  start_and_finish();
  EXPECT_TRUE(fs::exists(accepted("rain.json")));
  EXPECT_EQ(read_json(accepted("rain.json.receipt.json")).at("jobs").size(), 1U);
  EXPECT_EQ(std::distance(fs::directory_iterator(layout().accepted(clock_.now())), {}), 2);
}

TEST_F(RecoveryTest, RemovesTheClaimOfAFileThatHasMoved) {
  const BatchId batch = accept("", "");
  fs::create_directories(layout().accepted(clock_.now()));
  write_text(accepted("rain.json"), job_text("rain"));
  write_text(accepted("rain.json.receipt.json"), R"({"batch":")" + batch.str() + "\",\"jobs\":[\n]}\n");
  start_and_finish();
  EXPECT_EQ(std::distance(fs::directory_iterator(layout().accepted(clock_.now())), {}), 2);
}

TEST_F(RecoveryTest, RejectsAgainAtTheSamePlace) {
  const BatchId batch = claim("bad.json", "nonsense");
  write_text(rejected("bad.json.error.json"), R"({"batch":")" + batch.str() + "\",\"problems\":[\n]}\n");
  start_and_finish();
  EXPECT_TRUE(fs::exists(rejected("bad.json")));
  EXPECT_EQ(std::distance(fs::directory_iterator(layout().rejected()), {}), 3);
}

TEST_F(RecoveryTest, LeavesForeignThingsInClaimedAlone) {
  fs::create_directory(layout().claimed() / "notes");
  const BatchId odd = claim("one.json", job_text("one"));
  write_text(layout().claim(odd) / "two.json", job_text("two"));
  start();
  drop("rain.json", job_text("rain"));
  wait_until([this] { return store_.batches.size() == 1 && fs::exists(accepted("rain.json")); },
             "rain is taken");
  wait_until([this] { return claims() == 2; }, "rain's claim is gone, the others stay");
  EXPECT_EQ(only_batch().summary.file_name, "rain.json");
}

TEST_F(RecoveryTest, LeavesTheClaimsOfAnotherQueueAlone) {
  const BatchId theirs = claim("theirs.json", job_text("theirs"));
  write_text(layout().claim(theirs) / ".queue", "another-queue");
  const BatchId ours = claim("ours.json", job_text("ours"));
  write_text(layout().claim(ours) / ".queue", store_.queue);
  start();
  wait_until([this] { return store_.batches.size() == 1 && claims() == 1; }, "ours is taken");
  EXPECT_EQ(only_batch().summary.file_name, "ours.json");
  EXPECT_TRUE(fs::exists(layout().claim(theirs) / "theirs.json"));
}

TEST_F(RecoveryTest, CanBeStoppedAndStartedAnew) {
  start();
  drop("one.json", job_text("one"));
  wait_for_batches(1);
  stop();
  drop("two.json", job_text("two"));
  start();
  wait_for_batches(2);
}

TEST_F(RecoveryTest, EveryMomentIsAGoodOneToStop) {
  for (int i = 0; i < 40; ++i) {
    drop(std::to_string(i) + ".json", job_text(std::to_string(i)));
    start();
    run_for(Duration(i));
    stop();
  }
  start();
  wait_for_batches(40);
  for (const auto& [id, batch] : store_.batches) {
    EXPECT_EQ(batch.jobs.size(), 1U);
    EXPECT_TRUE(fs::exists(accepted(batch.summary.file_name + ".receipt.json")));
  }
}

}  // namespace
}  // namespace reeld::test
