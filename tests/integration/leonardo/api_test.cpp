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
    // A task ends when nothing is left to wait for, so also when its connection has been idle for so long.
    client.keep_alive = 20ms;
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
  elsewhere->allow_hosts({"localhost"});
  EXPECT_TRUE(test::run_task<Result<void>>(io_, elsewhere->fetch_film(request, sink)));
  EXPECT_TRUE(cloud_.violations().empty());
}

/// Keeps what it is told.
class Listener final : public Observer {
 public:
  struct Answer {
    Endpoint endpoint;
    std::optional<ErrorClass> error;
    bool operator==(const Answer&) const = default;
  };

  void answered(Endpoint endpoint, std::optional<ErrorClass> error, Duration took) override {
    EXPECT_GE(took, 0ms);
    answers_.push_back({endpoint, error});
  }
  void received(std::uint64_t bytes) override { received_ += bytes; }

  std::vector<Answer> answers_;
  std::uint64_t received_ = 0;
};

TEST_F(ApiTest, TellsWhatBecameOfEachRequest) {
  Listener listener;
  api_ = make_api(*client_, clock_, {cloud_.base_url(), cloud_.api_key(), &listener});
  const auto accepted = submit();
  ASSERT_TRUE(accepted);
  ASSERT_TRUE(wait(api_->generation(accepted->id)));
  const auto account = wait(api_->me());
  ASSERT_TRUE(account);
  ASSERT_TRUE(wait(api_->generations_of(account->user_id, 0, 10)));
  ASSERT_TRUE(wait(api_->remove(accepted->id)));
  ASSERT_FALSE(wait(api_->generation(accepted->id)));
  cloud_.add_faults(R"([{"on":"submit","do":"status","code":429}])");
  ASSERT_FALSE(submit());
  const std::vector<Listener::Answer> expected{{Endpoint::kSubmit, std::nullopt},
                                               {Endpoint::kStatus, std::nullopt},
                                               {Endpoint::kAccount, std::nullopt},
                                               {Endpoint::kList, std::nullopt},
                                               {Endpoint::kRemove, std::nullopt},
                                               {Endpoint::kStatus, ErrorClass::kNotFound},
                                               {Endpoint::kSubmit, ErrorClass::kRateLimited}};
  EXPECT_EQ(listener.answers_, expected);
}

TEST_F(ApiTest, TellsOfASubmitThatFoundNobodyButNotOfOneThatWasCalledOff) {
  Listener listener;
  api_ = make_api(*client_, clock_, {cloud_.base_url(), cloud_.api_key(), &listener});
  hook_result_ = Error{Errc::kNotSent, "test", "not its turn"};
  ASSERT_FALSE(submit());
  EXPECT_TRUE(listener.answers_.empty());
  cloud_.stop();
  ASSERT_FALSE(submit());
  const std::vector<Listener::Answer> expected{{Endpoint::kSubmit, ErrorClass::kNotSent}};
  EXPECT_EQ(listener.answers_, expected);
}

TEST_F(ApiTest, TellsOfDownloadsButNotOfTroubleOnThisSide) {
  class Full final : public FilmSink {
   public:
    asio::awaitable<Result<void>> begin(FilmHead) override { co_return Result<void>(); }
    asio::awaitable<Result<void>> write(std::string) override {
      if (full_) co_return Error{Errc::kNoSpace, "test", "the disk is full"};
      co_return Result<void>();
    }
    bool full_ = false;
  };
  Listener listener;
  const auto cdn = make_cdn(*client_, clock_, {{"localhost"}, &listener});
  const auto accepted = submit();
  ASSERT_TRUE(accepted);
  const auto generation = wait(api_->generation(accepted->id));
  ASSERT_TRUE(generation);
  const RenderedFilm film = generation->films.at(0);
  Full sink;
  ASSERT_TRUE(test::run_task<Result<void>>(io_, cdn->fetch_film({film.video_url, 0, ""}, sink)));
  const std::uint64_t film_size = cloud_.film_bytes(accepted->id.str(), 0).size();
  EXPECT_EQ(listener.received_, film_size);
  const auto poster = test::run_task<Result<std::string>>(io_, cdn->fetch_poster(film.poster_url));
  ASSERT_TRUE(poster);
  EXPECT_EQ(listener.received_, film_size + poster->size());
  ASSERT_FALSE(test::run_task<Result<std::string>>(io_, cdn->fetch_poster(film.poster_url + ".gone")));
  sink.full_ = true;
  ASSERT_FALSE(test::run_task<Result<void>>(io_, cdn->fetch_film({film.video_url, 0, ""}, sink)));
  const std::vector<Listener::Answer> expected{{Endpoint::kFilm, std::nullopt},
                                               {Endpoint::kPoster, std::nullopt},
                                               {Endpoint::kPoster, ErrorClass::kNotFound}};
  EXPECT_EQ(listener.answers_, expected);
}

TEST_F(ApiTest, AnotherKeyCountsFromTheNextRequestOn) {
  api_->set_key("99999999-0000-4000-8000-00000000c0de");
  const auto refused = wait(api_->me());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().error_class, ErrorClass::kUnauthorized);
  api_->set_key(cloud_.api_key());
  EXPECT_TRUE(wait(api_->me()));
}

}  // namespace
}  // namespace reeld::leonardo
