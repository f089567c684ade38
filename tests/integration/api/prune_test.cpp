#include <sys/stat.h>

#include <thread>

#include "tests/integration/api/api_fixture.hpp"

namespace reeld::test {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

class ApiPruneTest : public ApiTest {
 protected:
  /// A job that succeeded, with its files as reeld writes them, and whose batch was reported.
  std::string published() {
    submit(1);
    const std::string id = publish("the film");
    for (const store::BatchSummary& batch : wait(store_->finished_batches()).value()) {
      EXPECT_TRUE(wait(store_->mark_reported(batch.id)));
    }
    stem_ = options_.results / get("/v1/jobs/" + id).at("output").get<std::string>();
    const Json result{{"id", id}, {"films", {{{"poster", stem_.filename().string() + ".jpg"}}}}};
    drop_file(stem_.string() + ".json", result.dump());
    return id;
  }
  fs::path file(const std::string& ending) const { return stem_.string() + ending; }

  /// Forgets all that ended before now.
  Json prune(Json more = Json::object(), int status = 200) {
    more["older_than"] = "0ms";
    std::this_thread::sleep_for(2ms);  // so that "before now" holds
    return post("/v1/prune", more, status);
  }

  fs::path stem_;
};

TEST_F(ApiPruneTest, FilesStayUnlessTheyAreNamed) {
  const std::string id = published();
  EXPECT_EQ(prune().at("jobs"), 1);
  get("/v1/jobs/" + id, 404);
  EXPECT_TRUE(fs::exists(file(".mp4")));
  EXPECT_TRUE(fs::exists(file(".json")));
}

TEST_F(ApiPruneTest, RemovesTheFilesThatAreOnRecordAndTheirEmptyFolders) {
  published();
  const Json outcome = prune({{"files", true}});
  EXPECT_EQ(outcome.at("jobs"), 1);
  EXPECT_EQ(outcome.at("files"), 3);
  EXPECT_TRUE(files_below(options_.results).empty());
  EXPECT_TRUE(fs::is_empty(options_.results)) << "the folders are gone, too";
  EXPECT_TRUE(fs::exists(options_.results));
}

TEST_F(ApiPruneTest, AFilmThatHasChangedStaysWithItsCompanions) {
  published();
  drop_file(file(".mp4"), "the cut!");
  const Json outcome = prune({{"files", true}});
  EXPECT_EQ(outcome.at("jobs"), 1);
  EXPECT_EQ(outcome.at("files"), 0);
  EXPECT_EQ(outcome.at("foreign_files"), 1);
  EXPECT_EQ(read_file(file(".mp4")), "the cut!");
  EXPECT_TRUE(fs::exists(file(".jpg")));
}

TEST_F(ApiPruneTest, AForeignFileBesideTheFilmKeepsItsFolder) {
  published();
  drop_file(stem_.parent_path() / "notes.txt", "mine");
  prune({{"files", true}});
  EXPECT_EQ(files_below(options_.results), std::vector<fs::path>{stem_.parent_path() / "notes.txt"});
}

TEST_F(ApiPruneTest, AResultFileOfAnotherJobStays) {
  published();
  drop_file(file(".json"), R"({"id": "somebody else's"})");
  const Json outcome = prune({{"files", true}});
  EXPECT_EQ(outcome.at("files"), 1) << "the film is ours";
  EXPECT_TRUE(fs::exists(file(".json")));
  EXPECT_TRUE(fs::exists(file(".jpg"))) << "nothing of ours says that it is";
}

TEST_F(ApiPruneTest, AResultFileThatWasWrittenAgainStays) {
  published();
  fs::last_write_time(file(".json"), fs::file_time_type::clock::now() + 10min);
  EXPECT_EQ(prune({{"files", true}}).at("foreign_files"), 1);
  EXPECT_TRUE(fs::exists(file(".json")));
  EXPECT_TRUE(fs::exists(file(".jpg")));
}

TEST_F(ApiPruneTest, APosterThatWasReplacedStays) {
  published();
  fs::last_write_time(file(".jpg"), fs::file_time_type::clock::now() + 10min);
  EXPECT_EQ(prune({{"files", true}}).at("foreign_files"), 1);
  EXPECT_TRUE(fs::exists(file(".jpg")));
}

TEST_F(ApiPruneTest, APipeInPlaceOfTheResultFileIsNotWaitedFor) {
  published();
  fs::remove(file(".json"));
  ASSERT_EQ(::mkfifo(file(".json").c_str(), 0600), 0);
  EXPECT_EQ(prune({{"files", true}}).at("foreign_files"), 1);
  EXPECT_TRUE(fs::exists(fs::symlink_status(file(".json"))));
}

TEST_F(ApiPruneTest, FilesOnADiskThatIsNotMountedWait) {
  published();
  const fs::path elsewhere = dir_.path() / "unmounted";
  fs::rename(options_.results, elsewhere);
  fs::create_directory(options_.results);
  const Json outcome = prune({{"files", true}});
  EXPECT_EQ(outcome.at("jobs"), 1);
  EXPECT_EQ(outcome.at("waiting"), 1);
  fs::remove(options_.results);
  EXPECT_EQ(prune({{"files", true}}).at("waiting"), 1);
  fs::rename(elsewhere, options_.results);
  EXPECT_EQ(prune({{"files", true}}).at("files"), 3) << "they are still known";
  EXPECT_TRUE(files_below(options_.results).empty());
}

TEST_F(ApiPruneTest, WaitsUntilTheServiceHasToldItsTime) {
  const std::string id = published();
  clock_difference_.reset();
  prune(Json::object(), 409);
  get("/v1/jobs/" + id);
}

TEST_F(ApiPruneTest, WaitsWhileTheClocksDiffer) {
  const std::string id = published();
  clock_difference_ = -6min;
  const Json refused = prune(Json::object(), 409);
  EXPECT_NE(refused.at("detail").get<std::string>().find("clock"), std::string::npos);
  get("/v1/jobs/" + id);
}

TEST_F(ApiPruneTest, RefusesWhatItDoesNotUnderstand) {
  post("/v1/prune", Json::object(), 400);
  post("/v1/prune", {{"older_than", "soon"}}, 400);
  post("/v1/prune", {{"older_than", "1d"}, {"states", {"queued"}}}, 400);
  post("/v1/prune", {{"older_than", "1d"}, {"everything", true}}, 400);
}

TEST_F(ApiPruneTest, ManyJobsTakeSeveralCalls) {
  submit(500);
  post("/v1/jobs/cancel", {{"all", true}});
  for (const store::BatchSummary& batch : wait(store_->finished_batches()).value()) {
    ASSERT_TRUE(wait(store_->mark_reported(batch.id)));
  }
  const Json all = prune({{"dry_run", true}});
  EXPECT_EQ(all.at("jobs"), 500);
  EXPECT_EQ(all.at("more"), false);
  const Json first = prune();
  EXPECT_EQ(first.at("more"), true);
  EXPECT_EQ(first.at("jobs").get<int>() + prune().at("jobs").get<int>(), 500);
}

}  // namespace
}  // namespace reeld::test
