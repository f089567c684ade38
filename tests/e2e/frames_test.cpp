#include <gtest/gtest.h>

#include <set>

#include "tests/e2e/daemon.hpp"
#include "tests/support/pictures.hpp"

namespace reeld::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using sim::Endpoint;

Json framed_job(const std::string& prompt, const std::string& file) {
  Json job = guide_job(prompt);
  job["parameters"]["start_frame"] = {{"file", file}};
  return job;
}

class FramesTest : public testing::Test {
 protected:
  explicit FramesTest(sim::Options cloud = Daemon::fast_cloud()) : daemon_(std::move(cloud)) {}

  /// Puts a picture where job files are dropped.
  fs::path add_picture(const std::string& name) {
    drop_file(daemon_.incoming() / name, png(1920, 1080, name));
    return daemon_.incoming() / name;
  }
  void drop_job(const std::string& picture) { daemon_.drop("rain.json", framed_job("Rain", picture).dump()); }
  void drop_jobs(int count, const std::string& picture) {
    std::string lines;
    for (int i = 0; i < count; ++i) lines += framed_job("shot " + std::to_string(i), picture).dump() + "\n";
    daemon_.drop("shots.jsonl", lines);
  }
  std::uint64_t requests(Endpoint endpoint) { return daemon_.cloud().request_count(endpoint); }
  std::string history() {
    const std::string id = daemon_.jobs().front().at("id");
    return daemon_.reeld({"show", id}).output;
  }
  void expect_one_film_from_a_picture() {
    ASSERT_TRUE(daemon_.settled(1)) << read_file(daemon_.log_file());
    EXPECT_EQ(daemon_.count(JobState::kSucceeded), 1) << read_file(daemon_.log_file());
    const auto ledger = daemon_.cloud().ledger();
    ASSERT_EQ(ledger.size(), 1U);
    EXPECT_FALSE(ledger.front().start_image.empty());
    EXPECT_TRUE(daemon_.cloud().violations().empty());
  }

  Daemon daemon_;
};

TEST_F(FramesTest, ManyJobsShareOneUploadAlsoOverARestartAndWithoutTheOriginal) {
  daemon_.cloud().add_faults(R"([{"on": "upload", "do": "delay", "ms": 300}])");
  daemon_.start();
  const fs::path picture = add_picture("street.png");
  drop_jobs(25, "street.png");
  ASSERT_TRUE(eventually([&] { return daemon_.jobs().size() == 25; })) << read_file(daemon_.log_file());
  fs::remove(picture);
  ASSERT_TRUE(daemon_.settled(25)) << read_file(daemon_.log_file());
  EXPECT_EQ(daemon_.count(JobState::kSucceeded), 25);
  EXPECT_EQ(daemon_.stop(), 0);

  // The copy goes at the start, since no job needs it; the account's image is remembered all the same.
  daemon_.start();
  EXPECT_TRUE(eventually([&] { return files_below(daemon_.data() / "frames").empty(); }));
  add_picture("street.png");
  drop_job("street.png");
  ASSERT_TRUE(daemon_.settled(26)) << read_file(daemon_.log_file());
  EXPECT_EQ(requests(Endpoint::kUpload), 1U);
  EXPECT_EQ(requests(Endpoint::kInitImage), 1U);
  std::set<std::string> images;
  for (const auto& entry : daemon_.cloud().ledger()) images.insert(entry.start_image);
  EXPECT_EQ(images.size(), 1U);
  EXPECT_FALSE(images.contains(""));
  EXPECT_TRUE(daemon_.cloud().violations().empty());
}

TEST_F(FramesTest, BothFramesAndThePictureOfAnotherShapeAreInTheHistory) {
  daemon_.start();
  drop_file(daemon_.incoming() / "first.png", png(1000, 1000));
  add_picture("last.png");
  Json job = framed_job("Rain", "first.png");
  job["model"] = "ltxv-2.3-pro";
  job["parameters"]["end_frame"] = {{"file", "last.png"}};
  daemon_.drop("rain.json", job.dump());
  expect_one_film_from_a_picture();
  EXPECT_EQ(requests(Endpoint::kUpload), 2U);
  const std::string told = history();
  EXPECT_NE(told.find("the start frame is 1000x1000 and the film 1920x1080"), std::string::npos) << told;
  EXPECT_NE(told.find("start frame uploaded"), std::string::npos) << told;
  EXPECT_NE(told.find("end frame uploaded"), std::string::npos) << told;
}

TEST_F(FramesTest, AFailingUploadIsRepeatedUntilItGoesThrough) {
  daemon_.cloud().add_faults(
      R"([{"on": "init-image", "do": "status", "code": 503}, {"on": "init-image", "do": "drop_after"},
    {"on": "upload", "do": "drop_before"}, {"on": "upload", "do": "status", "code": 500},
    {"on": "upload", "do": "drop_after"}, {"on": "upload", "do": "expired_url", "times": 3}])");
  daemon_.start();
  add_picture("street.png");
  drop_job("street.png");
  expect_one_film_from_a_picture();
}

class ShortPolicyTest : public FramesTest {
 protected:
  static sim::Options cloud() {
    sim::Options options = Daemon::fast_cloud();
    options.upload_policy_life = 400ms;
    return options;
  }
  ShortPolicyTest() : FramesTest(cloud()) {}
};

TEST_F(ShortPolicyTest, AnUploadThatOutlivesItsLeaveIsBegunAnew) {
  daemon_.cloud().add_faults(R"([{"on": "upload", "do": "delay", "ms": 800}])");
  daemon_.start();
  add_picture("street.png");
  drop_job("street.png");
  expect_one_film_from_a_picture();
  EXPECT_EQ(requests(Endpoint::kInitImage), 2U);
  EXPECT_EQ(requests(Endpoint::kUpload), 2U);
}

TEST_F(FramesTest, AKillDuringTheUploadLosesNothing) {
  daemon_.cloud().add_faults(R"([{"on": "upload", "do": "hang"}])");
  daemon_.start();
  const fs::path picture = add_picture("street.png");
  drop_job("street.png");
  ASSERT_TRUE(eventually([&] { return requests(Endpoint::kInitImage) == 1; }))
      << read_file(daemon_.log_file());
  EXPECT_EQ(daemon_.count(JobState::kSubmitting), 1);
  daemon_.kill();
  fs::remove(picture);
  daemon_.start();
  expect_one_film_from_a_picture();
}

TEST_F(FramesTest, AStopAndACancelInterruptAnUpload) {
  daemon_.cloud().add_faults(R"([{"on": "upload", "do": "hang", "times": 2}])");
  daemon_.start();
  add_picture("street.png");
  drop_job("street.png");
  ASSERT_TRUE(eventually([&] { return requests(Endpoint::kInitImage) == 1; }))
      << read_file(daemon_.log_file());
  EXPECT_EQ(daemon_.stop(), 0);
  EXPECT_EQ(daemon_.count(JobState::kQueued), 1);
  daemon_.start();
  ASSERT_TRUE(eventually([&] { return requests(Endpoint::kInitImage) == 2; }))
      << read_file(daemon_.log_file());
  const std::string id = daemon_.jobs().front().at("id");
  EXPECT_EQ(daemon_.reeld({"cancel", id}).exit_code, 0);
  ASSERT_TRUE(daemon_.settled(1));
  EXPECT_EQ(daemon_.count(JobState::kCancelled), 1);
  EXPECT_EQ(daemon_.stop(), 0);
  EXPECT_TRUE(daemon_.cloud().ledger().empty());
}

TEST_F(FramesTest, APictureThatTheServiceLostIsUploadedAgainOnce) {
  daemon_.cloud().add_faults(
      R"([{"on": "submit", "do": "status", "code": 400, "type": "application/json",
    "body": "{\"error\":\"invalid init image id\",\"path\":\"$\",\"code\":\"unexpected\"}"}])");
  daemon_.start();
  add_picture("street.png");
  drop_job("street.png");
  expect_one_film_from_a_picture();
  EXPECT_EQ(requests(Endpoint::kUpload), 2U);
  EXPECT_NE(history().find("it is uploaded again"), std::string::npos) << history();
}

TEST_F(FramesTest, APictureThatIsLostTwiceFailsTheJobWithTheServicesWords) {
  daemon_.cloud().add_faults(
      R"([{"on": "submit", "do": "status", "code": 400, "type": "application/json", "times": 0,
    "body": "{\"error\":\"couldn't access image\",\"path\":\"$\",\"code\":\"unexpected\"}"}])");
  daemon_.start();
  add_picture("street.png");
  drop_job("street.png");
  ASSERT_TRUE(daemon_.settled(1)) << read_file(daemon_.log_file());
  EXPECT_EQ(daemon_.count(JobState::kFailed), 1);
  EXPECT_EQ(requests(Endpoint::kUpload), 2U);
  EXPECT_EQ(requests(Endpoint::kSubmit), 2U);
  EXPECT_NE(daemon_.jobs().front().at("error").get<std::string>().find("couldn't access image"),
            std::string::npos);
  // The copy of a failed job stays: a retry may need it.
  EXPECT_EQ(daemon_.stop(), 0);
  daemon_.start();
  EXPECT_EQ(files_below(daemon_.data() / "frames").size(), 1U);
}

TEST_F(FramesTest, APictureThatTheStorageRefusesFailsTheJobInWords) {
  daemon_.cloud().add_faults(
      R"([{"on": "upload", "do": "status", "code": 400, "times": 0,
    "body": "<Error><Message>The file is not what its extension says.</Message></Error>"}])");
  daemon_.start();
  add_picture("street.png");
  drop_job("street.png");
  ASSERT_TRUE(daemon_.settled(1)) << read_file(daemon_.log_file());
  const std::string error = daemon_.jobs().front().at("error");
  EXPECT_NE(error.find("the start frame could not be uploaded"), std::string::npos) << error;
  EXPECT_NE(error.find("not what its extension says"), std::string::npos) << error;
}

/// The programs upload pictures from where they run.
class FramesCliTest : public FramesTest {
 protected:
  FramesCliTest() {
    drop_file(dir_.path() / "street.png", png(1920, 1080));
    const Json image{{"image", {{"file", "street.png"}}}};
    Json other = guide_job("Snow");
    other["parameters"]["guidances"]["start_frame"] = Json::array({image});
    drop_file(jobs_, framed_job("Rain", "street.png").dump() + "\n\n" + other.dump());
  }

  TempDir dir_;
  fs::path jobs_ = dir_.path() / "shots.jsonl";
};

TEST_F(FramesCliTest, CheckLooksAtThePicturesBesideTheFile) {
  const Finished fine = daemon_.reeld({"check", jobs_.string()});
  EXPECT_EQ(fine.exit_code, 0) << fine.output;
  fs::remove(dir_.path() / "street.png");
  const Finished wrong = daemon_.reeld({"check", jobs_.string()});
  EXPECT_EQ(wrong.exit_code, 1);
  EXPECT_NE(wrong.output.find("line 3: parameters.start_frame.file: \"street.png\" is not there"),
            std::string::npos)
      << wrong.output;
}

TEST_F(FramesCliTest, SubmitUploadsAPictureOnce) {
  daemon_.start();
  const Finished checked = daemon_.reeld({"submit", "--check", jobs_.string()});
  EXPECT_EQ(checked.exit_code, 0) << checked.output;
  EXPECT_EQ(requests(Endpoint::kUpload), 0U);
  const Finished done = daemon_.reeld({"submit", "--wait", jobs_.string()});
  EXPECT_EQ(done.exit_code, 0) << done.output << read_file(daemon_.log_file());
  EXPECT_EQ(requests(Endpoint::kUpload), 1U);
  const auto ledger = daemon_.cloud().ledger();
  ASSERT_EQ(ledger.size(), 2U);
  EXPECT_EQ(ledger[0].start_image, ledger[1].start_image);
  EXPECT_FALSE(ledger[0].start_image.empty());
  fs::remove(dir_.path() / "street.png");
  const Finished wrong = daemon_.reeld({"submit", jobs_.string()});
  EXPECT_EQ(wrong.exit_code, 1);
  EXPECT_NE(wrong.output.find("\"street.png\" is not there"), std::string::npos) << wrong.output;
  EXPECT_EQ(daemon_.jobs().size(), 2U);
}

TEST_F(FramesCliTest, RenderUploadsNothingAgain) {
  const std::string output = (dir_.path() / "films").string();
  const Finished first = daemon_.reeld({"render", jobs_.string(), "-o", output});
  EXPECT_EQ(first.exit_code, 0) << first.output;
  const Finished again = daemon_.reeld({"render", jobs_.string(), "-o", output});
  EXPECT_EQ(again.exit_code, 0) << again.output;
  EXPECT_EQ(requests(Endpoint::kUpload), 1U);
  EXPECT_EQ(daemon_.cloud().ledger().size(), 2U);
}

}  // namespace
}  // namespace reeld::test
