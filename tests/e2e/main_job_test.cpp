#include <gtest/gtest.h>
#include <sys/stat.h>

#include <csignal>

#include "tests/e2e/daemon.hpp"

namespace reeld::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

TEST(MainJobTest, ADroppedFileBecomesAFilmOnDisk) {
  Daemon daemon;
  daemon.start();
  daemon.drop("rain.json", guide_job("Rain on a quiet street").dump());
  ASSERT_TRUE(daemon.settled(1)) << read_file(daemon.log_file());

  const auto ledger = daemon.cloud().ledger();
  ASSERT_EQ(ledger.size(), 1U);
  EXPECT_TRUE(ledger[0].seed_was_given);
  EXPECT_FALSE(ledger[0].is_public);

  const Json job = daemon.jobs().front();
  EXPECT_EQ(job.at("state"), "succeeded");
  EXPECT_EQ(job.at("generation_id"), ledger[0].id);

  const fs::path receipt_file = daemon.accepted_file("rain.json.receipt.json");
  ASSERT_FALSE(receipt_file.empty());
  const Json receipt = Json::parse(read_file(receipt_file));
  EXPECT_EQ(receipt.at("jobs").at(0).at("id"), job.at("id"));
  const fs::path film = daemon.results() / receipt.at("jobs").at(0).at("films").at(0).get<std::string>();
  EXPECT_EQ(sha256_of(read_file(film)), daemon.cloud().film_sha256(ledger[0].id, 0));

  struct stat info{};
  ASSERT_EQ(::stat(film.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0640U);

  const Json result = Json::parse(read_file(fs::path(film).replace_extension(".json")));
  EXPECT_EQ(result.at("generation_id"), ledger[0].id);
  EXPECT_EQ(result.at("seed"), ledger[0].seed);
  EXPECT_EQ(result.at("request").at("parameters").at("seed"), ledger[0].seed);
  EXPECT_EQ(result.at("films").at(0).at("sha256"), sha256_of(read_file(film)));
  EXPECT_EQ(result.at("cost").at("amount"), ledger[0].cost);
  EXPECT_TRUE(fs::exists(fs::path(film).replace_extension(".jpg")));

  EXPECT_TRUE(eventually([&] { return !daemon.accepted_file("rain.json.done.json").empty(); }));
  const Json done = Json::parse(read_file(daemon.accepted_file("rain.json.done.json")));
  EXPECT_EQ(done.at("counts").at("succeeded"), 1) << done.dump(2);
  EXPECT_EQ(daemon.stop(), 0);
}

TEST(MainJobTest, ManyLinesAndSeveralFilmsEachGetTheirPromisedPlace) {
  Daemon daemon;
  daemon.start();
  std::string lines;
  for (int i = 0; i < 20; ++i) {
    Json job = guide_job("shot " + std::to_string(i));
    job["parameters"]["quantity"] = i % 3 + 1;
    lines += job.dump() + "\r\n\r\n";
  }
  daemon.drop("shots.jsonl", lines);
  ASSERT_TRUE(daemon.settled(20)) << read_file(daemon.log_file());
  EXPECT_EQ(daemon.count(JobState::kSucceeded), 20);
  const Json receipt = Json::parse(read_file(daemon.accepted_file("shots.jsonl.receipt.json")));
  int films = 0;
  for (const Json& job : receipt.at("jobs")) {
    for (const Json& film : job.at("films")) {
      EXPECT_TRUE(fs::exists(daemon.results() / film.get<std::string>())) << film;
      ++films;
    }
  }
  EXPECT_EQ(films, 7 * 1 + 7 * 2 + 6 * 3);
  EXPECT_EQ(daemon.cloud().ledger().size(), 20U);
  EXPECT_TRUE(daemon.cloud().violations().empty());
}

TEST(MainJobTest, ImageToVideoSendsTheStartFrame) {
  Daemon daemon;
  daemon.start();
  Json job = guide_job("The street comes alive");
  job["parameters"]["start_frame"] = {{"id", "11111111-2222-4333-8444-555555555555"}, {"type", "UPLOADED"}};
  daemon.drop("alive.json", job.dump());
  ASSERT_TRUE(daemon.settled(1));
  EXPECT_EQ(daemon.count(JobState::kSucceeded), 1);
  EXPECT_EQ(daemon.cloud().ledger().at(0).start_image, "11111111-2222-4333-8444-555555555555");
}

TEST(MainJobTest, AForeignFileAtTheResultsPlaceIsLeftAlone) {
  Daemon daemon;
  daemon.set("results.output", "films/{name}");
  daemon.start();
  fs::create_directories(daemon.results() / "films");
  drop_file(daemon.results() / "films" / "rain.mp4", "not reeld's");
  daemon.drop("rain.json", guide_job("Rain").dump());
  ASSERT_TRUE(daemon.settled(1));
  EXPECT_EQ(daemon.count(JobState::kSucceeded), 1) << read_file(daemon.log_file());
  EXPECT_EQ(read_file(daemon.results() / "films" / "rain.mp4"), "not reeld's");
  const std::string id = daemon.jobs().front().at("id");
  const fs::path film = daemon.results() / "films" / ("rain-" + id.substr(id.size() - 8) + ".mp4");
  EXPECT_EQ(sha256_of(read_file(film)), daemon.cloud().film_sha256(daemon.cloud().ledger().at(0).id, 0));
  // The receipt tells where the film really is.
  const std::string promised = "films/" + film.filename().string();
  EXPECT_TRUE(eventually([&] {
    const Json receipt = Json::parse(read_file(daemon.accepted_file("rain.json.receipt.json")));
    return receipt.at("jobs").at(0).at("films").at(0) == promised;
  }));
}

TEST(MainJobTest, BadFilesAreRejectedWithReasonsAndTheDaemonGoesOn) {
  Daemon daemon;
  daemon.start();
  Json wrong = guide_job("Rain");
  wrong["parameters"]["duration"] = 7;
  wrong["parameters"]["quality"] = "best";
  daemon.drop("wrong.json", wrong.dump());
  daemon.drop("broken.json", "{\"model\": ");
  daemon.drop("deep.json", std::string(100'000, '[') + std::string(100'000, ']'));
  daemon.drop("good.json", guide_job("Rain").dump());
  ASSERT_TRUE(daemon.settled(1));
  const fs::path rejected = daemon.data() / "spool" / "rejected";
  ASSERT_TRUE(eventually([&] { return fs::exists(rejected / "deep.json.error.txt"); }));
  const Json error = Json::parse(read_file(rejected / "wrong.json.error.json"));
  EXPECT_EQ(error.at("problems").size(), 2U) << error.dump(2);
  EXPECT_NE(read_file(rejected / "wrong.json.error.txt").find("7 is not one of 6, 8"), std::string::npos);
  EXPECT_TRUE(fs::exists(rejected / "broken.json.error.txt"));
  EXPECT_EQ(daemon.count(JobState::kSucceeded), 1);
}

TEST(MainJobTest, NoSecretStandsInAnythingThatIsLeftBehind) {
  Daemon daemon;
  daemon.set("log.level", "trace");
  daemon.start();
  daemon.cloud().add_faults(R"([{"on": "submit", "do": "status", "code": 401, "times": 1,
      "body": "{\"error\":\"Authentication hook unauthorized this request\",\"code\":\"access-denied\",\"path\":\"$\"}"},
    {"on": "download", "do": "status", "code": 500}])");
  daemon.drop("rain.json", guide_job("Rain").dump());
  ASSERT_TRUE(daemon.settled(1));
  const std::string shown = daemon.reeld({"show", daemon.jobs().front().at("id")}).output +
                            daemon.reeld({"config", "show"}).output + daemon.reeld({"list", "--json"}).output;
  EXPECT_EQ(daemon.stop(), 0);
  EXPECT_EQ(shown.find(daemon.api_key()), std::string::npos);
  for (const fs::path& file : files_below(daemon.data())) {
    EXPECT_EQ(read_file(file).find(daemon.api_key()), std::string::npos) << file;
  }
  EXPECT_EQ(read_file(daemon.log_file()).find(daemon.api_key()), std::string::npos);
}

TEST(MainJobTest, QueueAndFoldersAreClosedToOthersWhateverTheUmask) {
  const mode_t before = ::umask(0);
  Daemon daemon;
  daemon.start();
  daemon.drop("rain.json", guide_job("Rain").dump());
  ASSERT_TRUE(daemon.settled(1));
  ::umask(before);
  for (const char* name : {"queue.db", "queue.db-wal", "queue.db-shm"}) {
    struct stat info{};
    if (::stat((daemon.data() / name).c_str(), &info) != 0) continue;
    EXPECT_EQ(info.st_mode & 0777U, 0600U) << name;
  }
  struct stat info{};
  ASSERT_EQ(::stat(daemon.results().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0750U);
}

}  // namespace
}  // namespace reeld::test
