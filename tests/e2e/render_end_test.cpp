// How a run ends that does not get to its jobs' ends, and what it says then.
#include <csignal>

#include "daemon/files/results_marker.hpp"
#include "daemon/store/open.hpp"
#include "tests/e2e/render_fixture.hpp"
#include "tests/support/pictures.hpp"

namespace reeld::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class RenderEndTest : public RenderTest {
 protected:
  /// A job that begins with a picture.
  std::string framed_job() {
    write("first.png", png(1920, 1080));
    Json job = guide_job("with a frame");
    job["parameters"]["start_frame"] = {{"file", "first.png"}};
    return write("framed.json", job.dump()).string();
  }
  bool asked_to_upload() {
    return std::ranges::any_of(daemon_.cloud().requests(), [](const sim::RequestRecord& request) {
      return request.endpoint == sim::Endpoint::kInitImage;
    });
  }
};

class RenderInterruptedEarlyTest : public RenderEndTest, public testing::WithParamInterface<int> {};

TEST_P(RenderInterruptedEarlyTest, IsToldAsAnInterruption) {
  daemon_.cloud().add_faults(R"([{"on": "upload", "do": "hang"}])");
  const std::string file = framed_job();
  const auto process = begin_render({file});
  ASSERT_TRUE(eventually([&] { return asked_to_upload(); })) << read_file(log());
  process->signal(GetParam());
  EXPECT_EQ(process->wait(15s), 75) << read_file(log());
  const std::string told = read_file(log());
  EXPECT_EQ(told.find("not running"), std::string::npos) << told;
  const auto all = objects(told);
  ASSERT_FALSE(all.empty()) << told;
  EXPECT_EQ(all.back().at("kind"), "summary") << told;
  EXPECT_EQ(all.back().at("exit_code"), 75);
  EXPECT_TRUE(all.back().at("reason").is_string()) << told;
  EXPECT_NE(told.find("interrupted"), std::string::npos) << told;
  EXPECT_TRUE(daemon_.cloud().ledger().empty());
  EXPECT_EQ(render({file}).exit_code, 0);
  EXPECT_EQ(films(), 1);
}

INSTANTIATE_TEST_SUITE_P(Signals, RenderInterruptedEarlyTest, testing::Values(SIGINT, SIGTERM));

TEST_F(RenderEndTest, WhyAPictureCouldNotBeUploadedIsTheReasonOfTheSum) {
  daemon_.cloud().add_faults(R"([{"on": "upload", "do": "status", "code": 500, "times": 0}])");
  const Finished done = render({framed_job()});
  EXPECT_NE(done.exit_code, 0) << done.output;
  const Json summary = summary_of(done);
  ASSERT_TRUE(summary.at("reason").is_string()) << done.output;
  EXPECT_NE(done.output.find("reeld: " + summary.at("reason").get<std::string>()), std::string::npos);
  EXPECT_TRUE(daemon_.cloud().ledger().empty());
}

TEST_F(RenderEndTest, OneWhoseQueueAnotherRunIsMakingTriesLater) {
  fs::create_directories(state());
  const auto held = store::QueueLock::take(state() / "queue.db");
  ASSERT_TRUE(held) << held.error().detail;
  const Finished late = render({shots(1).string()});
  EXPECT_EQ(late.exit_code, 75) << late.output;
  EXPECT_FALSE(fs::exists(output() / files::kResultsMarker)) << "the other run writes it at the same time";
}

TEST_F(RenderEndTest, ASumThatCannotBePrintedIsAFailure) {
  std::string line;
  for (const std::string& word : daemon_.command(arguments({shots(1).string()}))) line += "'" + word + "' ";
  const Finished done = run_program({{"sh", "-c", line + ">/dev/full"}, daemon_.environment(), "", ""});
  EXPECT_EQ(done.exit_code, 74) << done.output;
  EXPECT_EQ(films(), 1);
}

}  // namespace
}  // namespace reeld::test
