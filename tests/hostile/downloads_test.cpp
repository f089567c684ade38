// Downloads that are cut, changed, moved or refused.
#include <gtest/gtest.h>

#include "tests/e2e/daemon.hpp"

namespace reeld::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class DownloadsTest : public testing::Test {
 protected:
  static sim::Options cloud(std::uint64_t film_bytes) {
    sim::Options options = Daemon::fast_cloud();
    options.video_bytes = film_bytes;
    return options;
  }

  /// One job through the given faults; its film must be the whole one that the cloud serves.
  static void expect_whole_film_despite(Daemon& daemon, const std::string& faults) {
    daemon.cloud().add_faults(faults);
    daemon.start();
    daemon.drop("rain.json", guide_job("Rain").dump());
    ASSERT_TRUE(daemon.settled(1)) << read_file(daemon.log_file());
    const auto ledger = daemon.cloud().ledger();
    ASSERT_EQ(ledger.size(), 1U);
    ASSERT_EQ(daemon.count(JobState::kSucceeded), 1);
    const Json job = daemon.jobs().front();
    const fs::path film = daemon.results() / (job.at("output").get<std::string>() + ".mp4");
    const std::string served = daemon.cloud().film_sha256(ledger[0].id, 0);
    EXPECT_EQ(sha256_of(read_file(film)), served);
    const Json result = Json::parse(read_file(fs::path(film).replace_extension(".json")));
    EXPECT_EQ(result.at("films").at(0).at("sha256"), served);
    EXPECT_TRUE(daemon.cloud().violations().empty());
  }

  /// The downloads that asked for a part only.
  static int resumed(Daemon& daemon) {
    int count = 0;
    for (const sim::RequestRecord& request : daemon.cloud().requests()) {
      count += request.endpoint == sim::Endpoint::kDownload && request.status == 206 ? 1 : 0;
    }
    return count;
  }
};

/// More than the bytes after which progress is recorded.
constexpr std::uint64_t kLongFilm = 40U << 20;

TEST_F(DownloadsTest, AreTakenUpWhereTheyBroke) {
  Daemon daemon(cloud(kLongFilm));
  expect_whole_film_despite(daemon, R"([{"on": "download", "do": "truncate"}])");
  EXPECT_EQ(resumed(daemon), 1);
}

TEST_F(DownloadsTest, BeginAnewWhereTheServerKnowsNoRanges) {
  Daemon daemon(cloud(kLongFilm));
  expect_whole_film_despite(
      daemon, R"([{"on": "download", "do": "truncate"}, {"on": "download", "do": "no_range"}])");
  EXPECT_EQ(resumed(daemon), 0);
}

TEST_F(DownloadsTest, NeverJoinBytesOfTwoFilms) {
  Daemon daemon(cloud(kLongFilm));
  expect_whole_film_despite(
      daemon, R"([{"on": "download", "do": "truncate"}, {"on": "download", "do": "change_etag"}])");
}

TEST_F(DownloadsTest, BeginAnewWhereARangeComesUnderAnotherEtag) {
  Daemon daemon(cloud(kLongFilm));
  expect_whole_film_despite(
      daemon, R"([{"on": "download", "do": "truncate"}, {"on": "download", "do": "other_etag"}])");
  std::vector<int> statuses;
  for (const sim::RequestRecord& request : daemon.cloud().requests()) {
    if (request.endpoint == sim::Endpoint::kDownload) statuses.push_back(request.status);
  }
  EXPECT_EQ(statuses, (std::vector{200, 206, 200}));
}

TEST_F(DownloadsTest, RefuseARangeThatBeginsElsewhere) {
  Daemon daemon(cloud(kLongFilm));
  expect_whole_film_despite(
      daemon, R"([{"on": "download", "do": "truncate"}, {"on": "download", "do": "bad_range"}])");
}

TEST_F(DownloadsTest, AskTheStatusForAFreshAddressWhereTheOldOneIsRefused) {
  for (const int code : {403, 404, 410}) {
    Daemon daemon(cloud(100'000));
    expect_whole_film_despite(daemon, R"([{"on": "download", "do": "status", "code": )" +
                                          std::to_string(code) + R"(, "times": 2}])");
    const auto requests = daemon.cloud().requests();
    int asked_after_refusal = 0;
    bool was_refused = false;
    for (const sim::RequestRecord& request : requests) {
      was_refused = was_refused || request.status == code;
      asked_after_refusal += was_refused && request.endpoint == sim::Endpoint::kStatus ? 1 : 0;
    }
    EXPECT_EQ(asked_after_refusal, 2) << code;
  }
}

TEST_F(DownloadsTest, StopForAWhileFromAServerThatKeepsFailing) {
  Daemon daemon(cloud(0));
  // Only the trials come through: without a pause thirty jobs would knock hundreds of times.
  daemon.cloud().add_faults(R"([{"on": "download", "do": "status", "code": 503, "times": 0}])");
  daemon.start();
  std::string lines;
  for (int i = 0; i < 30; ++i) lines += guide_job("shot " + std::to_string(i)).dump() + "\n";
  daemon.drop("shots.jsonl", lines);
  ASSERT_TRUE(eventually([&] { return daemon.count(JobState::kDownloading) == 30; }));
  const auto waits_for_the_server = [&] {
    return daemon.reeld({"show", daemon.jobs().front().at("id")})
               .output.find("the films' server keeps failing") != std::string::npos;
  };
  EXPECT_TRUE(eventually(waits_for_the_server)) << read_file(daemon.log_file()).substr(0, 20'000);
  // Ten open it, up to four were under way, and a trial may have followed.
  EXPECT_LE(daemon.cloud().request_count(sim::Endpoint::kDownload), 16U);
  daemon.cloud().clear_faults();
  ASSERT_TRUE(daemon.settled(30)) << read_file(daemon.log_file()).substr(0, 20'000);
  EXPECT_EQ(daemon.count(JobState::kSucceeded), 30);
  EXPECT_EQ(daemon.cloud().ledger().size(), 30U);
}

}  // namespace
}  // namespace reeld::test
