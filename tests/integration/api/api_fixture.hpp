#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "common/util/json.hpp"
#include "daemon/api/api.hpp"
#include "daemon/store/open.hpp"
#include "tests/integration/api/fake_control.hpp"
#include "tests/integration/api/fake_exchange.hpp"
#include "tests/support/files.hpp"
#include "tests/support/run_task.hpp"

namespace reeld::test {

/// The API over a real queue; requests and the engine are in memory.
class ApiTest : public testing::Test {
 public:
  using Method = http::server::Method;

  struct Request {
    Method method = Method::kGet;
    std::string target = {};
    std::string body = {};
    std::string type = "application/json";
    std::vector<http::server::Header> headers = {};
  };

  ApiTest();
  ~ApiTest() override;

  /// A request as the server would hand it over.
  std::unique_ptr<FakeExchange> exchange(const Request& request);
  /// Lets the API answer it, to the end.
  void handle(FakeExchange& exchange);
  std::unique_ptr<FakeExchange> ask(const Request& request);

  /// The answer's JSON; fails the test where the status is another one.
  Json get(const std::string& target, int status = 200);
  Json post(const std::string& target, const Json& body, int status = 200);

  /// Starts a task that is cancelled when the test ends, or by stop().
  void spawn(boost::asio::awaitable<void> task);
  void stop();
  /// Runs what is ready until `done` says so.
  void run_until(const std::function<bool()>& done);

  template <class T>
  Result<T> wait(boost::asio::awaitable<Result<T>> call) {
    return run_task<Result<T>>(io_, std::move(call));
  }

  /// Submits so many jobs as a batch; their ids.
  std::vector<std::string> submit(int jobs, const std::string& batch = "shots");
  static std::string job_text(const std::string& prompt, const std::string& reeld = "");

  /// Takes a queued job to its end: with a film of these bytes in the results folder.
  std::string publish(const std::string& film_bytes);
  std::int64_t count(JobState state);
  std::string state_of(const std::string& id);

  TempDir dir_;
  SystemClock clock_;
  SeededRandom random_{7};
  UuidGenerator uuids_{clock_, random_};
  Catalogue catalogue_ = Catalogue::embedded();
  files::Pool pool_{2};
  boost::asio::io_context io_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<api::Reading> reading_;
  std::unique_ptr<FakeControl> control_;
  std::vector<store::EventLine> followed_;
  std::string uploaded_;
  Result<api::UploadedImage> upload_answer_ = api::UploadedImage{"image-id", "digest", "png", 640, 480};
  api::ApiOptions options_;
  std::optional<Duration> clock_difference_ = Duration(0);
  std::unique_ptr<upkeep::Upkeep> upkeep_;
  std::unique_ptr<api::Api> api_;

  /// Makes the API anew, with options_ as they are now.
  void make_api();

 private:
  std::list<boost::asio::cancellation_signal> signals_;
  int running_ = 0;
};

}  // namespace reeld::test
