#include <fmt/format.h>

#include <utility>

#include "tests/integration/api/api_fixture.hpp"

namespace reeld::test {
namespace {

class ApiSubmitTest : public ApiTest {
 protected:
  std::unique_ptr<FakeExchange> submit_text(const std::string& text, const std::string& key = "",
                                            const std::string& query = "") {
    return ask(request(text, key, query));
  }
  static Request request(const std::string& text, const std::string& key = "",
                         const std::string& query = "") {
    Request made{.method = Method::kPost, .target = "/v1/jobs" + query, .body = text};
    if (!key.empty()) made.headers.push_back({"Idempotency-Key", key});
    return made;
  }
  Json batches() { return get("/v1/batches").at("batches"); }
};

TEST_F(ApiSubmitTest, OneJobIsTakenInAndNamed) {
  const auto answered = submit_text(job_text("rain", R"("name":"rain")"), "", "?batch=night");
  ASSERT_EQ(answered->answer.status, 201) << answered->answer.body;
  const Json answer = Json::parse(answered->answer.body);
  EXPECT_EQ(answer.at("batch").at("name"), "night");
  EXPECT_EQ(answer.at("batch").at("counts").at("jobs"), 1);
  EXPECT_EQ(answered->header("Location"), "/v1/batches/" + answer.at("batch").at("id").get<std::string>());
  const Json& job = answer.at("jobs").at(0);
  EXPECT_EQ(job.at("position"), 1);
  EXPECT_EQ(job.at("name"), "rain");
  EXPECT_EQ(job.at("output"), "night/rain");
  EXPECT_EQ(job.at("duplicate"), false);
  EXPECT_EQ(control_->pokes, 1);
  const Json shown = get("/v1/jobs/" + job.at("id").get<std::string>());
  EXPECT_EQ(shown.at("state"), "queued");
  EXPECT_EQ(shown.at("spec").at("prompt"), "rain");
  EXPECT_FALSE(shown.at("submitter").is_null());
}

TEST_F(ApiSubmitTest, ABatchWithoutANameGetsOne) {
  const Json answer = Json::parse(submit_text(job_text("rain"))->answer.body);
  const std::string id = answer.at("batch").at("id");
  EXPECT_EQ(answer.at("batch").at("name"), "api-" + id.substr(id.size() - 8));
  EXPECT_EQ(answer.at("jobs").at(0).at("name"), answer.at("batch").at("name"));
}

TEST_F(ApiSubmitTest, AnArraysJobsKeepTheirOrderAndNumbers) {
  const auto answered = submit_text("[" + job_text("a") + "," + job_text("b") + "]", "", "?batch=two");
  const Json answer = Json::parse(answered->answer.body);
  ASSERT_EQ(answer.at("jobs").size(), 2U);
  EXPECT_EQ(answer.at("jobs").at(0).at("name"), "two-00001");
  EXPECT_EQ(answer.at("jobs").at(1).at("position"), 2);
}

TEST_F(ApiSubmitTest, ManyLinesAreStreamedInAndOut) {
  const auto ids = submit(2500);
  EXPECT_EQ(ids.size(), 2500U);
  EXPECT_EQ(count(JobState::kQueued), 2500);
  EXPECT_EQ(batches().at(0).at("counts").at("open"), 2500);
}

TEST_F(ApiSubmitTest, OneBadLineMeansThatNothingIsTakenIn) {
  std::string lines;
  for (int i = 1; i <= 1500; ++i) lines += job_text("shot") + "\n";
  lines += "{\"model\":\"ltxv-2.0-pro\",\"parameters\":{\"prompt\":\"x\",\"duration\":7}}\n";
  Request wrong = request(lines);
  wrong.type = "application/x-ndjson";
  const auto answered = ask(wrong);
  EXPECT_EQ(answered->answer.status, 422);
  const Json problem = Json::parse(answered->answer.body);
  EXPECT_EQ(problem.at("code"), "bad_input");
  EXPECT_EQ(problem.at("problem_count"), 1);
  EXPECT_EQ(problem.at("problems").at(0).at("line"), 1501);
  EXPECT_EQ(problem.at("problems").at(0).at("pointer"), "/parameters/duration");
  EXPECT_TRUE(batches().empty());
  EXPECT_EQ(count(JobState::kQueued), 0);
  // The result paths are free again.
  EXPECT_EQ(
      Json::parse(submit_text(job_text("a"), "", "?batch=x")->answer.body).at("jobs").at(0).at("output"),
      "x/x");
}

TEST_F(ApiSubmitTest, OfManyProblemsTheFirstHundredAreToldAndAllAreCounted) {
  std::string lines;
  for (int i = 0; i < 1200; ++i) lines += "{\"model\": 5}\n";
  Request wrong = request(lines);
  wrong.type = "application/x-ndjson";
  const Json problem = Json::parse(ask(wrong)->answer.body);
  EXPECT_EQ(problem.at("problems").size(), 100U);
  EXPECT_GE(problem.at("problem_count"), 1200);
}

TEST_F(ApiSubmitTest, ACheckTellsTheProblemsAndTakesNothingIn) {
  const auto bad = submit_text("[" + job_text("a") + ",{\"model\":5}]", "", "?check=1");
  EXPECT_EQ(bad->answer.status, 200);
  EXPECT_EQ(Json::parse(bad->answer.body).at("problems").at(0).at("pointer"), "/1/model");
  const auto good = submit_text(job_text("a"), "", "?check=1");
  EXPECT_EQ(Json::parse(good->answer.body),
            (Json{{"jobs", 1}, {"problems", Json::array()}, {"problem_count", 0}}));
  EXPECT_TRUE(batches().empty());
}

TEST_F(ApiSubmitTest, ARepeatWithTheSameKeyAndBytesIsAnsweredAsTheFirst) {
  const auto first = submit_text(job_text("rain"), "key-1");
  const auto second = submit_text(job_text("rain"), "key-1");
  EXPECT_EQ(first->answer.status, 201);
  EXPECT_EQ(second->answer.status, 200);
  EXPECT_EQ(second->header("Idempotency-Replayed"), "true");
  EXPECT_EQ(first->answer.body, second->answer.body);
  EXPECT_EQ(count(JobState::kQueued), 1);
}

TEST_F(ApiSubmitTest, AKeyIsNotUsedForOtherBytes) {
  submit_text(job_text("rain"), "key-1");
  const auto other = submit_text(job_text("snow"), "key-1");
  EXPECT_EQ(other->answer.status, 422);
  EXPECT_EQ(Json::parse(other->answer.body).at("code"), "conflict");
  EXPECT_EQ(count(JobState::kQueued), 1);
}

TEST_F(ApiSubmitTest, WhileAKeyIsBeingTakenInASecondCallIsToldSo) {
  auto first = exchange(request(job_text("rain"), "key-1"));
  int status = 0;
  first->before_read = [&] {
    // Kept until this call is over: it holds what is captured.
    const auto once = std::exchange(first->before_read, nullptr);
    spawn([](ApiSubmitTest& test, int& seen) -> boost::asio::awaitable<void> {
      auto second = test.exchange(request(job_text("rain"), "key-1"));
      co_await test.api_->handle(*second);
      seen = second->answer.status;
    }(*this, status));
  };
  handle(*first);
  run_until([&] { return status != 0; });
  EXPECT_EQ(status, 409);
  EXPECT_EQ(first->answer.status, 201);
  // The key was given back: now it is a repeat.
  EXPECT_EQ(submit_text(job_text("rain"), "key-1")->answer.status, 200);
}

TEST_F(ApiSubmitTest, AClientThatGoesAwayLeavesNothingBehind) {
  std::string lines;
  for (int i = 1; i <= 1500; ++i) lines += job_text("shot") + "\n";
  Request cut_short = request(lines, "key-1");
  cut_short.type = "application/x-ndjson";
  auto asked = exchange(cut_short);
  asked->read_error = Error{Errc::kPeerBroken, "fake.read", "the peer went away"};
  handle(*asked);
  EXPECT_TRUE(batches().empty());
  // Nobody holds the paths or the key that it asked for.
  EXPECT_EQ(submit_text(job_text("a"), "key-1")->answer.status, 201);
}

TEST_F(ApiSubmitTest, ADaemonThatStopsLeavesNothingHalfTakenIn) {
  std::string lines;
  for (int i = 1; i <= 1500; ++i) lines += job_text("shot", fmt::format(R"("id":"k{}")", i)) + "\n";
  Request long_one = request(lines);
  long_one.type = "application/x-ndjson";
  auto asked = exchange(long_one);
  asked->read_error = Error{Errc::kTimedOut, "fake.read", "not reached"};
  bool is_over = false;
  asked->before_read = [&] { is_over = asked->pieces.empty(); };
  spawn(api_->handle(*asked));
  run_until([&] { return is_over; });
  stop();
  EXPECT_TRUE(batches().empty());
  // A job whose key was staged and discarded is new again.
  const auto again = submit_text(job_text("shot", R"("id":"k1")"));
  EXPECT_EQ(Json::parse(again->answer.body).at("jobs").at(0).at("duplicate"), false);
}

TEST_F(ApiSubmitTest, AJobWithAKeyThatIsInTheQueueIsNotMadeAgain) {
  const Json first = Json::parse(submit_text(job_text("a", R"("id":"mine")"))->answer.body);
  const Json second = Json::parse(submit_text(job_text("a", R"("id":"mine")"))->answer.body);
  EXPECT_EQ(second.at("jobs").at(0).at("duplicate"), true);
  EXPECT_EQ(second.at("jobs").at(0).at("id"), first.at("jobs").at(0).at("id"));
  EXPECT_EQ(count(JobState::kQueued), 1);
}

TEST_F(ApiSubmitTest, WhatIsNoJobIsRefused) {
  EXPECT_EQ(submit_text("[]")->answer.status, 422);
  EXPECT_EQ(submit_text("{\"model\": ")->answer.status, 422);
  EXPECT_EQ(submit_text(std::string(100'000, '[') + std::string(100'000, ']'))->answer.status, 422);
  Request blank = request("\n\n \n");
  blank.type = "application/x-ndjson";
  EXPECT_EQ(ask(blank)->answer.status, 422);
  Request typed = request(job_text("a"));
  typed.type = "text/plain";
  EXPECT_EQ(ask(typed)->answer.status, 415);
  EXPECT_EQ(submit_text(std::string((16U << 20U) + 1, ' '))->answer.status, 413);
  EXPECT_EQ(submit_text(job_text("a"), "", "?batch=a/b")->answer.status, 400);
  EXPECT_EQ(submit_text(job_text("a"), std::string(201, 'k'))->answer.status, 400);
  EXPECT_TRUE(batches().empty());
}

}  // namespace
}  // namespace reeld::test
