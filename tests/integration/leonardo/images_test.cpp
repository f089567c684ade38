#include "daemon/leonardo/images.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>

#include "common/util/json.hpp"
#include "tests/simulator/simulator.hpp"
#include "tests/support/files.hpp"
#include "tests/support/run_task.hpp"

namespace reeld::leonardo {
namespace {

using namespace std::chrono_literals;

// As far as the simulated storage looks: it goes by the first bytes.
const std::string kPng = "\x89PNG\r\n\x1A\n" + std::string(100'000, '\x7F');

/// The real uploader against the simulated cloud, over TLS.
class ImagesTest : public testing::Test {
 protected:
  ImagesTest() {
    options_.dir = dir_.path();
    begin();
  }
  ~ImagesTest() override {
    client_->shutdown();
    io_.restart();
    io_.run();
  }

  /// A cloud with `options_`, and a client that trusts it.
  void begin() {
    if (client_) client_->shutdown();
    cloud_ = std::make_unique<sim::Simulator>(options_);
    cloud_->start();
    http::ClientOptions client;
    client.ca_file = cloud_->ca_file();
    client.keep_alive = 10ms;  // run_task waits until idle connections are closed
    client_ = http::make_client(io_.get_executor(), client);
    images_ = make_images(*client_, {cloud_->base_url(), cloud_->api_key()});
  }

  ApiResult<UploadedImage> upload(Images& images, ImageFile image) {
    return test::run_task<ApiResult<UploadedImage>>(io_, images.upload(std::move(image)));
  }
  ApiResult<UploadedImage> upload() { return upload(*images_, ImageFile{ImageFormat::kPng, kPng}); }

  ErrorClass error_class_with(const std::string& fault) {
    cloud_->add_faults(fault);
    const auto uploaded = upload();
    return uploaded ? ErrorClass::kMaybeSent : uploaded.error().error_class;
  }

  /// The simulator's own account of the start images.
  Json known_images() {
    const std::string base_url = cloud_->base_url();
    http::Request request(http::Method::kGet, base_url.substr(0, base_url.find("/api/")) + "/_sim/images");
    const auto answer = test::run_task<Result<http::Response>>(io_, client_->send(std::move(request)));
    return parse_json(answer->body).value();
  }

  test::TempDir dir_;
  sim::Options options_;
  asio::io_context io_;
  std::unique_ptr<sim::Simulator> cloud_;
  std::unique_ptr<http::Client> client_;
  std::unique_ptr<Images> images_;
};

TEST_F(ImagesTest, AnUploadedImageMayBeAStartFrame) {
  const auto uploaded = upload();
  ASSERT_TRUE(uploaded) << uploaded.error().words;
  const Json images = known_images();
  const auto known =
      std::ranges::find_if(images, [&](const Json& image) { return image["id"] == uploaded->id; });
  ASSERT_NE(known, images.end());
  EXPECT_EQ((*known)["uploaded"], true);
  EXPECT_EQ((*known)["size"], kPng.size());
  EXPECT_EQ((*known)["sha256"], test::sha256_of(kPng));

  const SystemClock clock;
  const auto api = make_api(*client_, clock, {cloud_->base_url(), cloud_->api_key()});
  const std::string body =
      R"({"model":"ltxv-2.0-pro","public":false,"parameters":{"prompt":"Rain","duration":6,
      "start_frame":{"type":"UPLOADED","id":")" +
      uploaded->id + "\"}}}";
  const Api::BeforeSend go = []() -> asio::awaitable<Result<void>> { co_return Result<void>(); };
  const auto accepted = test::run_task<ApiResult<Accepted>>(io_, api->submit(body, go));
  EXPECT_TRUE(accepted) << accepted.error().words;
}

TEST_F(ImagesTest, UploadsEachFormat) {
  EXPECT_TRUE(upload(*images_, {ImageFormat::kJpg, "\xFF\xD8\xFF\xE0"}));
  EXPECT_TRUE(upload(*images_, {ImageFormat::kWebp, "RIFF\x04\x01\x01\x01WEBPVP8 "}));
}

TEST_F(ImagesTest, ShowsTheKeyToTheApiOnly) {
  ASSERT_TRUE(upload());
  EXPECT_TRUE(cloud_->violations().empty());
}

TEST_F(ImagesTest, AsksForLeaveOnceMoreWhenItRanOutOnTheWay) {
  cloud_->add_faults(R"([{"on":"upload","do":"expired_url"}])");
  const auto uploaded = upload();
  ASSERT_TRUE(uploaded) << uploaded.error().words;
  EXPECT_EQ(cloud_->request_count(sim::Endpoint::kInitImage), 2U);
  EXPECT_EQ(cloud_->request_count(sim::Endpoint::kUpload), 2U);
}

TEST_F(ImagesTest, GivesUpWhenTheSecondLeaveRanOutToo) {
  options_.upload_policy_life = -1ms;
  begin();
  const auto uploaded = upload();
  ASSERT_FALSE(uploaded);
  EXPECT_EQ(uploaded.error().error_class, ErrorClass::kServerError);
  EXPECT_EQ(uploaded.error().status, 403);
  EXPECT_NE(uploaded.error().words.find("Policy expired"), std::string::npos) << uploaded.error().words;
  EXPECT_EQ(cloud_->request_count(sim::Endpoint::kUpload), 2U);
}

TEST_F(ImagesTest, AFileThatIsNotOfItsFormatIsInvalid) {
  const auto uploaded = upload(*images_, {ImageFormat::kPng, "GIF89a"});
  ASSERT_FALSE(uploaded);
  EXPECT_EQ(uploaded.error().error_class, ErrorClass::kInvalid);
  EXPECT_NE(uploaded.error().words.find("not what its extension says"), std::string::npos);
}

TEST_F(ImagesTest, KnowsTheRefusalsOfTheApi) {
  EXPECT_EQ(error_class_with(R"([{"on":"init-image","do":"unauthorized"}])"), ErrorClass::kUnauthorized);
  EXPECT_EQ(error_class_with(R"([{"on":"init-image","do":"no_balance"}])"), ErrorClass::kNoBalance);
  EXPECT_EQ(error_class_with(R"([{"on":"init-image","do":"html","code":502}])"), ErrorClass::kServerError);
  EXPECT_EQ(error_class_with(R"([{"on":"init-image","do":"garbage"}])"), ErrorClass::kServerError);
  EXPECT_EQ(error_class_with(R"([{"on":"init-image","do":"drop_before"}])"), ErrorClass::kServerError);
  EXPECT_EQ(error_class_with(R"([{"on":"init-image","do":"status","code":200,
                                  "body":"[{\"message\":\"invalid file extension\"}]"}])"),
            ErrorClass::kInvalid);
  EXPECT_EQ(cloud_->request_count(sim::Endpoint::kUpload), 0U);
}

TEST_F(ImagesTest, KnowsTheRefusalsOfTheStorage) {
  EXPECT_EQ(error_class_with(R"([{"on":"upload","do":"status","code":413}])"), ErrorClass::kInvalid);
  EXPECT_EQ(error_class_with(R"([{"on":"upload","do":"html","code":503}])"), ErrorClass::kServerError);
  EXPECT_EQ(error_class_with(R"([{"on":"upload","do":"drop_after"}])"), ErrorClass::kServerError);
  EXPECT_EQ(error_class_with(R"([{"on":"upload","do":"redirect","location":"https://localhost/"}])"),
            ErrorClass::kServerError);
}

TEST_F(ImagesTest, TellsHowLongToWait) {
  cloud_->add_faults(R"([{"on":"init-image","do":"status","code":429,"retry_after":7}])");
  const auto uploaded = upload();
  ASSERT_FALSE(uploaded);
  EXPECT_EQ(uploaded.error().error_class, ErrorClass::kRateLimited);
  EXPECT_EQ(uploaded.error().retry_after, Duration(7s));
}

TEST_F(ImagesTest, SendsNoImageWithoutEncryption) {
  const Json ticket = {
      {"id", "11111111-2222-4333-8444-555555555555"}, {"url", "http://localhost/"}, {"fields", "{}"}};
  const std::string body = dump_json({{"uploadInitImage", ticket}});
  const Json fault = {{"on", "init-image"}, {"do", "status"}, {"code", 200}, {"body", body}};
  EXPECT_EQ(error_class_with(dump_json(fault)), ErrorClass::kServerError);
}

TEST_F(ImagesTest, ACloudThatIsNotThereIsNotSent) {
  cloud_->stop();
  const auto uploaded = upload();
  ASSERT_FALSE(uploaded);
  EXPECT_EQ(uploaded.error().error_class, ErrorClass::kNotSent);
}

TEST_F(ImagesTest, AnotherKeyCountsFromTheNextUploadOn) {
  images_->set_key("99999999-0000-4000-8000-00000000c0de");
  const auto refused = upload();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().error_class, ErrorClass::kUnauthorized);
  images_->set_key(cloud_->api_key());
  EXPECT_TRUE(upload());
}

}  // namespace
}  // namespace reeld::leonardo
