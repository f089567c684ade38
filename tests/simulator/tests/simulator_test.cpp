#include "tests/simulator/simulator.hpp"

#include <gtest/gtest.h>

#include "tests/simulator/json_shapes.hpp"
#include "tests/simulator/tests/https_client.hpp"
#include "tests/simulator/tests/temp_dir.hpp"

namespace reeld::sim {
namespace {

const Headers kKey = {{"authorization", "Bearer " + Options().api_key}};
constexpr const char* kBody =
    R"({"model":"ltxv-2.0-pro","public":false,"parameters":{"prompt":"a red cat","duration":6,"seed":11}})";

class SimulatorTest : public testing::Test {
 protected:
  void start() {
    simulator_.reset();
    simulator_ = std::make_unique<Simulator>(options_);
    simulator_->start();
  }
  HttpsClient client() const { return {simulator_->ca_file(), simulator_->port()}; }
  std::string submit() const {
    const Reply reply = client().send("POST", "/api/rest/v2/generations", kKey, kBody);
    EXPECT_EQ(reply.status, 200) << reply.error << reply.body;
    return Json::parse(reply.body)["generate"]["generationId"];
  }
  std::string film_path(const std::string& id) const {
    const Reply reply = client().get("/api/rest/v1/generations/" + id, kKey);
    const std::string url =
        Json::parse(reply.body)["generations_by_pk"]["generated_images"][0]["motionMP4URL"];
    return url.substr(url.find("/cdn/"));
  }

  TempDir dir_;
  Options options_{.render_time = Duration{0}};
  std::unique_ptr<Simulator> simulator_;
};

TEST_F(SimulatorTest, ServesAFilmThatIsInTheLedger) {
  start();
  const std::string id = submit();
  const Reply film = client().get(film_path(id) + "?signature=abc");
  EXPECT_EQ(film.status, 200) << film.error;
  EXPECT_EQ(film.headers.at("content-type"), "video/mp4");
  EXPECT_TRUE(film.body == simulator_->film_bytes(id, 0));
  const auto ledger = simulator_->ledger();
  ASSERT_EQ(ledger.size(), 1U);
  EXPECT_EQ(ledger[0].prompt, "a red cat");
  EXPECT_EQ(ledger[0].seed, 11);
  EXPECT_EQ(ledger[0].sha256.at(0), simulator_->film_sha256(id, 0));
  EXPECT_EQ(simulator_->request_count(Endpoint::kDownload), 1U);
}

TEST_F(SimulatorTest, FilmsHonourRangesAndHead) {
  options_.video_bytes = 200'000;
  start();
  const std::string path = film_path(submit());
  const Reply head = client().send("HEAD", path);
  EXPECT_EQ(head.headers.at("content-length"), "200000");
  const Reply whole = client().get(path);
  const Reply part = client().get(path, {{"range", "bytes=150000-"}, {"if-range", head.headers.at("etag")}});
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.headers.at("content-range"), "bytes 150000-199999/200000");
  EXPECT_TRUE(part.body == whole.body.substr(150'000));
  EXPECT_EQ(client().get(path, {{"range", "bytes=150000-"}, {"if-range", "\"other\""}}).status, 200);
  const Reply outside = client().get(path, {{"range", "bytes=200000-"}});
  EXPECT_EQ(outside.status, 416);
  EXPECT_EQ(outside.headers.at("content-range"), "bytes */200000");
}

TEST_F(SimulatorTest, NoticesAKeyThatLeaksToTheCdn) {
  start();
  EXPECT_EQ(client().get(film_path(submit()), kKey).status, 400);
  EXPECT_EQ(simulator_->violations().size(), 1U);
}

TEST_F(SimulatorTest, RefusesBodiesOverOneMebibyte) {
  start();
  const std::string body(1024 * 1024 + 1, 'x');
  EXPECT_EQ(client().send("POST", "/api/rest/v2/generations", kKey, body).status, 413);
  EXPECT_EQ(client().send("POST", "/api/rest/v2/generations", kKey, body.substr(1)).status, 400);
}

TEST_F(SimulatorTest, LedgerSurvivesARestart) {
  options_.dir = dir_.path();
  options_.state = dir_ / "state.jsonl";
  start();
  const std::string id = submit();
  const std::string hash = simulator_->film_sha256(id, 0);
  const HttpsClient old_client = client();
  start();
  ASSERT_EQ(simulator_->ledger().size(), 1U);
  EXPECT_EQ(simulator_->film_sha256(id, 0), hash);
  EXPECT_EQ(format_money(simulator_->balance()), "999.64");
  EXPECT_TRUE(client().get("/_sim/ledger").error.empty());
  EXPECT_FALSE(old_client.get("/_sim/ledger").error.empty());
}

TEST_F(SimulatorTest, StopAndStartKeepPortAndMemory) {
  start();
  const std::string id = submit();
  const HttpsClient same = client();
  simulator_->stop();
  EXPECT_FALSE(same.get("/_sim/ledger").error.empty());
  simulator_->start();
  EXPECT_EQ(same.get("/api/rest/v1/generations/" + id, kKey).status, 200);
}

TEST_F(SimulatorTest, FlawedCertificatesAreRefusedByAProperClient) {
  options_.wrong_host_cert = true;
  start();
  EXPECT_NE(client().get("/_sim/ledger").error.find("certificate verify failed"), std::string::npos);
  options_.wrong_host_cert = false;
  options_.expired_cert = true;
  start();
  EXPECT_NE(client().get("/_sim/ledger").error.find("certificate verify failed"), std::string::npos);
}

TEST_F(SimulatorTest, ImpossibleOptionsAreRefused) {
  options_.video_bytes = 100;
  EXPECT_THROW(Simulator{options_}, std::invalid_argument);
}

}  // namespace
}  // namespace reeld::sim
