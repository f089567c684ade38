// What programs do over the control API, with the real daemon behind it.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <fstream>

#include "tests/e2e/api_client.hpp"

namespace reeld::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class ApiE2eTest : public testing::Test {
 protected:
  explicit ApiE2eTest(sim::Options cloud = Daemon::fast_cloud()) : daemon_(std::move(cloud)) {
    port_ = free_port();
    daemon_.set("http.listen", "127.0.0.1:" + std::to_string(port_));
  }

  void start() {
    daemon_.start();
    client_.wait_until_up();
  }

  std::string submit(const Json& job) {
    const auto answer = client_.post("/v1/jobs", job.dump());
    EXPECT_EQ(answer.status, 201) << answer.body;
    return Json::parse(answer.body).at("jobs").at(0).at("id");
  }
  std::string state_of(const std::string& id) { return client_.get_json("/v1/jobs/" + id).at("state"); }
  bool comes_to(const std::string& id, const std::string& state) {
    return eventually([&] { return state_of(id) == state; });
  }

  Daemon daemon_;
  std::uint16_t port_ = 0;
  ApiClient client_{daemon_};
};

/// Renders that take long enough for somebody to change their mind.
class SlowApiE2eTest : public ApiE2eTest {
 protected:
  static sim::Options slow_cloud() {
    sim::Options cloud = Daemon::fast_cloud();
    cloud.render_time = 3s;
    return cloud;
  }
  SlowApiE2eTest() : ApiE2eTest(slow_cloud()) {}
};

TEST_F(ApiE2eTest, ASubmittedJobBecomesAFilmThatIsSentInParts) {
  start();
  const std::string id = submit(guide_job("Rain on a quiet street"));
  ASSERT_TRUE(comes_to(id, "succeeded")) << read_file(daemon_.log_file());
  const Json job = client_.get_json("/v1/jobs/" + id);
  const Json& film = job.at("film_files").at(0);
  const std::string link = film.at("file");

  const auto whole = client_.get(link);
  EXPECT_EQ(whole.status, 200);
  EXPECT_EQ(sha256_of(whole.body), daemon_.cloud().film_sha256(daemon_.cloud().ledger().at(0).id, 0));
  EXPECT_EQ(whole.header("ETag"), '"' + film.at("sha256").get<std::string>() + '"');
  EXPECT_EQ(whole.header("Content-Type"), "video/mp4");

  const auto part = client_.get(link, {{"Range", "bytes=10-19"}});
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.body, whole.body.substr(10, 10));
  EXPECT_EQ(client_.get(link, {{"If-None-Match", std::string(whole.header("ETag"))}}).status, 304);
  EXPECT_EQ(client_.get(link, {{"Range", "bytes=999999999-"}}).status, 416);
  EXPECT_EQ(client_.get(film.at("poster").get<std::string>()).header("Content-Type"), "image/jpeg");
  const Json result = client_.get_json(job.at("result").get<std::string>());
  EXPECT_EQ(result.at("id"), id);
}

TEST_F(ApiE2eTest, EveryFormOfASubmitIsTakenIn) {
  start();
  const std::string one = guide_job("one").dump();
  EXPECT_EQ(client_.post("/v1/jobs?batch=single", one).status, 201);
  EXPECT_EQ(client_.post("/v1/jobs?batch=array", "[" + one + "," + one + "]").status, 201);
  EXPECT_EQ(
      client_.post("/v1/jobs?batch=lines", one + "\n\n" + one + "\n" + one, "application/x-ndjson").status,
      201);
  EXPECT_EQ(client_.get_json("/v1/batches/array").at("counts").at("jobs"), 2);
  EXPECT_EQ(client_.get_json("/v1/batches/lines").at("counts").at("jobs"), 3);
  EXPECT_EQ(client_.post("/v1/jobs?check=1", one).status, 200);
  const auto wrong = client_.post("/v1/jobs", "[" + one + ",{\"model\":5}]");
  EXPECT_EQ(wrong.status, 422);
  EXPECT_EQ(Json::parse(wrong.body).at("problems").at(0).at("pointer"), "/1/model");
  EXPECT_TRUE(daemon_.settled(6));
}

TEST_F(ApiE2eTest, ARepeatedSubmitIsNotPaidTwice) {
  start();
  const std::string job = guide_job("once").dump();
  const ApiClient::Headers key{{"Idempotency-Key", "order-17"}};
  const auto first = client_.post("/v1/jobs", job, "application/json", key);
  ASSERT_EQ(first.status, 201);
  ASSERT_TRUE(daemon_.settled(1));
  daemon_.kill();
  start();
  const auto again = client_.post("/v1/jobs", job, "application/json", key);
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.header("Idempotency-Replayed"), "true");
  EXPECT_EQ(Json::parse(again.body).at("jobs"), Json::parse(first.body).at("jobs"));
  EXPECT_EQ(client_.post("/v1/jobs", guide_job("other").dump(), "application/json", key).status, 422);
  EXPECT_EQ(daemon_.cloud().ledger().size(), 1U);
}

// A sanitizer makes each line ten times as dear, and sees no more in the last than in the first.
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr int kManyJobs = 10'000;
#else
constexpr int kManyJobs = 100'000;
#endif

TEST_F(ApiE2eTest, AHundredThousandLinesAreTakenInListedAndCancelled) {
  constexpr int kJobs = kManyJobs;
  start();
  client_.post_json("/v1/queue/pause", {{"reason", "only counting"}});
  const std::string line = guide_job("one of many").dump() + "\n";
  int sent = 0;
  const auto answer = client_.post_pieces("/v1/jobs?batch=big", [&]() -> std::string {
    std::string piece;
    for (int i = 0; i < 100 && sent < kJobs; ++i, ++sent) piece += line;
    return piece;
  });
  ASSERT_EQ(answer.status, 201) << answer.body.substr(0, 1000);
  const Json taken = Json::parse(answer.body);
  ASSERT_EQ(taken.at("jobs").size(), static_cast<std::size_t>(kJobs));
  EXPECT_EQ(taken.at("jobs").at(kJobs - 1).at("position"), kJobs);
  EXPECT_EQ(client_.get_json("/v1/stats").at("counts").at("queued"), kJobs);

  std::size_t listed = 0;
  std::string after;
  for (;;) {
    const Json page = client_.get_json("/v1/jobs?batch=big&limit=1000" + after);
    listed += page.at("jobs").size();
    if (page.at("next").is_null()) break;
    after = "&after=" + page.at("next").get<std::string>();
  }
  EXPECT_EQ(listed, static_cast<std::size_t>(kJobs));

  const Json cancelled = client_.post_json("/v1/jobs/cancel", {{"filter", {{"batch", "big"}}}});
  EXPECT_EQ(cancelled.at("changed"), kJobs);
  EXPECT_TRUE(daemon_.cloud().ledger().empty());
}

TEST_F(ApiE2eTest, EventsResumeWhereAConsumerLeftOff) {
  start();
  auto stream = client_.follow("/v1/events");
  const std::string greeting = ApiClient::read_until(*stream, "event: hello");
  const std::string id = submit(guide_job("rain"));
  const std::string seen = ApiClient::read_until(*stream, "\"to\":\"generating\"");
  stream.reset();
  const auto last = seen.rfind("\nid: ");
  const std::string after = seen.substr(last + 5, seen.find('\n', last + 5) - last - 5);
  ASSERT_TRUE(comes_to(id, "succeeded"));

  auto resumed = client_.follow("/v1/events?after=" + after);
  const std::string rest = ApiClient::read_until(*resumed, "\"to\":\"succeeded\"");
  EXPECT_EQ(rest.find("event: hello"), std::string::npos);
  EXPECT_EQ(rest.find("\"to\":\"submitting\""), std::string::npos);
  EXPECT_NE(rest.find("\"to\":\"downloading\""), std::string::npos);
}

TEST_F(ApiE2eTest, StreamsDoNotHoldTheDaemonBackWhenItStops) {
  start();
  auto stream = client_.follow("/v1/events");
  ApiClient::read_until(*stream, "event: hello");
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(daemon_.stop(), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
}

TEST_F(SlowApiE2eTest, AJobInFlightIsCancelledAndTakenUpAgainWithItsPaidRender) {
  start();
  const std::string id = submit(guide_job("rain"));
  ASSERT_TRUE(comes_to(id, "generating"));
  const Json cancelled = client_.post_json("/v1/jobs/" + id + "/cancel", Json::object());
  EXPECT_EQ(cancelled.at("job").at("state"), "cancelled");
  EXPECT_EQ(client_.post("/v1/jobs/" + id + "/cancel", "{}").status, 409);
  EXPECT_EQ(client_.post_json("/v1/jobs/" + id + "/retry", Json::object()).at("job").at("state"),
            "generating");
  ASSERT_TRUE(comes_to(id, "succeeded")) << read_file(daemon_.log_file());
  EXPECT_EQ(daemon_.cloud().ledger().size(), 1U);
}

TEST_F(ApiE2eTest, APausedQueueSubmitsNothingAlsoAfterARestart) {
  start();
  client_.post_json("/v1/queue/pause", {{"reason", "maintenance"}});
  const std::string id = submit(guide_job("rain"));
  EXPECT_EQ(daemon_.stop(), 0);
  start();
  EXPECT_EQ(client_.get_json("/v1/queue").at("paused").at("reason"), "maintenance");
  const std::string waiting = client_.get_json("/v1/jobs/" + id).at("waiting");
  EXPECT_NE(waiting.find("maintenance"), std::string::npos) << waiting;
  EXPECT_TRUE(daemon_.cloud().ledger().empty());
  client_.post_json("/v1/queue/resume", Json::object());
  EXPECT_TRUE(comes_to(id, "succeeded"));
}

TEST_F(ApiE2eTest, ADeadlinePassesAlsoWhileTheQueueIsPaused) {
  start();
  client_.post_json("/v1/queue/pause", {{"reason", "lunch"}});
  daemon_.kill();
  start();
  Json job = guide_job("late");
  job["reeld"] = {{"deadline", "1s"}};
  const std::string id = submit(job);
  EXPECT_TRUE(comes_to(id, "failed")) << client_.get_json("/v1/jobs/" + id).dump();
}

TEST_F(SlowApiE2eTest, NobodySpeaksForASubmitThatIsStillBeingHeard) {
  daemon_.cloud().add_faults(R"([{"on": "submit", "do": "delay_after", "ms": 1500}])");
  start();
  const std::string id = submit(guide_job("rain"));
  ASSERT_TRUE(eventually([&] { return daemon_.cloud().ledger().size() == 1; }));
  client_.post_json("/v1/jobs/" + id + "/cancel", Json::object());
  const auto resolved = client_.post("/v1/jobs/" + id + "/resolve", R"({"verdict": "resend"})");
  EXPECT_EQ(resolved.status, 409) << resolved.body;
  ASSERT_TRUE(eventually([&] { return !client_.get_json("/v1/jobs/" + id).at("generation_id").is_null(); }));
  client_.post_json("/v1/jobs/" + id + "/retry", Json::object());
  EXPECT_TRUE(comes_to(id, "succeeded"));
  EXPECT_EQ(daemon_.cloud().ledger().size(), 1U) << "paid once";
}

TEST_F(ApiE2eTest, FailedJobsAreRetriedByFilter) {
  daemon_.set("retry.render_attempts", "1");
  start();
  daemon_.cloud().add_faults(R"([{"on": "submit", "do": "failed", "times": 3}])");
  for (int i = 0; i < 3; ++i) submit(guide_job("shot " + std::to_string(i)));
  ASSERT_TRUE(daemon_.settled(3));
  ASSERT_EQ(daemon_.count(JobState::kFailed), 3) << read_file(daemon_.log_file());
  const Json filter{{"filter", {{"state", {"failed"}}}}, {"dry_run", true}};
  EXPECT_EQ(client_.post_json("/v1/jobs/retry", filter).at("changed"), 3);
  EXPECT_EQ(daemon_.count(JobState::kFailed), 3);
  EXPECT_EQ(client_.post_json("/v1/jobs/retry", {{"filter", {{"state", "failed"}}}}).at("changed"), 3);
  EXPECT_TRUE(eventually([&] { return daemon_.count(JobState::kSucceeded) == 3; }));
}

TEST_F(ApiE2eTest, OverTcpTheTokenIsNeededAndForeignPagesAreKeptOut) {
  const fs::path token_file = daemon_.data().parent_path() / "token";
  drop_file(token_file, "0123456789abcdef0123456789abcdef\n");
  fs::permissions(token_file, fs::perms::owner_read | fs::perms::owner_write);
  daemon_.set("http.token_file", token_file.string());
  start();

  http::local::Target target;
  target.url = "http://127.0.0.1:" + std::to_string(port_);
  ApiClient stranger(target);
  EXPECT_EQ(stranger.get("/healthz").status, 200);
  EXPECT_EQ(stranger.get("/v1/jobs").status, 401);
  target.token = "0123456789abcdef0123456789abcdee";
  EXPECT_EQ(ApiClient(target).get("/v1/jobs").status, 401);
  target.token = "0123456789abcdef0123456789abcdef";
  ApiClient friendly(target);
  EXPECT_EQ(friendly.get("/v1/jobs").status, 200);
  EXPECT_EQ(
      friendly.post("/v1/queue/pause", "{}", "application/json", {{"Origin", "https://evil.example"}}).status,
      403);
  EXPECT_EQ(friendly.post("/v1/queue/pause", "{}", "text/plain").status, 415);

  // A login link, made by somebody who may, lets a browser in once.
  const std::string link = client_.post_json("/v1/login", Json::object()).at("path");
  const auto entered = stranger.get(link);
  ASSERT_EQ(entered.status, 303);
  const std::string cookie(entered.header("Set-Cookie"));
  EXPECT_EQ(stranger.get(link).status, 403);
  EXPECT_EQ(stranger.get("/v1/jobs", {{"Cookie", cookie.substr(0, cookie.find(';'))}}).status, 200);
}

}  // namespace
}  // namespace reeld::test
