#include <utility>

#include "tests/integration/api/api_fixture.hpp"

namespace reeld::test {
namespace {

class ApiServiceTest : public ApiTest {
 protected:
  /// The status of a request over TCP.
  int over_tcp(const Request& request) {
    auto asked = exchange(request);
    asked->request.peer = {};
    handle(*asked);
    last_ = std::move(asked->answer);
    return last_.status;
  }
  std::string last_header(const std::string& name) const {
    for (const auto& header : last_.headers) {
      if (header.name == name) return header.value;
    }
    return "";
  }

  http::server::Response last_;
};

TEST_F(ApiServiceTest, EveryAnswerIsClosedToOtherPages) {
  for (const char* target : {"/v1/jobs", "/healthz", "/nothing", "/metrics", "/"}) {
    const auto answered = ask({.target = target});
    EXPECT_EQ(answered->header("X-Content-Type-Options"), "nosniff") << target;
    EXPECT_EQ(answered->header("Content-Security-Policy"), "default-src 'none'; frame-ancestors 'none'");
    EXPECT_EQ(answered->header("Referrer-Policy"), "no-referrer");
    EXPECT_EQ(answered->header("Cache-Control"), "no-store");
    EXPECT_EQ(answered->header("Access-Control-Allow-Origin"), "");
  }
}

TEST_F(ApiServiceTest, HealthAndReadinessAreTold) {
  EXPECT_EQ(get("/healthz"), (Json{{"status", "ok"}, {"version", "1.2.3"}}));
  EXPECT_EQ(get("/readyz"),
            (Json{{"ready", true}, {"checks", {{"store", "ok"}, {"account", "ok"}, {"disk", "ok"}}}}));
  control_->now.account_hold = "no key";
  control_->now.disk_low = "full";
  EXPECT_EQ(get("/readyz").at("checks"), (Json{{"store", "ok"}, {"account", "no key"}, {"disk", "full"}}));
  control_->now.stopping = true;
  EXPECT_EQ(get("/readyz", 503).at("ready"), false);
}

TEST_F(ApiServiceTest, MetricsComeAsText) {
  const auto answered = ask({.target = "/metrics"});
  EXPECT_EQ(answered->answer.body, "reeld_up 1\n");
  EXPECT_TRUE(answered->header("Content-Type").starts_with("text/plain; version=0.0.4"));
}

TEST_F(ApiServiceTest, StatsTellQueueAndLimits) {
  submit(3);
  publish("film");
  control_->now.window = 7;
  const Json stats = get("/v1/stats");
  EXPECT_EQ(stats.at("version"), "1.2.3");
  EXPECT_EQ(stats.at("counts").at("queued"), 2);
  EXPECT_EQ(stats.at("counts").at("succeeded"), 1);
  EXPECT_EQ(stats.at("open"), 2);
  EXPECT_EQ(stats.at("limits").at("window"), 7);
  EXPECT_EQ(stats.at("connections"), 3);
  EXPECT_EQ(stats.at("paths").at("results"), options_.results.string());
  EXPECT_GT(stats.at("last_event"), 0);
  EXPECT_EQ(stats.at("shape").at(0).at("ages").at(0), 2);
}

TEST_F(ApiServiceTest, CostsAreTheSameInAllBySums) {
  ask({.method = Method::kPost,
       .target = "/v1/jobs",
       .body = "[" + job_text("a", R"("tags":["x","y"])") + "," + job_text("b") + "]"});
  publish("one");
  publish("two");
  for (const char* by : {"day", "hour", "model", "batch", "tag"}) {
    const Json costs = get(std::string("/v1/costs?by=") + by);
    EXPECT_EQ(costs.at("by"), by);
    EXPECT_EQ(costs.at("total").at("renders"), 2) << by;
    EXPECT_EQ(costs.at("total").at("costs"), (Json{{"DOLLARS", "0.50"}})) << by;
  }
  EXPECT_EQ(get("/v1/costs?by=tag").at("costs").size(), 2U);
  EXPECT_TRUE(get("/v1/costs?since=2020-01-01T00:00:00Z&until=2020-02-01T00:00:00Z").at("costs").empty());
  get("/v1/costs?since=2020-02-01T00:00:00Z&until=2020-01-01T00:00:00Z", 400);
}

TEST_F(ApiServiceTest, ModelsAreThoseOfTheCatalogue) {
  EXPECT_EQ(get("/v1/models").at("models").size(), catalogue_.names().size());
}

TEST_F(ApiServiceTest, ImagesAreHandedOnAsTheyAre) {
  const auto uploaded =
      ask({.method = Method::kPost, .target = "/v1/images", .body = "bytes", .type = "image/png"});
  EXPECT_EQ(uploaded->answer.status, 201);
  EXPECT_EQ(uploaded_, "bytes");
  EXPECT_EQ(Json::parse(uploaded->answer.body), (Json{{"id", "image-id"},
                                                      {"type", "UPLOADED"},
                                                      {"sha256", "digest"},
                                                      {"format", "png"},
                                                      {"width", 640},
                                                      {"height", 480}}));
  upload_answer_ = Error{Errc::kBadInput, "image.check", "it is no PNG"};
  const auto status = [&](const std::string& body, const std::string& type) {
    return ask({.method = Method::kPost, .target = "/v1/images", .body = body, .type = type})->answer.status;
  };
  EXPECT_EQ(status("bytes", "image/png"), 400);
  EXPECT_EQ(status("bytes", "image/gif"), 415);
  EXPECT_EQ(status(std::string((20U << 20U) + 1, 'x'), "image/png"), 413);
  upload_answer_ = api::UploadedImage{"image-id", "digest", "png", 640, 480};
  options_.max_image = 21U << 20U;
  make_api();
  EXPECT_EQ(status(std::string((20U << 20U) + 1, 'x'), "image/png"), 201);
}

TEST_F(ApiServiceTest, BodiesNeedTheirType) {
  const std::string id = submit(1)[0];
  const auto typed = [&](const std::string& type, const std::string& body) {
    return ask({.method = Method::kPost, .target = "/v1/jobs/" + id + "/hold", .body = body, .type = type})
        ->answer.status;
  };
  EXPECT_EQ(typed("text/plain", "{}"), 415);
  EXPECT_EQ(typed("application/json", "{"), 400);
  EXPECT_EQ(typed("application/json", std::string((1U << 20U) + 1, ' ')), 413);
  EXPECT_EQ(typed("Application/JSON; charset=utf-8", "{}"), 200);
}

TEST_F(ApiServiceTest, AWrongMethodIsToldTheRightOnes) {
  const auto answered = ask({.method = Method::kDelete, .target = "/v1/queue/pause"});
  EXPECT_EQ(answered->answer.status, 405);
  EXPECT_EQ(answered->header("Allow"), "POST");
}

TEST_F(ApiServiceTest, OverTcpTheTokenIsNeeded) {
  options_.token = "secret";
  make_api();
  const http::server::Header host{"Host", "localhost:8420"};
  EXPECT_EQ(over_tcp({.target = "/healthz", .headers = {host}}), 200);
  EXPECT_EQ(over_tcp({.target = "/v1/jobs", .headers = {host}}), 401);
  EXPECT_EQ(last_header("WWW-Authenticate"), "Bearer realm=\"reeld\"");
  EXPECT_EQ(over_tcp({.target = "/nothing", .headers = {host}}), 401);
  EXPECT_EQ(over_tcp({.target = "/v1/jobs", .headers = {host, {"Authorization", "Bearer secret"}}}), 200);
  EXPECT_EQ(over_tcp({.target = "/v1/jobs", .headers = {{"Host", "evil.example"}}}), 421);
  EXPECT_EQ(over_tcp({.target = "/healthz", .headers = {{"Host", "evil.example"}}}), 421);
}

TEST_F(ApiServiceTest, ALoginLinkLetsABrowserInOnce) {
  options_.token = "secret";
  options_.base_path = "/reeld";
  make_api();
  const std::string link = post("/v1/login", Json::object()).at("path");
  EXPECT_TRUE(link.starts_with("/reeld/login?code=")) << link;
  const http::server::Header host{"Host", "localhost"};
  EXPECT_EQ(over_tcp({.method = Method::kHead, .target = link, .headers = {host}}), 405);
  EXPECT_EQ(over_tcp({.target = link, .headers = {host}}), 303);
  EXPECT_EQ(last_header("Location"), "/reeld/");
  const std::string cookie = last_header("Set-Cookie");
  EXPECT_NE(cookie.find("Path=/reeld/;"), std::string::npos) << cookie;
  EXPECT_EQ(over_tcp({.target = link, .headers = {host}}), 403);
  const http::server::Header shown{"Cookie", cookie.substr(0, cookie.find(';'))};
  EXPECT_EQ(over_tcp({.target = "/reeld/v1/jobs", .headers = {host, shown}}), 200);
  const http::server::Header origin{"Origin", "http://evil.example"};
  EXPECT_EQ(
      over_tcp(
          {.method = Method::kPost, .target = "/reeld/v1/queue/pause", .headers = {host, shown, origin}}),
      403);
}

TEST_F(ApiServiceTest, WithoutATokenTheLinkIsThePageItself) {
  EXPECT_EQ(post("/v1/login", Json::object()).at("path"), "/");
}

}  // namespace
}  // namespace reeld::test
