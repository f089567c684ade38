#include "daemon/hooks/command.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <future>

#include "daemon/files/descriptor.hpp"
#include "tests/integration/hooks/fixture.hpp"

namespace reeld::test {
namespace {

using hooks::Command;
using hooks::Message;
using namespace std::chrono_literals;

class CommandTest : public HookFixture {
 protected:
  Message message(std::string body = "{}") const {
    return {17, "job.failed", JobId("job-1"), BatchId("batch-1"), std::move(body)};
  }

  /// Begins to run a program.
  void begin(std::vector<std::string> argv, Message told) {
    command_.emplace(Command::Parts{pool_, clock_}, std::move(argv), 30s);
    told_ = std::move(told);
    spawn(run());
  }

  /// Runs a program to its end; the clock stands still meanwhile.
  Result<void> run_to_end(std::vector<std::string> argv, Message told) {
    begin(std::move(argv), std::move(told));
    return result();
  }
  Result<void> run_to_end(std::vector<std::string> argv) { return run_to_end(std::move(argv), message()); }

  Result<void> result() {
    wait_until([this] { return result_.has_value(); }, "the program ends");
    return result_ ? *result_ : Error{Errc::kInternal, "test", "the program did not end"};
  }

  /// Lets nothing begin on the pool until release_pool().
  void occupy_pool() {
    for (int thread = 0; thread < kPoolThreads; ++thread) spawn(wait_on_pool());
    io_.poll();
  }
  void release_pool() { released_.set_value(); }

  /// A program that ignores SIGTERM, as does the child it starts; the child's number, once both run.
  pid_t begin_stubborn() {
    begin(shell("trap '' TERM\nsleep 1000 &\necho $! > " + text_path("new") + "\nmv " + text_path("new") +
                " " + text_path("child") + "\nwait"),
          message());
    // The program may run before its limit of time does.
    wait_until([this] { return fs::exists(path("child")) && clock_.sleeping() > 0; }, "the program runs");
    return static_cast<pid_t>(std::atoi(text("child").c_str()));
  }

 private:
  asio::awaitable<void> wait_on_pool() {
    std::function<Result<void>()> wait = [released = released_future_] {
      released.wait();
      return Result<void>();
    };
    (void)co_await pool_.run(std::move(wait));
  }

  asio::awaitable<void> run() { result_ = co_await command_->run(told_); }

  std::promise<void> released_;
  std::shared_future<void> released_future_{released_.get_future()};
  std::optional<Command> command_;
  Message told_;
  std::optional<Result<void>> result_;
};

TEST_F(CommandTest, GivesTheMessageOnStandardInput) {
  ASSERT_TRUE(run_to_end(shell("cat > " + text_path("got")), message(R"({"id":17})")));
  EXPECT_EQ(text("got"), R"({"id":17})");
}

TEST_F(CommandTest, GivesAMessageOfAMegabyteWhole) {
  std::string body;
  while (body.size() < (1U << 20)) body += "line " + std::to_string(body.size()) + "\n";
  ASSERT_TRUE(run_to_end(shell("cat > " + text_path("got")), message(body)));
  EXPECT_TRUE(text("got") == body);
}

TEST_F(CommandTest, DoesNotCareWhetherTheMessageIsRead) {
  EXPECT_TRUE(run_to_end({"true"}, message(std::string(1U << 20, ' '))));
}

TEST_F(CommandTest, HasNoShellReadTheArguments) {
  const std::string tricky = "$(touch " + text_path("hacked") + ") * ; \"x\" 'y'\n";
  ASSERT_TRUE(run_to_end({"/bin/sh", script("printf %s \"$1\" > " + text_path("got")), tricky}));
  EXPECT_EQ(text("got"), tricky);
  EXPECT_FALSE(fs::exists(path("hacked")));
}

TEST_F(CommandTest, TellsTheExitCodeAndTheLastLine) {
  const auto failed = run_to_end(shell("echo first; echo 'no such mailbox' >&2; echo; exit 3"));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, Errc::kPeerRejected);
  EXPECT_EQ(failed.error().detail, "exit code 3: no such mailbox");
}

TEST_F(CommandTest, KeepsTheEndOfAFloodOfWords) {
  const auto failed = run_to_end(shell("yes | head -c 1000000; echo the end; exit 1"));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().detail, "exit code 1: the end");
}

TEST_F(CommandTest, TellsTheSignalThatEndedIt) {
  const auto failed = run_to_end(shell("kill -SEGV $$"));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, Errc::kPeerRejected);
  EXPECT_EQ(failed.error().detail, "ended by a signal: Segmentation fault");
}

TEST_F(CommandTest, SaysThatThereIsNoSuchProgram) {
  const auto failed = run_to_end({text_path("missing")});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, Errc::kNotFound);
  EXPECT_NE(failed.error().detail.find("missing"), std::string::npos);
}

TEST_F(CommandTest, SaysThatAFileIsNoProgram) {
  const auto failed = run_to_end({script("")});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, Errc::kIo);
}

TEST_F(CommandTest, InheritsNoDescriptors) {
  // As Asio opens its sockets: without close-on-exec.
  const files::Descriptor plain(::socket(AF_INET, SOCK_STREAM, 0));
  ASSERT_EQ(::fcntl(plain.get(), F_GETFD), 0);
  ASSERT_TRUE(run_to_end(shell("ls /proc/self/fd > " + text_path("got"))));
  // The last one is the folder that ls reads.
  EXPECT_EQ(text("got"), "0\n1\n2\n3\n");
}

TEST_F(CommandTest, KeepsSecretsOutOfTheEnvironment) {
  ::setenv("LEONARDO_API_KEY", "secret", 1);
  ::setenv("CREDENTIALS_DIRECTORY", "/secret", 1);
  ::setenv("REELD_LEONARDO__API_KEY_FILE", "/secret/file", 1);
  ::setenv("HOOK_TEST", "kept", 1);
  ASSERT_TRUE(run_to_end(shell("env > " + text_path("got"))));
  for (const char* name :
       {"LEONARDO_API_KEY", "CREDENTIALS_DIRECTORY", "REELD_LEONARDO__API_KEY_FILE", "HOOK_TEST"}) {
    ::unsetenv(name);
  }
  const std::string environment = "\n" + text("got");
  EXPECT_EQ(environment.find("secret"), std::string::npos) << environment;
  for (const char* entry : {"\nHOOK_TEST=kept\n", "\nREELD_EVENT=job.failed\n", "\nREELD_JOB_ID=job-1\n",
                            "\nREELD_BATCH_ID=batch-1\n"}) {
    EXPECT_NE(environment.find(entry), std::string::npos) << entry;
  }
}

TEST_F(CommandTest, LeadsAGroupOfItsOwnInTheRootWithDefaultSignals) {
  auto* const before = ::signal(SIGPIPE, SIG_IGN);
  const auto ended = run_to_end(shell(
      "(pwd; cut -d' ' -f5 /proc/$$/stat; echo $$; grep SigIgn /proc/$$/status) > " + text_path("got")));
  ::signal(SIGPIPE, before);
  ASSERT_TRUE(ended);
  const auto lines = lines_of(text("got"));
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_EQ(lines[0], "/");
  EXPECT_EQ(lines[1], lines[2]);
  // The C library keeps two signals behind these to itself.
  const auto ignored = std::stoull(lines[3].substr(lines[3].find('\t')), nullptr, 16);
  EXPECT_EQ(ignored & 0x7fffffff, 0U) << lines[3];
}

TEST_F(CommandTest, DoesNotWaitForWhatAProgramLeavesBehind) {
  ASSERT_TRUE(run_to_end(shell("sleep 1000 &\necho $! > " + text_path("child"))));
  const auto child = static_cast<pid_t>(std::atoi(text("child").c_str()));
  EXPECT_TRUE(is_running(child));
  ::kill(child, SIGKILL);
}

TEST_F(CommandTest, EndsAProgramThatRunsTooLong) {
  begin(shell("trap 'exit 0' TERM\necho > " + text_path("runs") + "\nwhile :; do sleep 0.01; done"),
        message());
  wait_until([this] { return fs::exists(path("runs")); }, "the program runs");
  clock_.advance(io_, 30s);
  const auto failed = result();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, Errc::kTimedOut);
  EXPECT_EQ(failed.error().detail, "did not end within 30.0 s");
}

TEST_F(CommandTest, KillsAProgramThatIgnoresItsEndTogetherWithItsChildren) {
  const pid_t child = begin_stubborn();
  clock_.advance(io_, 30s);
  turn();
  EXPECT_TRUE(is_running(child));
  clock_.advance(io_, 2s);
  const auto failed = result();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, Errc::kTimedOut);
  wait_until([&] { return !is_running(child); }, "the child ends");
}

TEST_F(CommandTest, EndsTheProgramWhenItIsCancelled) {
  const pid_t child = begin_stubborn();
  cancel();
  clock_.advance(io_, 500ms);
  const auto failed = result();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, Errc::kCancelled);
  wait_until([&] { return !is_running(child); }, "the child ends");
}

TEST_F(CommandTest, EndsAProgramThatIsBeingStartedWhenItIsCancelled) {
  occupy_pool();
  begin(shell("echo > " + text_path("runs") + "\nsleep 1000"), message());
  io_.poll();
  cancel_at_once();
  release_pool();
  const auto failed = result();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, Errc::kCancelled);
}

}  // namespace
}  // namespace reeld::test
