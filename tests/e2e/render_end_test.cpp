// How a run ends that does not get to its jobs' ends, and what it says then.
#include <csignal>

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

}  // namespace
}  // namespace reeld::test
