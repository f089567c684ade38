#include "job/helpers.hpp"

namespace reeld::test {
namespace {

using namespace std::chrono_literals;

TEST(CheckOwnTest, TakesEveryMember) {
  const JobSpec job = spec(own_text(R"("name":"rain","priority":-3,"not_before":"2026-12-01T02:00:00Z",
      "deadline":"6h","id":"ep1-rain","tags":["ep1","rain","ep1"],"output":"{date}/{name}","again":true,
      "extra_parameters":{"camera":{"pan":1}})"));
  EXPECT_EQ(job.name, "rain");
  EXPECT_EQ(job.priority, -3);
  EXPECT_EQ(job.not_before, Moment(*parse_time("2026-12-01T02:00:00Z")));
  EXPECT_EQ(job.deadline, Moment(Duration(6h)));
  EXPECT_EQ(job.key, "ep1-rain");
  EXPECT_EQ(job.tags, (std::vector<std::string>{"ep1", "rain"}));
  EXPECT_EQ(job.output, "{date}/{name}");
  EXPECT_TRUE(job.again);
  EXPECT_EQ(job.extra_parameters, json(R"({"camera":{"pan":1}})"));
}

TEST(CheckOwnTest, ChecksNameAndId) {
  const std::string hundred(100, 'n');
  const std::string rule =
      " may hold no '/' and no control character, nor begin with a dot: it becomes a file's name";
  check_rules({
      {own_text("\"name\":\"" + hundred + "\""), ""},
      {own_text("\"name\":\"" + hundred + "n\""),
       "reeld.name: \"" + hundred.substr(0, 60) + "...\" must have 1 to 100 characters"},
      {own_text("\"name\":\"\""), "reeld.name: \"\" must have 1 to 100 characters"},
      {own_text("\"name\":\"a/b\""), "reeld.name: \"a/b\"" + rule},
      {own_text("\"name\":\".a\""), "reeld.name: \".a\"" + rule},
      {own_text("\"name\":\"a\\nb\""), "reeld.name: \"a\\nb\"" + rule},
      {own_text("\"name\":7"), "reeld.name: must be text, not 7"},
      {own_text("\"id\":\"" + std::string(200, 'i') + "\""), ""},
      {own_text("\"id\":\"" + std::string(201, 'i') + "\""),
       "reeld.id: \"" + std::string(60, 'i') +
           "...\" must have 1 to 200 characters, none of them a control character"},
      {own_text("\"id\":\"\""),
       "reeld.id: \"\" must have 1 to 200 characters, none of them a control character"},
  });
}

TEST(CheckOwnTest, ChecksPriorityAndAgain) {
  check_rules({
      {own_text("\"priority\":1000"), ""},
      {own_text("\"priority\":-1000"), ""},
      {own_text("\"priority\":1001"), "reeld.priority: 1001 is not from -1000 to 1000"},
      {own_text("\"priority\":1.5"), "reeld.priority: 1.5 is not a whole number"},
      {own_text("\"priority\":\"10\""),
       "reeld.priority: must be a whole number, not \"10\"; write 10 without quotes"},
      {own_text("\"again\":\"yes\""), "reeld.again: must be true or false, not \"yes\""},
      {own_text("\"prority\":1"), "reeld.prority: unknown member; did you mean \"priority\"?"},
  });
}

TEST(CheckOwnTest, ChecksTimes) {
  const std::string words = " is neither an instant (2026-12-01T02:00:00Z) nor a duration (30m, 6h, 2d)";
  check_rules({
      {own_text("\"not_before\":\"0s\""), ""},
      {own_text("\"not_before\":\"tomorrow\""), "reeld.not_before: \"tomorrow\"" + words},
      {own_text("\"not_before\":\"2026-12-01\""), "reeld.not_before: \"2026-12-01\"" + words},
      {own_text("\"deadline\":3600"), "reeld.deadline: must be text, not 3600"},
      {own_text("\"deadline\":\"0s\""), "reeld.deadline: leaves no time at all"},
      {own_text("\"not_before\":\"2h\",\"deadline\":\"2h\""), "reeld.deadline: is not after not_before"},
      {own_text(R"("not_before":"2026-12-02T00:00:00Z","deadline":"2026-12-01T00:00:00Z")"),
       "reeld.deadline: is not after not_before"},
      {own_text(R"("not_before":"2026-12-02T00:00:00Z","deadline":"1h")"), ""},
  });
}

TEST(CheckOwnTest, ChecksTags) {
  std::string many;
  for (int i = 0; i < 33; ++i) many += (i == 0 ? "" : ",") + std::string("\"t") + std::to_string(i) + "\"";
  check_rules({
      {own_text("\"tags\":[]"), ""},
      {own_text("\"tags\":\"a\""), "reeld.tags: must be an array of at most 32 texts, not \"a\""},
      {own_text("\"tags\":[" + many + "]"),
       "reeld.tags: must be an array of at most 32 texts, not an array of 33"},
      {own_text("\"tags\":[\"a\",7]"), "reeld.tags[1]: must be text of 1 to 64 bytes, not 7"},
      {own_text("\"tags\":[\"\"]"), "reeld.tags[0]: must be text of 1 to 64 bytes, not \"\""},
      {own_text("\"tags\":[\"" + std::string(64, 't') + "\"]"), ""},
      {own_text("\"tags\":[\"" + std::string(65, 't') + "\"]"),
       "reeld.tags[0]: must be text of 1 to 64 bytes, not \"" + std::string(60, 't') + "...\""},
  });
}

TEST(CheckOwnTest, ChecksOutputAndExtraParameters) {
  check_rules({
      {own_text("\"output\":\"../x\""), "reeld.output: part \"..\" begins with a dot"},
      {own_text("\"output\":\"\""), "reeld.output: is empty"},
      {own_text("\"extra_parameters\":[]"), "reeld.extra_parameters: must be an object, not an array of 0"},
      {own_text("\"extra_parameters\":{\"seed\":1,\"style\":2}"),
       "reeld.extra_parameters.seed: reeld knows this member: write it in parameters"},
      {own_text("\"extra_parameters\":{\"motion_has_audio\":true}"),
       "reeld.extra_parameters.motion_has_audio: reeld knows this member: write it in parameters"},
  });
}

}  // namespace
}  // namespace reeld::test
