#include "daemon/api/shapes.hpp"

#include <gtest/gtest.h>

#include <set>

namespace reeld::api {
namespace {

const Time kNow = parse_time("2026-12-01T02:00:00Z").value();

std::set<std::string> members_of(const Json& value) {
  std::set<std::string> names;
  for (const auto& [name, ignored] : value.items()) names.insert(name);
  return names;
}

store::JobLine done_job() {
  store::JobLine job;
  job.id = JobId("019ac1f0-7c3e-7a41-9b2d-5f0c6e1d2a3b");
  job.state = JobState::kSucceeded;
  job.kind = {"ltxv-2.0-pro", 1920, 1080, 8};
  job.accepted_at = job.state_since = kNow;
  return job;
}

TEST(ShapesTest, AJobHasAllItsMembersAndWhatIsAbsentIsNull) {
  const Json job = job_json(done_job());
  EXPECT_EQ(members_of(job),
            (std::set<std::string>{
                "id",    "short_id", "name",     "state",       "batch",         "batch_name", "model",
                "width", "height",   "duration", "quantity",    "priority",      "tags",       "accepted_at",
                "since", "due_at",   "deadline", "finished_at", "generation_id", "overdue",    "error_class",
                "error", "output",   "films",    "cost",        "waiting",       "progress"}));
  EXPECT_EQ(job.at("short_id"), "6e1d2a3b");
  EXPECT_EQ(job.at("since"), "2026-12-01T02:00:00.000Z");
  for (const char* name :
       {"due_at", "deadline", "finished_at", "generation_id", "error", "cost", "waiting"}) {
    EXPECT_TRUE(job.at(name).is_null()) << name;
  }
  EXPECT_EQ(job.at("tags"), Json::array());
}

TEST(ShapesTest, FilmsAreLinkedOnceTheyArePublished) {
  store::JobDetail detail;
  detail.line = done_job();
  detail.films.push_back({1, "https://cdn/1.mp4", "https://cdn/1.jpg", "a/b-1.mp4", 10, "abc", true, 10, ""});
  detail.films.push_back({2, "https://cdn/2.mp4", "https://cdn/2.jpg", "", 0, "", false, 0, ""});
  const Json job = job_json(detail);
  const std::string files = "/v1/jobs/019ac1f0-7c3e-7a41-9b2d-5f0c6e1d2a3b/files/";
  EXPECT_EQ(job.at("film_files").at(0).at("file"), files + "1");
  EXPECT_EQ(job.at("film_files").at(0).at("poster"), files + "1.jpg");
  EXPECT_TRUE(job.at("film_files").at(1).at("file").is_null());
  EXPECT_TRUE(job.at("film_files").at(1).at("poster").is_null());
  EXPECT_TRUE(job.at("film_files").at(1).at("path").is_null());
  EXPECT_EQ(job.at("result"), files + "result.json");
  EXPECT_TRUE(job.at("request").is_null());
}

TEST(ShapesTest, ARequestIsToldAsItWasSent) {
  store::JobDetail detail;
  detail.line = done_job();
  detail.request_body = R"({"model":"m","parameters":{}})";
  EXPECT_EQ(job_json(detail).at("request").at("model"), "m");
  EXPECT_TRUE(job_json(detail).at("result").is_null());
}

TEST(ShapesTest, ABatchCountsWhatIsOpen) {
  store::BatchSummary batch;
  batch.jobs = 10;
  batch.succeeded = 4;
  batch.failed = 3;
  batch.cancelled = 1;
  const Json json = batch_json(batch);
  EXPECT_EQ(json.at("counts"),
            (Json{{"jobs", 10}, {"open", 2}, {"succeeded", 4}, {"failed", 3}, {"cancelled", 1}}));
  EXPECT_TRUE(json.at("file").is_null());
  EXPECT_TRUE(json.at("held").is_null());
}

TEST(ShapesTest, StatsCountEveryStateAndSortTheWaitingByAge) {
  store::Stats stats;
  stats.counts = {{JobState::kQueued, 5}, {JobState::kSucceeded, 7}, {JobState::kHeld, 1}};
  const auto ago = [](int minutes) { return kNow - std::chrono::minutes(minutes); };
  stats.shape = {{JobState::kQueued, "m", ago(5), 1},
                 {JobState::kQueued, "m", ago(6), 2},
                 {JobState::kQueued, "m", ago(320), 3},
                 {JobState::kQueued, "m", ago(321), 4},
                 {JobState::kHeld, "m", ago(0), 1}};
  const Json json = stats_json(stats, kNow);
  EXPECT_EQ(json.at("counts").size(), 11U);
  EXPECT_EQ(json.at("counts").at("parked"), 0);
  EXPECT_EQ(json.at("open"), 6);
  EXPECT_EQ(json.at("age_limits_ms").size(), 7U);
  ASSERT_EQ(json.at("shape").size(), 2U);
  EXPECT_EQ(json.at("shape").at(0).at("ages"), Json({1, 2, 0, 0, 0, 0, 3, 4}));
}

TEST(ShapesTest, CostsAddUpExactlyAndApartByUnit) {
  std::vector<store::CostLine> lines{
      {"2026-12-01", "2026-12-01", 2, 1, {{"DOLLARS", "0.1"}}},
      {"2026-12-02", "2026-12-02", 3, 0, {{"DOLLARS", "0.2"}, {"CREDITS", "5"}}}};
  lines[0].refunded = {{"DOLLARS", "0.48"}};
  lines[1].reserved = {{"DOLLARS", "0.96"}};
  lines[1].estimated = 1;
  const Json json = costs_json(lines, lines);
  EXPECT_EQ(json.at("costs").size(), 2U);
  EXPECT_EQ(json.at("total"), (Json{{"renders", 5},
                                    {"without_cost", 1},
                                    {"estimated", 1},
                                    {"costs", {{"DOLLARS", "0.3"}, {"CREDITS", "5"}}},
                                    {"refunded", {{"DOLLARS", "0.48"}}},
                                    {"reserved", {{"DOLLARS", "0.96"}}}}));
}

TEST(ShapesTest, TheQueueTellsWhatStandsInTheWay) {
  engine::Situation situation;
  EXPECT_EQ(queue_json(situation), (Json{{"paused", nullptr},
                                         {"account_held", nullptr},
                                         {"disk_low", nullptr},
                                         {"store_trouble", nullptr}}));
  situation.pause = store::Pause{"lunch", "ann", kNow};
  situation.account_hold = "no key";
  situation.probe_in = Duration(5'000);
  situation.disk_low = "full";
  EXPECT_EQ(queue_json(situation),
            (Json{{"paused", {{"reason", "lunch"}, {"by", "ann"}, {"since", "2026-12-01T02:00:00.000Z"}}},
                  {"account_held", {{"reason", "no key"}, {"class", nullptr}, {"next_probe_ms", 5000}}},
                  {"disk_low", "full"},
                  {"store_trouble", nullptr}}));
}

TEST(ShapesTest, AModelTellsWhatItTakes) {
  const Catalogue catalogue = Catalogue::embedded();
  const Json model = model_json(*catalogue.find("ltxv-2.0-pro"));
  EXPECT_EQ(model.at("name"), "ltxv-2.0-pro");
  EXPECT_TRUE(model.at("durations").is_array());
  EXPECT_TRUE(model.at("sizes").at(0).contains("width"));
  EXPECT_TRUE(model.at("modes").is_object());
  EXPECT_EQ(model.at("frame_shape"), "flat");
}

}  // namespace
}  // namespace reeld::api
