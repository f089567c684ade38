#include <sys/stat.h>

#include "tests/integration/spool/spool_fixture.hpp"

namespace reeld::test {
namespace {

class RefusalTest : public SpoolTest {
 protected:
  /// Drops a file, waits until it is rejected, and returns the first problem.
  std::string refuse(const std::string& name, const std::string& text) {
    if (!intake_) start();
    drop(name, text);
    wait_for_file(rejected(name));
    EXPECT_TRUE(store_.batches.empty());
    EXPECT_TRUE(store_.staged.empty());
    return first_problem(name);
  }
  static bool says(const std::string& text, std::string_view words) {
    EXPECT_NE(text.find(words), std::string::npos) << text;
    return text.find(words) != std::string::npos;
  }
};

TEST_F(RefusalTest, TellsProgramsAndPeopleWhatIsWrong) {
  refuse("shots.jsonl",
         job_text("fine") + "\n" + R"({"model":"ltxv-2.0-pro","parameters":{"prompt":"x","duration":7}})");
  const Json error = read_json(rejected("shots.jsonl.error.json"));
  EXPECT_EQ(error.at("file"), "shots.jsonl");
  EXPECT_TRUE(parse_time(error.at("rejected_at").get<std::string>()));
  EXPECT_EQ(error.at("more"), 0);
  ASSERT_EQ(error.at("problems").size(), 1U);
  EXPECT_EQ(error.at("problems")[0].at("line"), 2);
  EXPECT_EQ(error.at("problems")[0].at("pointer"), "/parameters/duration");
  says(error.at("problems")[0].at("message").get<std::string>(), "7");
  const std::string text = read_text(rejected("shots.jsonl.error.txt"));
  says(text, "line 2");
  says(text, "drop it again");
  says(text, layout().incoming().native());
}

TEST_F(RefusalTest, RefusesWhatIsNoJson) {
  says(refuse("a.json", "prompt: rain"), "JSON");
}

TEST_F(RefusalTest, RefusesWrongTypes) {
  refuse("a.json", R"({"model":5,"parameters":[]})");
  EXPECT_GE(read_json(rejected("a.json.error.json")).at("problems").size(), 2U);
}

TEST_F(RefusalTest, RefusesAnEmptyFile) {
  EXPECT_NE(refuse("a.json", ""), "");
}

TEST_F(RefusalTest, RefusesAnEmptyArray) {
  EXPECT_NE(refuse("a.json", "[]"), "");
}

TEST_F(RefusalTest, RefusesBinaryData) {
  EXPECT_NE(refuse("a.jsonl", std::string("\x7F"
                                          "ELF\0\1\2",
                                          7)),
            "");
}

TEST_F(RefusalTest, RefusesInvalidUtf8) {
  EXPECT_NE(refuse("a.json", job_text("\xFF\xFE")), "");
}

TEST_F(RefusalTest, RefusesDuplicateKeys) {
  says(refuse("a.json", R"({"model":"ltxv-2.0-pro","model":"ltxv-2.0-fast"})"), "twice");
}

TEST_F(RefusalTest, RefusesDeepNesting) {
  says(refuse("a.json", std::string(100'000, '[')), "nested");
}

TEST_F(RefusalTest, RefusesAFileThatIsTooLarge) {
  options_.max_json_bytes = 100;
  says(refuse("a.json", job_text(std::string(200, 'x'))), "at most");
}

TEST_F(RefusalTest, ListsThousandProblemsAndCountsTheRest) {
  std::string text;
  for (int i = 0; i < 1500; ++i) text += "nonsense\n";
  refuse("a.jsonl", text);
  const Json error = read_json(rejected("a.jsonl.error.json"));
  EXPECT_EQ(error.at("problems").size(), 1000U);
  EXPECT_EQ(error.at("more"), 500);
  says(read_text(rejected("a.jsonl.error.txt")), "and 500 more");
}

TEST_F(RefusalTest, TakesNothingOfAFileWithOneBadLine) {
  std::string text;
  for (int i = 0; i < 1500; ++i) text += job_text(std::to_string(i)) + "\n";
  refuse("a.jsonl", text + "nonsense\n");
  EXPECT_EQ(accepted_calls_, 0);
}

TEST_F(RefusalTest, NeverFollowsASymlink) {
  write_text(folder_ / "secret.json", job_text("secret"));
  start();
  fs::create_symlink(folder_ / "secret.json", incoming("link.json"));
  wait_until([this] { return fs::is_symlink(rejected("link.json")) && claims() == 0; },
             "the link is rejected");
  says(first_problem("link.json"), "symbolic link");
  EXPECT_TRUE(store_.batches.empty());
  EXPECT_EQ(read_text(folder_ / "secret.json"), job_text("secret"));
}

TEST_F(RefusalTest, MovesADanglingLinkAside) {
  start();
  fs::create_symlink("nowhere", incoming("link.json"));
  wait_until([this] { return fs::is_symlink(rejected("link.json")) && claims() == 0; },
             "the link is rejected");
}

TEST_F(RefusalTest, NeverReadsAPipe) {
  start();
  ASSERT_EQ(::mkfifo(incoming("pipe.json").c_str(), 0600), 0);
  wait_for_file(rejected("pipe.json"));
  says(first_problem("pipe.json"), "not a regular file");
}

TEST_F(RefusalTest, RefusesASecondHardLink) {
  start();
  write_text(folder_ / "other.json", job_text("x"));
  fs::create_hard_link(folder_ / "other.json", incoming("hard.json"));
  wait_for_file(rejected("hard.json"));
  says(first_problem("hard.json"), "hard links");
}

TEST_F(RefusalTest, GivesATakenNameTheShortId) {
  refuse("a.json", "one");
  drop("a.json", "two");
  wait_until(
      [this] { return std::distance(fs::directory_iterator(layout().rejected()), {}) == 6 && claims() == 0; },
      "the second is rejected");
  EXPECT_EQ(read_text(rejected("a.json")), "one");
}

class RepeatTest : public RefusalTest {
 protected:
  void take_once(const std::string& text) {
    start();
    drop("first.json", text);
    wait_for_batches(1);
  }
};

TEST_F(RepeatTest, RefusesTheSameBytesAndNamesTheFirstBatch) {
  take_once(job_text("rain"));
  drop("copy.json", job_text("rain"));
  wait_for_file(rejected("copy.json"));
  const std::string words = first_problem("copy.json");
  says(words, only_batch().summary.id.str());
  says(words, "first.json");
  says(words, "again");
  EXPECT_EQ(store_.batches.size(), 1U);
}

TEST_F(RepeatTest, TakesTheSameBytesAgainWhenTheySayThatTheyMeanIt) {
  take_once(job_text("rain", R"("again":true)"));
  drop("copy.json", job_text("rain", R"("again":true)"));
  wait_for_batches(2);
}

TEST_F(RepeatTest, TakesTheSameBytesAfterTheWindow) {
  take_once(job_text("rain"));
  only_batch().summary.accepted_at -= std::chrono::hours(25);
  drop("copy.json", job_text("rain"));
  wait_for_batches(2);
}

TEST_F(RepeatTest, TakesARepeatWhoseJobsAllHaveKeys) {
  take_once(job_text("rain", R"("id":"ep1")"));
  drop("copy.json", job_text("rain", R"("id":"ep1")"));
  wait_for_batches(2);
  EXPECT_EQ(store_.batches.rbegin()->second.summary.jobs, 0);
}

TEST_F(RepeatTest, RejectedBytesDoNotCount) {
  start();
  drop("a.json", "nonsense");
  wait_for_file(rejected("a.json"));
  drop("b.json", "nonsense");
  wait_for_file(rejected("b.json"));
  says(first_problem("b.json"), "JSON");
}

}  // namespace
}  // namespace reeld::test
