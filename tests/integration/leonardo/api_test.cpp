#include "daemon/leonardo/api.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "daemon/leonardo/cdn.hpp"
#include "tests/simulator/simulator.hpp"
#include "tests/support/files.hpp"
#include "tests/support/run_task.hpp"

namespace reeld::leonardo {
namespace {

using namespace std::chrono_literals;

constexpr const char* kBody =
    R"({"model":"ltxv-2.0-pro","public":false,"parameters":{"prompt":"Rain","duration":6,"quantity":1,"seed":42,
        "mode":"RESOLUTION_1080","prompt_enhance":"OFF","width":1920,"height":1080}})";

/// The real API client against the simulated cloud, over TLS.
class ApiTest : public testing::Test {
 protected:
  ApiTest() : cloud_(options()) {
    cloud_.start();
    http::ClientOptions client;
    client.ca_file = cloud_.ca_file();
    client_ = http::make_client(io_.get_executor(), client);
    api_ = make_api(*client_, clock_, {cloud_.base_url(), cloud_.api_key()});
  }
  ~ApiTest() override {
    client_->shutdown();
    io_.restart();
    io_.run();
  }

  sim::Options options() {
    sim::Options options;
    options.dir = dir_.path();
    options.render_time = 0ms;
    return options;
  }

  template <class T>
  ApiResult<T> wait(asio::awaitable<ApiResult<T>> call) {
    return test::run_task<ApiResult<T>>(io_, std::move(call));
  }

  ApiResult<Accepted> submit(const std::string& body = kBody) {
    const Api::BeforeSend hook = [this]() -> asio::awaitable<Result<void>> {
      ++hooks_;
      co_return hook_result_;
    };
    return wait(api_->submit(body, hook));
  }

  test::TempDir dir_;
  sim::Simulator cloud_;
  asio::io_context io_;
  SystemClock clock_;
  std::unique_ptr<http::Client> client_;
  std::unique_ptr<Api> api_;
  int hooks_ = 0;
  Result<void> hook_result_;
};

TEST_F(ApiTest, SubmitsReadsListsAndDeletes) {
  const auto accepted = submit();
  ASSERT_TRUE(accepted) << accepted.error().words;
  EXPECT_EQ(hooks_, 1);
  EXPECT_EQ(accepted->cost.unit, "DOLLARS");
  const auto generation = wait(api_->generation(accepted->id));
  ASSERT_TRUE(generation) << generation.error().words;
  EXPECT_EQ(generation->id, accepted->id);
  EXPECT_EQ(generation->seed, 42);
  const auto account = wait(api_->me());
  ASSERT_TRUE(account);
  EXPECT_EQ(account->user_id, cloud_.user_id());
  const auto all = wait(api_->generations_of(account->user_id, 0, 10));
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 1U);
  EXPECT_TRUE(wait(api_->remove(accepted->id)));
  EXPECT_EQ(wait(api_->generation(accepted->id)).error().error_class, ErrorClass::kNotFound);
}

TEST_F(ApiTest, AHookThatSaysNoMeansThatNothingIsSent) {
  hook_result_ = Error{Errc::kLeaseLost, "test", "another owner"};
  const auto refused = submit();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().error_class, ErrorClass::kNotSent);
  EXPECT_EQ(cloud_.request_count(sim::Endpoint::kSubmit), 0U);
}

TEST_F(ApiTest, ALostAnswerIsMaybeSentAndNeverRepeated) {
  cloud_.add_faults(R"([{"on":"submit","do":"drop_after"}])");
  const auto lost = submit();
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().error_class, ErrorClass::kMaybeSent);
  EXPECT_EQ(cloud_.ledger().size(), 1U);
  EXPECT_EQ(hooks_, 1);
}

TEST_F(ApiTest, ACloudThatIsNotThereIsNotSent) {
  cloud_.stop();
  EXPECT_EQ(submit().error().error_class, ErrorClass::kNotSent);
  EXPECT_EQ(hooks_, 0);
}

TEST_F(ApiTest, KnowsTheSimulatedRefusals) {
  const auto class_of = [&](const std::string& fault) {
    cloud_.add_faults(fault);
    return submit().error().error_class;
  };
  EXPECT_EQ(class_of(R"([{"on":"submit","do":"unauthorized"}])"), ErrorClass::kUnauthorized);
  EXPECT_EQ(class_of(R"([{"on":"submit","do":"no_balance"}])"), ErrorClass::kNoBalance);
  EXPECT_EQ(class_of(R"([{"on":"submit","do":"moderated"}])"), ErrorClass::kModerated);
  EXPECT_EQ(class_of(R"([{"on":"submit","do":"status","code":429,"retry_after":7}])"),
            ErrorClass::kRateLimited);
  EXPECT_EQ(class_of(R"([{"on":"submit","do":"html","code":503}])"), ErrorClass::kMaybeSent);
  EXPECT_EQ(class_of(R"([{"on":"submit","do":"no_id"}])"), ErrorClass::kMaybeSent);
  EXPECT_EQ(submit(R"({"model":"sora-2","public":false,"parameters":{"prompt":"x"}})").error().error_class,
            ErrorClass::kUnsupportedModel);
  EXPECT_EQ(
      submit(R"({"model":"ltxv-2.0-pro","public":false,"parameters":{"duration":6}})").error().error_class,
      ErrorClass::kInvalid);
}

TEST_F(ApiTest, ReadsRetryAfter) {
  cloud_.add_faults(R"([{"on":"submit","do":"status","code":429,"retry_after":7}])");
  EXPECT_EQ(submit().error().retry_after, Duration(7s));
}

TEST_F(ApiTest, AWrongKeyIsUnauthorized) {
  const auto other = make_api(*client_, clock_, {cloud_.base_url(), "11111111-0000-4000-8000-000000000000"});
  EXPECT_EQ(wait(other->me()).error().error_class, ErrorClass::kUnauthorized);
}

TEST_F(ApiTest, FetchesFilmsWithoutTheKeyAndOnlyFromListedHosts) {
  class Collect final : public FilmSink {
   public:
    asio::awaitable<Result<void>> begin(FilmHead head) override {
      head_ = std::move(head);
      co_return Result<void>();
    }
    asio::awaitable<Result<void>> write(std::string chunk) override {
      bytes_ += chunk;
      co_return Result<void>();
    }
    FilmHead head_;
    std::string bytes_;
  };
  const auto accepted = submit();
  ASSERT_TRUE(accepted);
  const auto generation = wait(api_->generation(accepted->id));
  ASSERT_TRUE(generation);
  ASSERT_EQ(generation->films.size(), 1U);
  const auto cdn = make_cdn(*client_, clock_, {{"localhost"}});
  Collect sink;
  FilmRequest request{generation->films[0].video_url, 0, ""};
  const auto fetched = test::run_task<Result<void>>(io_, cdn->fetch_film(request, sink));
  ASSERT_TRUE(fetched) << fetched.error().detail;
  EXPECT_EQ(sink.bytes_, cloud_.film_bytes(accepted->id.str(), 0));
  EXPECT_EQ(sink.head_.total, sink.bytes_.size());

  Collect rest;
  FilmRequest resume{generation->films[0].video_url, 1000, sink.head_.validator};
  ASSERT_TRUE(test::run_task<Result<void>>(io_, cdn->fetch_film(resume, rest)));
  EXPECT_EQ(rest.head_.offset, 1000U);
  EXPECT_EQ(rest.bytes_, sink.bytes_.substr(1000));

  const auto elsewhere = make_cdn(*client_, clock_, {{"cdn.leonardo.ai"}});
  EXPECT_FALSE(test::run_task<Result<void>>(io_, elsewhere->fetch_film(request, sink)));
  EXPECT_TRUE(cloud_.violations().empty());
}

}  // namespace
}  // namespace reeld::leonardo
