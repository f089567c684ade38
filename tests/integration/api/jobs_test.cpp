#include "tests/integration/api/api_fixture.hpp"

namespace reeld::test {
namespace {

using ApiJobsTest = ApiTest;

TEST_F(ApiJobsTest, ListsPageByPageNewestFirst) {
  const auto ids = submit(5);
  const Json first = get("/v1/jobs?limit=2");
  ASSERT_EQ(first.at("jobs").size(), 2U);
  EXPECT_EQ(first.at("jobs").at(0).at("id"), ids[4]);
  const Json second = get("/v1/jobs?limit=2&after=" + first.at("next").get<std::string>());
  EXPECT_EQ(second.at("jobs").at(0).at("id"), ids[2]);
  const Json third = get("/v1/jobs?limit=2&after=" + second.at("next").get<std::string>());
  EXPECT_EQ(third.at("jobs").size(), 1U);
  EXPECT_TRUE(third.at("next").is_null());
}

TEST_F(ApiJobsTest, AWaitingJobSaysWhy) {
  submit(1);
  EXPECT_EQ(get("/v1/jobs").at("jobs").at(0).at("waiting"), "waits for its turn");
  control_->now.account_hold = "the key was refused";
  const std::string waiting = get("/v1/jobs").at("jobs").at(0).at("waiting");
  EXPECT_NE(waiting.find("the key was refused"), std::string::npos);
}

TEST_F(ApiJobsTest, ARenderUnderWayTellsHowFarItIs) {
  submit(2);
  publish("film");
  const store::ClaimedJob job = wait(store_->claim(1)).value().jobs.at(0);
  store::Intent intent;
  intent.id = IntentId(uuids_.next());
  ASSERT_TRUE(wait(store_->record_intent(job.lease, intent)));
  ASSERT_TRUE(
      wait(store_->record_accepted(job.lease, {intent.id, GenerationId(uuids_.next()), "", "", "accepted"})));
  const Json shown = get("/v1/jobs/" + job.lease.job.str());
  EXPECT_EQ(shown.at("state"), "generating");
  EXPECT_TRUE(shown.at("waiting").is_null());
  EXPECT_GE(shown.at("progress").at("elapsed_ms"), 0);
  EXPECT_EQ(shown.at("progress").at("expected_ms"), 42'000);
}

TEST_F(ApiJobsTest, FindsJobsByAPartOfTheirId) {
  const auto ids = submit(2);
  const std::string tail = ids[0].substr(ids[0].size() - 8);
  const Json found = get("/v1/jobs?id=" + tail);
  ASSERT_EQ(found.at("jobs").size(), 1U);
  EXPECT_EQ(found.at("jobs").at(0).at("id"), ids[0]);
  EXPECT_EQ(get("/v1/jobs/" + tail).at("id"), ids[0]);
  const Json several = get("/v1/jobs/" + ids[0].substr(0, 8), 409);
  EXPECT_EQ(several.at("candidates").size(), 2U);
  EXPECT_TRUE(get("/v1/jobs?id=ffffffff").at("jobs").empty());
  get("/v1/jobs?id=ff", 400);
}

TEST_F(ApiJobsTest, WrongQueriesAreRefusedInWords) {
  for (const char* target :
       {"/v1/jobs?limit=0", "/v1/jobs?limit=1001", "/v1/jobs?limit=ten", "/v1/jobs?state=asleep",
        "/v1/jobs?after=xyz", "/v1/batches?limit=-1", "/v1/costs?by=week", "/v1/costs?since=yesterday"}) {
    EXPECT_EQ(get(target, 400).at("code"), "bad_input") << target;
  }
  EXPECT_EQ(get("/v1/jobs/019ac1f0-7c3e-7a41-9b2d-5f0c6e1d2a3b", 404).at("code"), "not_found");
  EXPECT_EQ(get("/v1/batches/nothing", 404).at("code"), "not_found");
  EXPECT_EQ(get("/v1/nothing", 404).at("code"), "not_found");
}

TEST_F(ApiJobsTest, FiltersByStateBatchTagAndText) {
  submit(2, "day");
  ask({.method = Method::kPost,
       .target = "/v1/jobs?batch=night",
       .body = job_text("Lightning", R"("tags":["storm"])")});
  EXPECT_EQ(get("/v1/jobs?batch=day").at("jobs").size(), 2U);
  EXPECT_EQ(get("/v1/jobs?tag=storm").at("jobs").size(), 1U);
  EXPECT_EQ(get("/v1/jobs?q=lightNING").at("jobs").size(), 1U);
  EXPECT_EQ(get("/v1/jobs?state=queued,failed&model=ltxv-2.0-pro").at("jobs").size(), 3U);
  EXPECT_TRUE(get("/v1/jobs?state=failed").at("jobs").empty());
}

TEST_F(ApiJobsTest, PriorityAndTagsCanBeChanged) {
  const std::string id = submit(1)[0];
  const auto answered = ask({.method = Method::kPatch,
                             .target = "/v1/jobs/" + id,
                             .body = R"({"priority": 5, "tags": ["a", "b"]})"});
  ASSERT_EQ(answered->answer.status, 200) << answered->answer.body;
  const Json job = Json::parse(answered->answer.body).at("job");
  EXPECT_EQ(job.at("priority"), 5);
  EXPECT_EQ(job.at("tags"), Json({"a", "b"}));
}

TEST_F(ApiJobsTest, WrongChangesAreRefusedWithTheirPlace) {
  const std::string id = submit(1)[0];
  const auto problem = [&](const std::string& body) {
    const auto answered = ask({.method = Method::kPatch, .target = "/v1/jobs/" + id, .body = body});
    EXPECT_EQ(answered->answer.status, 400) << body;
    return Json::parse(answered->answer.body);
  };
  EXPECT_EQ(problem(R"({"priority": "high"})").at("problems").at(0).at("pointer"), "/priority");
  EXPECT_EQ(problem(R"({"priority": 5000})").at("problems").at(0).at("pointer"), "/priority");
  EXPECT_EQ(problem(R"({"tags": [5]})").at("problems").at(0).at("pointer"), "/tags/0");
  EXPECT_EQ(problem(R"({"name": "x"})").at("problems").at(0).at("pointer"), "/name");
  EXPECT_EQ(problem("{}").at("code"), "bad_input");
  EXPECT_EQ(problem("[1]").at("code"), "bad_input");
  EXPECT_EQ(problem("{\"priority\": 1, \"priority\": 2}").at("code"), "bad_input");
}

TEST_F(ApiJobsTest, TheHistoryOfAJobStandsAlone) {
  const std::string id = submit(1)[0];
  post("/v1/jobs/" + id + "/hold", Json::object());
  const Json events = get("/v1/jobs/" + id + "/events").at("events");
  EXPECT_EQ(events.back().at("kind"), "transition");
  EXPECT_EQ(events.back().at("to"), "held");
  EXPECT_EQ(events.back().at("job"), id);
}

}  // namespace
}  // namespace reeld::test
