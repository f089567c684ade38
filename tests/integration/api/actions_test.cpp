#include <boost/asio/this_coro.hpp>

#include "tests/integration/api/api_fixture.hpp"

namespace reeld::test {
namespace {

class ApiActionsTest : public ApiTest {
 protected:
  /// Claims a job and lets its submit's outcome be unknown.
  std::string unknown_job() {
    submit(1);
    const store::ClaimedJob job = wait(store_->claim(1)).value().jobs.at(0);
    store::Intent intent;
    intent.id = IntentId(uuids_.next());
    EXPECT_TRUE(wait(store_->record_intent(job.lease, intent)));
    store::Move move(JobState::kSubmitting, JobState::kUnknown, "no answer");
    EXPECT_TRUE(wait(store_->move(job.lease, std::move(move))));
    return job.lease.job.str();
  }
};

TEST_F(ApiActionsTest, AJobIsCancelledAndRetried) {
  const std::string id = submit(1)[0];
  const Json cancelled = post("/v1/jobs/" + id + "/cancel", {{"delete_upstream", true}});
  EXPECT_EQ(cancelled.at("job").at("state"), "cancelled");
  EXPECT_TRUE(control_->deleted_upstream);
  EXPECT_FALSE(control_->asked_by.empty());
  EXPECT_EQ(post("/v1/jobs/" + id + "/retry", Json::object()).at("job").at("state"), "queued");
}

TEST_F(ApiActionsTest, ABodyIsNotNeeded) {
  const std::string id = submit(1)[0];
  const auto held = ask({.method = Method::kPost, .target = "/v1/jobs/" + id + "/hold"});
  EXPECT_EQ(held->answer.status, 200);
  const auto released = ask({.method = Method::kPost, .target = "/v1/jobs/" + id + "/release"});
  EXPECT_EQ(Json::parse(released->answer.body).at("job").at("state"), "queued");
}

TEST_F(ApiActionsTest, WhatCannotBeDoneIsAConflictWithTheReason) {
  const std::string id = submit(1)[0];
  const Json refused = post("/v1/jobs/" + id + "/retry", Json::object(), 409);
  EXPECT_EQ(refused.at("code"), "conflict");
  EXPECT_NE(refused.at("detail").get<std::string>().find("queued"), std::string::npos);
  post("/v1/jobs/019ac1f0-7c3e-7a41-9b2d-5f0c6e1d2a3b/cancel", Json::object(), 404);
  post("/v1/jobs/" + id + "/hold", {{"delete_upstream", true}}, 400);
}

TEST_F(ApiActionsTest, AFilterIsGoneThroughInPages) {
  submit(1200, "big");
  submit(3, "small");
  const Json answer = post("/v1/jobs/cancel", {{"filter", {{"batch", "big"}}}});
  EXPECT_EQ(answer.at("matched"), 1200);
  EXPECT_EQ(answer.at("changed"), 1200);
  EXPECT_EQ(answer.at("refused"), 0);
  EXPECT_EQ(answer.at("outcomes").size(), 1000U);
  EXPECT_EQ(control_->acted_on, (std::vector<std::size_t>{500, 500, 200}));
  EXPECT_EQ(count(JobState::kCancelled), 1200);
  EXPECT_EQ(count(JobState::kQueued), 3);
}

TEST_F(ApiActionsTest, ADryRunChangesNothing) {
  submit(700);
  const Json answer = post("/v1/jobs/cancel", {{"all", true}, {"dry_run", true}});
  EXPECT_EQ(answer.at("matched"), 700);
  EXPECT_EQ(answer.at("changed"), 700);
  EXPECT_EQ(answer.at("dry_run"), true);
  EXPECT_EQ(answer.at("outcomes").at(0).at("state"), "cancelled");
  EXPECT_TRUE(control_->acted_on.empty());
  EXPECT_EQ(count(JobState::kQueued), 700);
}

TEST_F(ApiActionsTest, NamedJobsAreRefusedOneByOne) {
  const auto ids = submit(2);
  const std::string nobody = "019ac1f0-7c3e-7a41-9b2d-5f0c6e1d2a3b";
  post("/v1/jobs/" + ids[1] + "/cancel", Json::object());
  for (const bool dry_run : {true, false}) {
    const Json answer = post("/v1/jobs/cancel", {{"ids", {ids[0], ids[1], nobody}}, {"dry_run", dry_run}});
    EXPECT_EQ(answer.at("matched"), 3);
    EXPECT_EQ(answer.at("changed"), 1);
    EXPECT_EQ(answer.at("refused"), 2);
    EXPECT_EQ(answer.at("outcomes").at(2).at("id"), nobody);
    EXPECT_EQ(answer.at("outcomes").at(2).at("refusal"), "there is no such job");
  }
}

TEST_F(ApiActionsTest, AnEmptyFilterNeedsTheWordAll) {
  submit(1);
  EXPECT_EQ(post("/v1/jobs/cancel", Json::object(), 400).at("code"), "bad_input");
  EXPECT_EQ(post("/v1/jobs/cancel", {{"filter", Json::object()}}, 400).at("code"), "bad_input");
  EXPECT_EQ(count(JobState::kQueued), 1);
}

TEST_F(ApiActionsTest, APersonSaysWhatBecameOfASubmit) {
  const std::string id = unknown_job();
  post("/v1/jobs/" + id + "/resolve", {{"verdict", "perhaps"}}, 400);
  post("/v1/jobs/" + id + "/resolve", {{"verdict", "adopt"}}, 400);
  post("/v1/jobs/" + id + "/resolve", {{"verdict", "resend"}, {"generation_id", "x"}}, 400);
  EXPECT_EQ(state_of(id), "unknown");
  EXPECT_EQ(post("/v1/jobs/" + id + "/resolve", {{"verdict", "resend"}}).at("job").at("state"), "queued");
  post("/v1/jobs/" + id + "/resolve", {{"verdict", "resend"}}, 409);
}

TEST_F(ApiActionsTest, AQueueIsPausedAndResumed) {
  EXPECT_TRUE(get("/v1/queue").at("paused").is_null());
  const Json paused = post("/v1/queue/pause", {{"reason", "maintenance"}});
  EXPECT_EQ(paused.at("paused").at("reason"), "maintenance");
  EXPECT_FALSE(paused.at("paused").at("by").is_null());
  post("/v1/queue/pause", {{"reason", 5}}, 400);
  EXPECT_TRUE(post("/v1/queue/resume", Json::object()).at("paused").is_null());
}

TEST_F(ApiActionsTest, BatchesAreShownByIdAndByName) {
  submit(2, "day");
  const Json batch = get("/v1/batches/day");
  EXPECT_EQ(batch.at("counts").at("open"), 2);
  EXPECT_EQ(get("/v1/batches/" + batch.at("id").get<std::string>()), batch);
  EXPECT_EQ(post("/v1/batches/day/release", Json::object()).at("released"), 0);
}

}  // namespace
}  // namespace reeld::test
