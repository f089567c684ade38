// What each fault does to a client that is on the other end of the wire.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "tests/simulator/json_shapes.hpp"
#include "tests/simulator/simulator.hpp"
#include "tests/simulator/tests/https_client.hpp"

namespace reeld::sim {
namespace {

const Headers kKey = {{"authorization", "Bearer " + Options().api_key}};

class FaultsOnTheWireTest : public testing::Test {
 protected:
  void SetUp() override { simulator_.start(); }

  HttpsClient client() const { return {simulator_.ca_file(), simulator_.port()}; }
  Reply submit(const std::string& prompt = "rain") const {
    const std::string body =
        R"({"model":"ltxv-2.0-pro","parameters":{"prompt":")" + prompt + R"(","duration":6}})";
    return client().send("POST", "/api/rest/v2/generations", kKey, body);
  }
  std::string accepted() const { return Json::parse(submit().body)["generate"]["generationId"]; }
  Reply status(const std::string& id) const { return client().get("/api/rest/v1/generations/" + id, kKey); }
  std::string film_path() const {
    const Json json = Json::parse(status(accepted()).body);
    const std::string url = json["generations_by_pk"]["generated_images"][0]["motionMP4URL"];
    return url.substr(url.find("/cdn/"));
  }
  void add(const std::string& on, const std::string& action, const std::string& more = "") {
    simulator_.add_faults(R"({"on":")" + on + R"(","do":")" + action + "\"" + more + "}");
  }

  Simulator simulator_{Options{.render_time = Duration{0}}};
};

TEST_F(FaultsOnTheWireTest, DroppedBeforeNothingIsAccepted) {
  add("submit", "drop_before");
  EXPECT_EQ(submit().status, 0);
  EXPECT_EQ(simulator_.ledger().size(), 0U);
  EXPECT_EQ(submit().status, 200);
}

TEST_F(FaultsOnTheWireTest, DroppedAfterTheJobIsPaidFor) {
  for (const char* action : {"drop_after", "status_after", "no_id", "garbage", "empty_body"}) {
    const std::size_t before = simulator_.ledger().size();
    add("submit", action);
    EXPECT_EQ(submit().body.find("generationId"), std::string::npos) << action;
    EXPECT_EQ(simulator_.ledger().size(), before + 1) << action;
  }
}

TEST_F(FaultsOnTheWireTest, AnAnswerCanEndInTheMiddle) {
  add("submit", "drop_mid_answer");
  const Reply reply = submit();
  EXPECT_EQ(reply.status, 200);
  EXPECT_FALSE(reply.error.empty());
  EXPECT_EQ(simulator_.ledger().size(), 1U);
}

TEST_F(FaultsOnTheWireTest, AResetIsSeenAsSuch) {
  add("me", "drop_before", R"(,"reset":true)");
  EXPECT_NE(client().get("/api/rest/v1/me", kKey).error.find("reset"), std::string::npos);
}

TEST_F(FaultsOnTheWireTest, StatusCarriesCodeBodyAndHeaders) {
  add("me", "status", R"(,"code":429,"retry_after":3,"body":"no","headers":{"X-Why":"test"})");
  const Reply reply = client().get("/api/rest/v1/me", kKey);
  EXPECT_EQ(reply.status, 429);
  EXPECT_EQ(reply.body, "no");
  EXPECT_EQ(reply.headers.at("retry-after"), "3");
  EXPECT_EQ(reply.headers.at("x-why"), "test");
}

TEST_F(FaultsOnTheWireTest, RefusalsAcceptNothing) {
  struct Case {
    const char* action;
    int status;
    const char* words;
  };
  for (const Case& test :
       {Case{"moderated", 403, "inappropriate"}, Case{"no_balance", 400, "not enough api tokens"},
        Case{"unauthorized", 401, "access-denied"}, Case{"html", 502, "<html>"}, Case{"redirect", 302, ""},
        Case{"status", 503, "Service Error"}}) {
    add("submit", test.action);
    const Reply reply = submit();
    EXPECT_EQ(reply.status, test.status) << test.action;
    EXPECT_NE(reply.body.find(test.words), std::string::npos) << test.action;
  }
  EXPECT_EQ(simulator_.ledger().size(), 0U);
}

TEST_F(FaultsOnTheWireTest, ARenderCanBeMadeToFailEitherWay) {
  add("status", "failed");
  const std::string id = accepted();
  EXPECT_NE(status(id).body.find("\"FAILED\""), std::string::npos);
  EXPECT_NE(status(id).body.find("\"FAILED\""), std::string::npos);
  add("submit", "failed");
  EXPECT_NE(status(accepted()).body.find("\"FAILED\""), std::string::npos);
  add("status", "null_generation");
  EXPECT_EQ(status(id).body, R"({"generations_by_pk":null})");
  EXPECT_EQ(simulator_.balance(), Options().balance);
}

TEST_F(FaultsOnTheWireTest, DownloadsCanBeCutOrFalse) {
  const std::string path = film_path();
  const Reply good = client().get(path);
  add("download", "truncate");
  const Reply cut = client().get(path);
  EXPECT_FALSE(cut.error.empty());
  EXPECT_EQ(cut.headers.at("content-length"), good.headers.at("content-length"));
  EXPECT_EQ(cut.body.size(), good.body.size() / 2);
  add("download", "wrong_length");
  const Reply shorter = client().get(path);
  EXPECT_EQ(shorter.error, "");
  EXPECT_TRUE(good.body.starts_with(shorter.body) && shorter.body.size() < good.body.size());
  add("download", "wrong_length", R"(,"bytes":100000)");
  EXPECT_EQ(client().get(path).body.size(), 100'000U);
  add("download", "wrong_content");
  const Reply page = client().get(path);
  EXPECT_EQ(page.headers.at("content-type"), "video/mp4");
  EXPECT_NE(page.body.find("<html>"), std::string::npos);
  add("download", "expired_url");
  EXPECT_EQ(client().get(path).status, 403);
}

TEST_F(FaultsOnTheWireTest, RangesCanGoWrong) {
  const std::string path = film_path();
  const Headers range = {{"range", "bytes=1000-"}};
  add("download", "no_range");
  EXPECT_EQ(client().get(path).status, 200);
  EXPECT_EQ(client().get(path, range).status, 200);
  add("download", "bad_range");
  const Reply shifted = client().get(path, range);
  EXPECT_EQ(shifted.status, 206);
  EXPECT_TRUE(shifted.headers.at("content-range").starts_with("bytes 500-"));
  EXPECT_EQ(client().get(path, range).status, 206);
}

TEST_F(FaultsOnTheWireTest, AChangedFilmHasAnotherTagAndTheLedgerFollows) {
  const std::string path = film_path();
  const Reply before = client().get(path);
  add("download", "change_etag");
  const Reply after = client().get(path, {{"range", "bytes=10-"}, {"if-range", before.headers.at("etag")}});
  EXPECT_EQ(after.status, 200);
  EXPECT_NE(after.headers.at("etag"), before.headers.at("etag"));
  EXPECT_NE(after.body, before.body);
  EXPECT_TRUE(after.body == simulator_.film_bytes(simulator_.ledger()[0].id, 0));
}

TEST_F(FaultsOnTheWireTest, SlowAndDelayedAnswersTakeTheirTime) {
  const auto measure = [this] {
    const auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(client().get("/api/rest/v1/me", kKey).status, 200);
    return std::chrono::steady_clock::now() - start;
  };
  for (const char* action : {"delay", "delay_after"}) {
    add("me", action, R"(,"ms":120)");
    EXPECT_GE(measure(), std::chrono::milliseconds(120)) << action;
  }
  add("me", "slow", R"(,"bytes_per_second":4000)");
  EXPECT_GE(measure(), std::chrono::milliseconds(100));
}

TEST_F(FaultsOnTheWireTest, OversizedAnswersAreAClientsProblem) {
  add("me", "huge_header");
  EXPECT_FALSE(client().get("/api/rest/v1/me", kKey).error.empty());
  add("me", "endless_body");
  EXPECT_FALSE(client().get("/api/rest/v1/me", kKey).error.empty());
}

TEST_F(FaultsOnTheWireTest, AHungRequestEndsWithTheServer) {
  add("me", "hang");
  const HttpsClient same = client();
  std::thread waiting([&same] { EXPECT_EQ(same.get("/api/rest/v1/me", kKey).status, 0); });
  while (simulator_.request_count(Endpoint::kMe) == 0) std::this_thread::yield();
  simulator_.stop();
  waiting.join();
}

TEST_F(FaultsOnTheWireTest, ScriptsAreTakenWholeOrNotAtAll) {
  const std::string script = R"([{"on":"me","do":"html"},{"on":"me","do":"explode"}])";
  EXPECT_EQ(client().send("POST", "/_sim/faults", {}, script).status, 400);
  EXPECT_EQ(client().get("/api/rest/v1/me", kKey).status, 200);
  EXPECT_EQ(client().send("POST", "/_sim/faults", {}, R"([{"on":"me","do":"html","times":0}])").status, 200);
  EXPECT_EQ(client().get("/api/rest/v1/me", kKey).status, 502);
  client().send("DELETE", "/_sim/faults");
  EXPECT_EQ(client().get("/api/rest/v1/me", kKey).status, 200);
}

}  // namespace
}  // namespace reeld::sim
