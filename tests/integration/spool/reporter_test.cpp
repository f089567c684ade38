#include "daemon/spool/reporter.hpp"

#include "tests/integration/spool/spool_fixture.hpp"

namespace reeld::test {
namespace {

class ReporterTest : public SpoolTest {
 protected:
  /// Takes a file of three lines in.
  FakeStore::Batch& take() {
    start();
    drop("shots.jsonl", job_text("one") + "\n" + job_text("two") + "\n" + job_text("three") + "\n");
    wait_for_batches(1);
    return only_batch();
  }

  static void finish(FakeStore::Batch& batch) {
    batch.jobs[0].state = JobState::kSucceeded;
    batch.jobs[0].files = {"shots/shots-00001.mp4"};
    batch.jobs[0].cost = "0.0147 DOLLARS";
    batch.jobs[1].state = JobState::kFailed;
    batch.jobs[1].failure = "moderated: \"blood\"";
    batch.jobs[1].cost = "0.1 DOLLARS";
    batch.jobs[2].duplicate = true;
    batch.jobs[2].cost = "5 DOLLARS";
    batch.summary.succeeded = 1;
    batch.summary.failed = 1;
    batch.summary.jobs = 2;
    batch.summary.finished_at = batch.summary.accepted_at + std::chrono::minutes(3);
  }

  void report(Duration each = Duration(20)) {
    reporter_.emplace(context_.get_executor(), spool::Reporter::Parts{store_, pool_}, options_.dir, each);
    spawn(reporter_->run());
  }

  void wait_until_reported() {
    wait_until([this] { return only_batch().reported; }, "the batch is reported");
  }

  std::optional<spool::Reporter> reporter_;
};

TEST_F(ReporterTest, RewritesAReceiptWhosePromiseChanged) {
  FakeStore::Batch& batch = take();
  wait_until([this] { return fs::exists(accepted("shots.jsonl.receipt.json")); }, "the receipt is written");
  batch.jobs[0].output_path = "elsewhere/rain";
  batch.stale = true;
  report();
  wait_until([&] { return !batch.stale; }, "the receipt is rewritten");
  EXPECT_NE(read_text(accepted("shots.jsonl.receipt.json")).find("elsewhere/rain.mp4"), std::string::npos);
}

TEST_F(ReporterTest, TellsTheEndOfABatch) {
  finish(take());
  report();
  wait_until_reported();
  const Json done = read_json(accepted("shots.jsonl.done.json"));
  EXPECT_EQ(done.at("batch"), only_batch().summary.id.str());
  EXPECT_EQ(done.at("counts"),
            Json({{"jobs", 2}, {"succeeded", 1}, {"failed", 1}, {"cancelled", 0}, {"duplicates", 1}}));
  EXPECT_EQ(done.at("cost"), Json({{"DOLLARS", "0.1147"}}));
  EXPECT_EQ(done.at("jobs").at(0).at("files"), Json({"shots/shots-00001.mp4"}));
  EXPECT_EQ(done.at("jobs").at(1).at("line"), 2);
  EXPECT_EQ(done.at("jobs").at(1).at("failure"), "moderated: \"blood\"");
  EXPECT_EQ(done.at("jobs").at(1).at("id"), only_batch().jobs[1].id.str());
}

TEST_F(ReporterTest, TellsNothingBeforeTheEnd) {
  take();
  report();
  run_for(Duration(100));
  EXPECT_FALSE(fs::exists(accepted("shots.jsonl.done.json")));
}

TEST_F(ReporterTest, LooksWhenItIsPoked) {
  take();
  report(Duration(3'600'000));
  run_for(Duration(50));
  finish(only_batch());
  reporter_->poke();
  wait_until_reported();
}

TEST_F(ReporterTest, FindsThePlaceOfATakenName) {
  start();
  drop("rain.json", job_text("one"));
  wait_for_batches(1);
  drop("rain.json", job_text("two"));
  wait_for_batches(2);
  stop();
  for (auto& [id, batch] : store_.batches) batch.summary.finished_at = clock_.now();
  report();
  wait_until([this] { return store_.batches.rbegin()->second.reported && only_batch().reported; },
             "both are reported");
  const std::string second = store_.batches.rbegin()->first.str();
  EXPECT_EQ(read_json(accepted("rain.json.done.json")).at("batch"), only_batch().summary.id.str());
  EXPECT_EQ(read_json(accepted("rain-" + short_id(second) + ".json.done.json")).at("batch"), second);
}

TEST_F(ReporterTest, WritesTheReportEvenWhenTheReceiptIsGone) {
  finish(take());
  fs::remove_all(layout().accepted(clock_.now()));
  report();
  wait_until_reported();
  EXPECT_TRUE(fs::exists(accepted("shots.jsonl.done.json")));
}

TEST_F(ReporterTest, WaitsForIntakeToHandTheFileOver) {
  FakeStore::Batch& batch = take();
  stop();
  finish(batch);
  fs::create_directory(layout().claim(batch.summary.id));
  report();
  run_for(Duration(100));
  EXPECT_FALSE(batch.reported);
  fs::remove(layout().claim(batch.summary.id));
  wait_until_reported();
}

TEST_F(ReporterTest, OnlyMarksWhatCameWithoutAFile) {
  finish(take());
  fs::remove_all(layout().accepted());
  only_batch().summary.file_name.clear();
  report();
  wait_until_reported();
  EXPECT_FALSE(fs::exists(layout().accepted()));
}

TEST_F(ReporterTest, TriesAgainWhenTheStoreCannotServe) {
  finish(take());
  store_.refuse = 2;
  report();
  wait_until_reported();
}

}  // namespace
}  // namespace reeld::test
