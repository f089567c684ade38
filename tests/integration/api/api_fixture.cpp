#include "tests/integration/api/api_fixture.hpp"

#include <fmt/format.h>

#include <chrono>
#include <stdexcept>

namespace reeld::test {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using http::server::QueryItem;

namespace {

/// Splits "/v1/jobs?state=failed" as the server does, for targets without percent-encoding.
void set_target(http::server::RequestHead& head, const std::string& target) {
  const auto question = target.find('?');
  head.path = target.substr(0, question);
  for (std::size_t at = 0; at < head.path.size();) {
    const std::size_t end = std::min(head.path.find('/', at + 1), head.path.size());
    if (end > at + 1) head.segments.push_back(head.path.substr(at + 1, end - at - 1));
    at = end;
  }
  std::string query = question == std::string::npos ? "" : target.substr(question + 1);
  while (!query.empty()) {
    const std::string item = query.substr(0, query.find('&'));
    const auto equals = item.find('=');
    const std::string value = equals == std::string::npos ? "" : item.substr(equals + 1);
    head.query.push_back(QueryItem{item.substr(0, equals), value});
    query.erase(0, item.size() + 1);
  }
}

template <class T>
T opened(Result<T> result) {
  if (!result) throw std::runtime_error(describe(result.error()));
  return std::move(*result);
}

}  // namespace

ApiTest::ApiTest() {
  const fs::path database = dir_.path() / "queue.db";
  store_ = opened(store::open_store({database}, clock_));
  std::vector<std::unique_ptr<store::Reader>> readers;
  for (int i = 0; i < 2; ++i) readers.push_back(opened(store::open_reader(database)));
  reading_ = std::make_unique<api::Reading>(std::move(readers));
  control_ = std::make_unique<FakeControl>(*store_);
  options_.version = "1.2.3";
  options_.started_at = clock_.now();
  options_.incoming = dir_.path() / "incoming";
  options_.results = dir_.path() / "results";
  options_.output = "{batch}/{name}";
  options_.timezone = "UTC";
  fs::create_directories(options_.results);
  make_api();
}

ApiTest::~ApiTest() {
  stop();
  // The store's thread may still be about to wake the API.
  store_->close();
  api_.reset();
  reading_.reset();
  pool_.join();
}

void ApiTest::make_api() {
  upkeep::Upkeep::Parts upkeep_parts{*store_, pool_, clock_, [this] { return clock_difference_; }};
  upkeep_ =
      std::make_unique<upkeep::Upkeep>(std::move(upkeep_parts), upkeep::UpkeepOptions{options_.results});
  api::UploadImage upload = [this](std::string bytes) -> asio::awaitable<Result<api::UploadedImage>> {
    uploaded_ = std::move(bytes);
    co_return upload_answer_;
  };
  const auto metrics = []() -> asio::awaitable<Result<std::string>> {
    co_return std::string("reeld_up 1\n");
  };
  api::Parts parts{io_.get_executor(),
                   *control_,
                   *store_,
                   *reading_,
                   pool_,
                   clock_,
                   uuids_,
                   catalogue_,
                   metrics,
                   [] { return std::size_t(3); },
                   std::move(upload),
                   [this](const store::EventLine& event) { followed_.push_back(event); },
                   [this](store::PruneChoice choice, std::string by) {
                     return upkeep_->prune(std::move(choice), std::move(by));
                   }};
  api_ = std::make_unique<api::Api>(std::move(parts), options_);
}

std::unique_ptr<FakeExchange> ApiTest::exchange(const Request& request) {
  auto made = std::make_unique<FakeExchange>(io_);
  made->request.method = request.method;
  made->request.headers = request.headers;
  made->request.peer.uid = ::getuid();
  set_target(made->request, request.target);
  if (!request.body.empty()) {
    made->request.has_body = true;
    made->request.content_length = request.body.size();
    made->request.headers.push_back({"Content-Type", request.type});
    constexpr std::size_t kPiece = 64U << 10;
    for (std::size_t at = 0; at < request.body.size(); at += kPiece) {
      made->pieces.push_back(request.body.substr(at, kPiece));
    }
  }
  return made;
}

void ApiTest::handle(FakeExchange& exchange) {
  bool done = false;
  asio::co_spawn(io_, api_->handle(exchange), [&](std::exception_ptr thrown) {
    done = true;
    if (thrown) std::rethrow_exception(thrown);
  });
  run_until([&] { return done; });
}

std::unique_ptr<FakeExchange> ApiTest::ask(const Request& request) {
  auto asked = exchange(request);
  handle(*asked);
  return asked;
}

Json ApiTest::get(const std::string& target, int status) {
  const auto answered = ask({.target = target});
  EXPECT_EQ(answered->answer.status, status) << target << ": " << answered->answer.body;
  return Json::parse(answered->answer.body);
}

Json ApiTest::post(const std::string& target, const Json& body, int status) {
  const auto answered = ask({.method = Method::kPost, .target = target, .body = body.dump()});
  EXPECT_EQ(answered->answer.status, status) << target << ": " << answered->answer.body;
  return Json::parse(answered->answer.body);
}

void ApiTest::spawn(asio::awaitable<void> task) {
  ++running_;
  asio::co_spawn(io_, std::move(task),
                 asio::bind_cancellation_slot(signals_.emplace_back().slot(),
                                              [this](std::exception_ptr) { --running_; }));
}

void ApiTest::stop() {
  for (auto& signal : signals_) signal.emit(asio::cancellation_type::terminal);
  run_until([this] { return running_ == 0; });
  signals_.clear();
}

void ApiTest::run_until(const std::function<bool()>& done) {
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  io_.restart();
  while (!done()) {
    if (std::chrono::steady_clock::now() > limit) throw std::runtime_error("it never happened");
    io_.run_one_for(std::chrono::milliseconds(20));
    if (io_.stopped()) io_.restart();
  }
}

std::string ApiTest::job_text(const std::string& prompt, const std::string& reeld) {
  std::string text = R"({"model":"ltxv-2.0-pro","parameters":{"prompt":")" + prompt + R"(","duration":8})";
  if (!reeld.empty()) text += R"(,"reeld":{)" + reeld + "}";
  return text + "}";
}

std::vector<std::string> ApiTest::submit(int jobs, const std::string& batch) {
  std::string lines;
  for (int i = 1; i <= jobs; ++i) lines += job_text(fmt::format("shot {}", i)) + "\n";
  const auto answered = ask({.method = Method::kPost,
                             .target = "/v1/jobs?batch=" + batch,
                             .body = lines,
                             .type = "application/x-ndjson"});
  EXPECT_EQ(answered->answer.status, 201) << answered->answer.body;
  std::vector<std::string> ids;
  const Json answer = Json::parse(answered->answer.body);
  for (const Json& job : answer.at("jobs")) ids.push_back(job.at("id"));
  return ids;
}

std::string ApiTest::publish(const std::string& film_bytes) {
  const store::ClaimedJob job = wait(store_->claim(1)).value().jobs.at(0);
  store::Intent intent;
  intent.id = IntentId(uuids_.next());
  intent.body = "{}";
  const GenerationId generation(uuids_.next());
  const std::string path = job.output_path + ".mp4";
  EXPECT_TRUE(wait(store_->record_intent(job.lease, intent)));
  EXPECT_TRUE(
      wait(store_->record_accepted(job.lease, {intent.id, generation, "0.25", "DOLLARS", "accepted"})));
  EXPECT_TRUE(wait(
      store_->record_films(job.lease, {{1, "https://cdn/1.mp4", "https://cdn/1.jpg"}}, Duration(42'000))));
  EXPECT_TRUE(wait(store_->record_film_file(job.lease, {1, path, film_bytes.size(), sha256_of(film_bytes)})));
  fs::create_directories((options_.results / path).parent_path());
  drop_file(options_.results / path, film_bytes);
  drop_file(options_.results / (job.output_path + ".jpg"), "poster");
  drop_file(options_.results / (job.output_path + ".json"), "{}");
  EXPECT_TRUE(wait(store_->record_published(job.lease, 1)));
  store::Move move(JobState::kDownloading, JobState::kSucceeded, "all films are published");
  EXPECT_TRUE(wait(store_->move(job.lease, std::move(move))));
  return job.lease.job.str();
}

std::int64_t ApiTest::count(JobState state) {
  return wait(store_->counts()).value()[state];
}

std::string ApiTest::state_of(const std::string& id) {
  return get("/v1/jobs/" + id).at("state");
}

}  // namespace reeld::test
