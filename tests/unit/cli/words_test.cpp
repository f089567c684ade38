#include "daemon/cli/words.hpp"

#include <gtest/gtest.h>

namespace reeld::cli {
namespace {

using namespace std::chrono_literals;

TEST(WordsTest, CountsThings) {
  EXPECT_EQ(count_of(1, "job"), "1 job");
  EXPECT_EQ(count_of(0, "job"), "0 jobs");
  EXPECT_EQ(count_of(2, "batch"), "2 batches");
}

TEST(WordsTest, RoundsWhatIsNotKnownExactly) {
  EXPECT_EQ(roughly(1ms), "1 s");
  EXPECT_EQ(roughly(40s), "40 s");
  EXPECT_EQ(roughly(99s), "99 s");
  EXPECT_EQ(roughly(3min + 10s), "3 min");
  EXPECT_EQ(roughly(2h + 5min), "2 h 5 min");
}

TEST(WordsTest, EstimatesWhatIsLeft) {
  EXPECT_EQ(estimate(20s, 60s), "about 40 s left");
  EXPECT_EQ(estimate(60s, 60s), "longer than usual");
  EXPECT_EQ(estimate(60s, std::nullopt), "");
}

TEST(WordsTest, TellsProgress) {
  EXPECT_EQ(progress_words({{"elapsed_ms", 80'000}, {"expected_ms", 120'000}}),
            "1 min 20 s, about 40 s left");
  EXPECT_EQ(progress_words({{"elapsed_ms", 80'000}, {"expected_ms", nullptr}}), "1 min 20 s");
  EXPECT_EQ(progress_words(nullptr), "");
}

TEST(WordsTest, TellsAnEvent) {
  Json event{
      {"at", "2026-12-01T02:00:00.000Z"}, {"from", "queued"}, {"to", "submitting"}, {"text", "claimed"}};
  EXPECT_EQ(event_words(event), "2026-12-01T02:00:00.000Z  queued -> submitting: claimed");
  EXPECT_EQ(event_words(event, "5f0c6e1d rain"),
            "2026-12-01T02:00:00.000Z  5f0c6e1d rain  queued -> submitting: claimed");
  event["from"] = nullptr;
  EXPECT_EQ(event_words(event), "2026-12-01T02:00:00.000Z  new -> submitting: claimed");
  event["to"] = nullptr;
  EXPECT_EQ(event_words(event), "2026-12-01T02:00:00.000Z  claimed");
}

TEST(WordsTest, ControlCharactersOfAnAnswerNeverReachTheTerminal) {
  const Json event{{"at", "2026"}, {"text", "\x1b[2Jgone\r"}};
  for (char c : event_words(event)) EXPECT_GE(static_cast<unsigned char>(c), 0x20) << event_words(event);
}

TEST(WordsTest, ListsTheStatesThatHaveJobsInTheOrderOfALife) {
  EXPECT_EQ(counts_words({{"succeeded", 3}, {"queued", 12}, {"failed", 0}}), "12 queued, 3 succeeded");
  EXPECT_EQ(counts_words(Json::object()), "");
}

TEST(WordsTest, SaysWhatStopsTheQueue) {
  const Time now = *parse_time("2026-12-01T02:05:00Z");
  const Json queue{
      {"paused", {{"reason", "for the demo"}, {"by", "ada"}, {"since", "2026-12-01T02:00:00.000Z"}}},
      {"account_held", {{"reason", "no balance"}, {"next_probe_ms", 4000}}},
      {"disk_low", nullptr}};
  EXPECT_EQ(queue_words(queue, now),
            (std::vector<std::string>{"paused by ada 5 min 0 s ago: for the demo",
                                      "submits are held: no balance; the account is asked again in 4 s"}));
  EXPECT_TRUE(
      queue_words({{"paused", nullptr}, {"account_held", nullptr}, {"disk_low", nullptr}}, now).empty());
}

TEST(WordsTest, ReadsAMomentAsDateOrAsSoLongAgo) {
  const Time now = *parse_time("2026-12-08T00:00:00Z");
  EXPECT_EQ(parse_moment("7d", now), parse_time("2026-12-01T00:00:00Z"));
  EXPECT_EQ(parse_moment("2026-11-01T00:00:00+01:00", now), parse_time("2026-10-31T23:00:00Z"));
  EXPECT_FALSE(parse_moment("yesterday", now));
}

}  // namespace
}  // namespace reeld::cli
