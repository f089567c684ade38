#include "daemon/hooks/hooks.hpp"

#include <algorithm>
#include <memory>

#include "tests/integration/hooks/fake_outbox.hpp"
#include "tests/integration/hooks/fixture.hpp"
#include "tests/integration/http_client/fault_server.hpp"
#include "tests/support/run_task.hpp"

namespace reeld::test {
namespace {

using hooks::HookOptions;
using hooks::Hooks;
using http_test::FaultServer;
using http_test::Session;
using store::EventKind;
using store::EventLine;
using namespace std::chrono_literals;

/// Writes down what it was told, and fails while there is a file fail-JOB.
constexpr const char* kDiary =
    "[ -e fail-$REELD_JOB_ID ] && { echo out of order; exit 1; }\n"
    "cat > message-$REELD_JOB_ID\n"
    "echo $REELD_EVENT $REELD_JOB_ID >> diary";

class HooksTest : public HookFixture {
 protected:
  HooksTest() {
    options_.command = program(kDiary);
    options_.timeout = 1h;
    http::ClientOptions plain;
    plain.allow_plain_http = true;
    client_ = http::make_client(io_.get_executor(), plain);
  }
  ~HooksTest() override { stop(); }

  std::vector<std::string> program(const std::string& commands) {
    return shell("cd " + text_path("") + "\n" + commands);
  }

  void start() {
    hooks_ = std::make_unique<Hooks>(
        io_.get_executor(), Hooks::Parts{outbox_, *client_, pool_, clock_, random_, describe_}, options_);
    spawn(hooks_->run());
  }

  void stop() {
    asio::post(io_, [this] {
      cancel_at_once();
      if (server_) server_->stop();
    });
    live_until([this] { return running() == 0 && (!server_ || server_->is_stopped()); }, "everything stops");
    client_->shutdown();
    turn();
  }

  /// A new start on the same queue.
  void restart() {
    cancel();
    live_until([this] { return running() == 0; }, "the hooks stop");
    start();
  }

  std::int64_t happened(EventLine line) {
    const std::int64_t id = outbox_.happened(std::move(line));
    if (hooks_) hooks_->poke();
    return id;
  }
  std::int64_t moved(const std::string& job, JobState to) {
    EventLine line;
    line.kind = EventKind::kTransition;
    line.job = JobId(job);
    line.batch = BatchId("batch-1");
    line.to = to;
    line.text = "for a reason";
    return happened(std::move(line));
  }

  /// Lets time pass until `condition` holds, a hundredth of a second at a time.
  void live_until(const std::function<bool()>& condition, const char* what) {
    wait_until(
        [&] {
          clock_.advance(io_, 10ms);
          return condition();
        },
        what);
  }
  void live_for(Duration time) {
    const Duration end = clock_.elapsed() + time;
    live_until([&] { return clock_.elapsed() >= end; }, "time passes");
  }
  void wait_until_told() {
    live_until(
        [this] { return outbox_.entries.size() == outbox_.history.size() && outbox_.unfinished() == 0; },
        "all is told");
  }
  void wait_for_tries(std::int64_t event, int tries) {
    live_until(
        [=, this] {
          return outbox_.entries.size() >= static_cast<std::size_t>(event) &&
                 outbox_.entry(event, "command").delivery.tries >= tries;
        },
        "the tries are over");
  }

  std::vector<std::string> diary() const { return lines_of(text("diary")); }
  void fail(const std::string& job) { drop_file(path("fail-" + job), ""); }
  void mend(const std::string& job) { fs::remove(path("fail-" + job)); }

  /// Receives webhooks, in plain HTTP.
  std::string serve(FaultServer::Script script) {
    server_ = std::make_unique<FaultServer>(io_.get_executor(), FaultServer::Options(), std::move(script));
    return "http://127.0.0.1:" + server_->port() + "/";
  }
  std::string answering(int status, std::string headers = "") {
    return serve([=](Session& session) -> asio::awaitable<void> {
      while (!(co_await session.read_request()).empty()) co_await session.answer(status, "", headers);
    });
  }
  /// The bodies of what was received.
  std::vector<Json> received() const {
    std::vector<Json> bodies;
    for (const std::string& request : server_->seen().requests) {
      bodies.push_back(Json::parse(request.substr(request.find("\r\n\r\n") + 4)));
    }
    return bodies;
  }

  SeededRandom random_{7};
  FakeOutbox outbox_{clock_};
  HookOptions options_;
  Hooks::Describe describe_ = [](const EventLine& line) { return named(line); };
  std::unique_ptr<Hooks> hooks_;

 private:
  static asio::awaitable<Json> named(EventLine line) {
    co_return Json{{"job", {{"id", line.job.str()}, {"name", "rain"}}}, {"batch", nullptr}};
  }

  std::unique_ptr<http::Client> client_;
  std::unique_ptr<FaultServer> server_;
};

TEST_F(HooksTest, TellsNobodyUntilThereIsSomebody) {
  const auto command = std::exchange(options_.command, {});
  start();
  moved("early", JobState::kSucceeded);
  live_for(1s);
  options_.command = command;
  hooks_->set_options(options_);
  moved("a", JobState::kSucceeded);
  live_until([this] { return !diary().empty() && outbox_.unfinished() == 0; }, "it is told");
  EXPECT_EQ(diary(), std::vector<std::string>{"job.succeeded a"});
}

TEST_F(HooksTest, WhatAProgramIsBeingToldGoesOnAndTheNextMessageGoesToTheNewOne) {
  options_.command = program("touch begun\nuntil [ -e done ]; do sleep 0.01; done\necho old >> diary");
  start();
  moved("a", JobState::kSucceeded);
  live_until([this] { return fs::exists(path("begun")); }, "the old program runs");
  options_.command = program("echo new >> diary");
  hooks_->set_options(options_);
  moved("b", JobState::kSucceeded);
  live_until([this] { return diary() == std::vector<std::string>{"new"}; }, "the new program is told");
  drop_file(path("done"), "");
  wait_until_told();
  EXPECT_EQ(diary(), (std::vector<std::string>{"new", "old"}));
}

TEST_F(HooksTest, TellsAProgramWhatHappened) {
  start();
  const auto id = moved("a", JobState::kSucceeded);
  wait_until_told();
  EXPECT_EQ(diary(), std::vector<std::string>{"job.succeeded a"});
  const Json message = Json::parse(text("message-a"));
  EXPECT_EQ(message.at("id"), id);
  EXPECT_EQ(message.at("event"), "job.succeeded");
  EXPECT_EQ(message.at("text"), "for a reason");
  EXPECT_EQ(message.at("job"), Json({{"id", "a"}, {"name", "rain"}}));
  EXPECT_EQ(message.at("batch"), Json({{"id", "batch-1"}}));
  EXPECT_EQ(outbox_.entry(id, "command").words, "");
}

TEST_F(HooksTest, TellsOnlyWhatWasAskedFor) {
  options_.events = {"job.failed", "disk.low"};
  start();
  moved("a", JobState::kSucceeded);
  moved("b", JobState::kSubmitting);
  moved("c", JobState::kFailed);
  wait_until_told();
  EXPECT_EQ(diary(), std::vector<std::string>{"job.failed c"});
}

TEST_F(HooksTest, TellsOfNoStepOnTheWay) {
  start();
  moved("a", JobState::kSubmitting);
  wait_until_told();
  EXPECT_TRUE(diary().empty());
}

TEST_F(HooksTest, ForgetsMessagesToAHookThatIsNoLongerConfigured) {
  options_.url = answering(500);
  start();
  const auto id = moved("a", JobState::kSucceeded);
  live_until([&] { return !received().empty(); }, "the url is asked");
  options_.url.clear();
  restart();
  live_until([&] { return outbox_.unfinished() == 0; }, "nothing waits");
  EXPECT_TRUE(outbox_.entry(id, "url").finished);
}

TEST_F(HooksTest, TriesAgainWithGrowingPauses) {
  options_.backoff.base = 100ms;
  fail("a");
  start();
  const auto id = moved("a", JobState::kFailed);
  for (int tries = 1; tries <= 4; ++tries) {
    wait_for_tries(id, tries);
    const auto& entry = outbox_.entry(id, "command");
    EXPECT_EQ(entry.words, "exit code 1: out of order");
    EXPECT_EQ(entry.delivery.tries, tries);
    EXPECT_LE(entry.due, clock_.now() + 100ms * (1 << (tries - 1)));
  }
  EXPECT_TRUE(diary().empty());
  mend("a");
  // Nobody pokes: it wakes by itself when the time has come.
  wait_until_told();
  EXPECT_EQ(diary(), std::vector<std::string>{"job.failed a"});
}

TEST_F(HooksTest, KeepsTheOrderOfAJobWhileOthersGoOn) {
  options_.backoff = {1h, 1h};
  fail("a");
  start();
  const auto id = moved("a", JobState::kUnknown);
  wait_for_tries(id, 1);
  moved("a", JobState::kParked);
  moved("b", JobState::kSucceeded);
  moved("a", JobState::kFailed);
  moved("b", JobState::kFailed);
  live_until([this] { return diary().size() == 2; }, "the other job is told of");
  EXPECT_EQ(diary(), (std::vector<std::string>{"job.succeeded b", "job.failed b"}));
  // What still runs when the hour passes has had its time.
  live_until([this] { return outbox_.unfinished() == 3; }, "only the first job is left");
  mend("a");
  clock_.advance(io_, 1h);
  hooks_->poke();
  wait_until_told();
  EXPECT_EQ(diary(), (std::vector<std::string>{"job.succeeded b", "job.failed b", "job.unknown a",
                                               "job.parked a", "job.failed a"}));
}

TEST_F(HooksTest, GivesUpWhatFailedForADay) {
  fail("a");
  start();
  const auto id = moved("a", JobState::kFailed);
  wait_for_tries(id, 1);
  clock_.advance(io_, 23h);
  hooks_->poke();
  wait_for_tries(id, 2);
  EXPECT_EQ(outbox_.unfinished(), 1U);
  clock_.advance(io_, 1h);
  hooks_->poke();
  wait_until_told();
  EXPECT_EQ(outbox_.entry(id, "command").words, "given up: exit code 1: out of order");
}

TEST_F(HooksTest, TriesAtLeastOnceHoweverOldAMessageIs) {
  moved("a", JobState::kSucceeded);
  std::vector<std::string> hook{"command"};
  (void)run_task(io_, outbox_.collect_deliveries(hook));
  clock_.advance(io_, 72h);
  start();
  wait_until_told();
  EXPECT_EQ(diary(), std::vector<std::string>{"job.succeeded a"});
}

TEST_F(HooksTest, LeavesAMessageDueWhenTheDaemonStopsInTheMiddle) {
  options_.command = program("[ -e seen ] && { echo $REELD_EVENT >> diary; exit; }\necho > seen\nsleep 1000");
  start();
  const auto id = moved("a", JobState::kSucceeded);
  live_until([this] { return fs::exists(path("seen")); }, "the program runs");
  restart();
  EXPECT_EQ(outbox_.unfinished(), 1U);
  EXPECT_EQ(outbox_.entry(id, "command").delivery.tries, 0);
  wait_until_told();
  EXPECT_EQ(diary(), std::vector<std::string>{"job.succeeded"});
}

TEST_F(HooksTest, LeavesAPostDueWhenTheDaemonStopsInTheMiddle) {
  options_.command.clear();
  options_.url = serve([](Session& session) -> asio::awaitable<void> {
    co_await session.read_request();
    if (session.number() > 1) co_await session.answer(200);
    co_await session.read_to_end();
  });
  start();
  const auto id = moved("a", JobState::kSucceeded);
  live_until([this] { return received().size() == 1; }, "the message is on its way");
  restart();
  EXPECT_EQ(outbox_.entry(id, "url").delivery.tries, 0);
  wait_until_told();
  ASSERT_EQ(received().size(), 2U);
  EXPECT_EQ(received()[0], received()[1]);
}

TEST_F(HooksTest, RunsNoMoreProgramsAtOnceThanItMay) {
  options_.at_once = 2;
  options_.command = program("echo >> started-$REELD_JOB_ID\nwhile [ ! -e go ]; do sleep 0.01; done\n" +
                             std::string(kDiary));
  start();
  const std::vector<std::string> jobs{"a", "b", "c", "d", "e"};
  for (const std::string& job : jobs) moved(job, JobState::kSucceeded);
  const auto started = [&] {
    return std::ranges::count_if(jobs, [&](const auto& job) { return fs::exists(path("started-" + job)); });
  };
  live_until([&] { return started() == 2; }, "two programs run");
  live_for(2s);
  EXPECT_EQ(started(), 2);
  drop_file(path("go"), "");
  wait_until_told();
  EXPECT_EQ(diary().size(), 5U);
}

TEST_F(HooksTest, DoesNotLetOneHookWaitForTheOther) {
  options_.command = program("sleep 1000");
  options_.url = answering(200);
  start();
  for (const char* job : {"a", "b", "c", "d", "e", "f"}) moved(job, JobState::kSucceeded);
  live_until([this] { return outbox_.unfinished() == 6 && received().size() == 6; }, "the url is told");
  for (int event = 1; event <= 6; ++event) {
    EXPECT_TRUE(outbox_.entry(event, "url").finished);
    EXPECT_FALSE(outbox_.entry(event, "command").finished);
  }
}

TEST_F(HooksTest, GivesUpAtOnceWhenTheReceiverIsGone) {
  options_.command.clear();
  options_.url = answering(410);
  start();
  const auto id = moved("a", JobState::kSucceeded);
  wait_until_told();
  EXPECT_EQ(received().size(), 1U);
  EXPECT_EQ(outbox_.entry(id, "url").words, "given up: answered 410");
}

TEST_F(HooksTest, LeavesAReceiverAloneForAsLongAsItAsks) {
  options_.command.clear();
  options_.url = answering(503, "Retry-After: 600\r\n");
  start();
  const auto id = moved("a", JobState::kSucceeded);
  live_until([&] { return outbox_.entries.size() == 1 && outbox_.entries[0].delivery.tries == 1; }, "a try");
  const auto& entry = outbox_.entry(id, "url");
  EXPECT_GT(entry.due, clock_.now() + 590s);
  EXPECT_LE(entry.due, clock_.now() + 600s);
}

TEST_F(HooksTest, TellsAgainButInNoHurryWhatItCouldNotNote) {
  outbox_.refuse = 1;
  start();
  moved("a", JobState::kSucceeded);
  live_until([this] { return outbox_.refused == 1; }, "the store refuses");
  const Time refused_at = clock_.now();
  wait_until_told();
  EXPECT_GE(clock_.now() - refused_at, 5s);
  EXPECT_EQ(diary().size(), 2U);
}

TEST_F(HooksTest, PutsOffWhatItCannotDescribe) {
  describe_ = [](const EventLine&) -> asio::awaitable<Json> { throw std::runtime_error("no such column"); };
  start();
  const auto id = moved("a", JobState::kSucceeded);
  wait_for_tries(id, 2);
  EXPECT_EQ(outbox_.entry(id, "command").words, "no such column");
  EXPECT_TRUE(diary().empty());
}

}  // namespace
}  // namespace reeld::test
