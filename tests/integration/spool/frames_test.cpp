#include "daemon/spool/frame_sweep.hpp"
#include "tests/integration/spool/spool_fixture.hpp"
#include "tests/support/files.hpp"
#include "tests/support/pictures.hpp"
#include "tests/support/run_task.hpp"

namespace reeld::test {
namespace {

std::string framed_job(const std::string& file, const std::string& size = "") {
  return R"({"model":"ltxv-2.0-pro","parameters":{"prompt":"x","duration":8,)" + size +
         R"("start_frame":{"file":")" + file + R"("}}})";
}

class FramesTest : public SpoolTest {
 protected:
  FramesTest() { start(); }

  fs::path copies() const { return options_.copies; }
  std::vector<fs::path> kept() const { return files_below(copies()); }
};

TEST_F(FramesTest, KeepsOneCopyOfAPictureThatManyJobsName) {
  write_text(incoming("street.png"), png(1920, 1080));
  std::string lines;
  for (int i = 0; i < 500; ++i) lines += framed_job("street.png") + "\n";
  drop("shots.jsonl", lines);
  wait_for_batches(1);
  ASSERT_EQ(kept().size(), 1U);
  const std::string name = sha256_of(png(1920, 1080)) + ".png";
  EXPECT_EQ(kept().front(), copies() / name);
  EXPECT_EQ(read_file(kept().front()), png(1920, 1080));
  EXPECT_EQ(fs::status(kept().front()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(fs::status(copies()).permissions(), fs::perms::owner_all);
  EXPECT_EQ(store_.frames.size(), 500U);
  for (const store::NewJob& job : only_jobs()) EXPECT_EQ(store_.frames[job.id].start, name);
  // The picture is nobody's job file and stays where it is.
  EXPECT_TRUE(fs::exists(incoming("street.png")));
}

TEST_F(FramesTest, ABadPictureKeepsTheWholeFileOutAndIsNamedWhereItStands) {
  write_text(incoming("street.png"), png(1920, 1080));
  drop("a.json", "[" + framed_job("street.png") + "," + framed_job("../../secret.png") + "]");
  wait_for_file(rejected("a.json"));
  const Json problems = read_json(rejected("a.json.error.json")).at("problems");
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].at("pointer"), "/1/parameters/start_frame/file");
  const auto words = problems[0].at("message").get<std::string>();
  EXPECT_TRUE(words.starts_with("\"../../secret.png\" lies neither in")) << words;
  drop("b.jsonl", framed_job("street.png") + "\n" + framed_job("none.png") + "\n");
  wait_for_file(rejected("b.jsonl"));
  const Json missing = read_json(rejected("b.jsonl.error.json")).at("problems");
  EXPECT_EQ(missing.at(0).at("line"), 2);
  EXPECT_EQ(missing.at(0).at("message"), "\"none.png\" is not there");
  EXPECT_TRUE(store_.batches.empty());
}

TEST_F(FramesTest, APictureOfAnotherShapeIsARemarkNotAProblem) {
  write_text(incoming("square.png"), png(1000, 1000));
  drop("a.json", framed_job("square.png", R"("width":1920,"height":1080,)"));
  wait_for_batches(1);
  const auto frames = store_.frames[only_jobs().front().id];
  EXPECT_EQ(frames.warning,
            "the start frame is 1000x1000 and the film 1920x1080: the service stretches the picture");
}

TEST_F(FramesTest, IntakeSweepsAtItsStartAndNowAndThen) {
  stop();
  fs::create_directories(copies());
  write_text(copies() / "early.png", "x");
  options_.sweep = options_.rescan = Duration(20);
  start();
  wait_until([this] { return kept().empty(); }, "the sweep at the start");
  write_text(incoming("street.png"), png(1920, 1080));
  drop("a.json", framed_job("street.png"));
  wait_for_batches(1);
  write_text(copies() / "late.png", "x");
  wait_until([this] { return !fs::exists(copies() / "late.png"); }, "the sweep of a later round");
  EXPECT_EQ(kept().size(), 1U) << "a job needs it";
}

TEST_F(FramesTest, TheSweepTakesWhatNoJobNeeds) {
  write_text(incoming("street.png"), png(1920, 1080));
  drop("a.json", framed_job("street.png"));
  wait_for_batches(1);
  write_text(copies() / "orphan.png", "x");
  write_text(copies() / ".half.png.tmp", "x");
  stop();
  const auto swept = run_task<Result<int>>(context_, spool::sweep_frames(copies(), store_, pool_));
  ASSERT_TRUE(swept) << describe(swept.error());
  EXPECT_EQ(*swept, 2);
  EXPECT_EQ(kept().size(), 1U);
  const auto none = run_task<Result<int>>(context_, spool::sweep_frames(folder_ / "none", store_, pool_));
  ASSERT_TRUE(none);
  EXPECT_EQ(*none, 0);
}

}  // namespace
}  // namespace reeld::test
