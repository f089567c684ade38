#include "common/job/spec.hpp"

#include "job/helpers.hpp"

namespace reeld::test {
namespace {

using namespace std::chrono_literals;

TEST(SpecTest, ReadsBackWhatItWrote) {
  const std::vector<std::string> jobs{
      job_text(),
      job_text(R"("start_frame":{"file":"a b.png"},"seed":2147483637,"audio":false,"prompt_enhance":"ON",)",
               ",\"public\":true"),
      job_text(R"("end_frame":{"id":"1f1a06db-37cd-6c60-9cac-182717e03f42","type":"GENERATED"},)", "",
               "ltxv-2.3-pro"),
      own_text(R"("name":"n","priority":-7,"not_before":"2h","deadline":"2027-01-01T00:00:00.250Z","id":"k",
                  "tags":["a"],"output":"{id}","again":true,"extra_parameters":{"x":[1]})"),
  };
  for (const std::string& job : jobs) {
    const Json stored = to_json(spec(job));
    EXPECT_EQ(to_json(job_spec_from_json(parse_json(dump_json(stored)).value())), stored) << job;
  }
}

TEST(SpecTest, KeepsEachMemberThroughTheStore) {
  const JobSpec job =
      job_spec_from_json(to_json(spec(own_text(R"("not_before":"2h","deadline":"2027-01-01T00:00:00Z")"))));
  EXPECT_EQ(job.not_before, Moment(Duration(2h)));
  EXPECT_EQ(job.deadline, Moment(*parse_time("2027-01-01T00:00:00Z")));
  EXPECT_EQ(job.width, 1920);
  EXPECT_FALSE(job.seed);
}

TEST(SpecTest, ResolvesDurationsFromAcceptance) {
  const Time accepted = *parse_time("2026-12-01T02:00:00Z");
  EXPECT_EQ(resolve(Duration(6h), accepted), accepted + 6h);
  EXPECT_EQ(resolve(accepted + 1h, accepted), accepted + 1h);
}

TEST(SpecTest, DescribesProblemsWithTheirPlace) {
  EXPECT_EQ(describe(Problem{3, "/parameters/duration", "words"}), "line 3: parameters.duration: words");
  EXPECT_EQ(describe(Problem{0, "/1/reeld/tags/0", "words"}), "[1].reeld.tags[0]: words");
  EXPECT_EQ(describe(Problem{3, "", "words"}), "line 3: words");
  EXPECT_EQ(describe(Problem{0, "", "words"}), "words");
  EXPECT_EQ(describe(Problem{0, "/a~1b~0c", "words"}), "a/b~c: words");
}

}  // namespace
}  // namespace reeld::test
