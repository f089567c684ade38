#include "daemon/http/client/resolver.hpp"

#include <atomic>
#include <future>

#include "tests/integration/http_client/fixture.hpp"

namespace reeld::http_test {
namespace {

using http::Addresses;
using http::Resolver;

class ResolverTest : public ClientTest {
 protected:
  static Addresses loopback() { return {asio::ip::address_v4::loopback()}; }

  /// A lookup that does not return before `gate` opens.
  static http::BlockingLookup stuck_behind(std::shared_future<void> gate) {
    return [gate](const std::string&) -> Result<Addresses> {
      gate.wait();
      return loopback();
    };
  }
};

TEST_F(ResolverTest, TakesAddressesAsTheyAre) {
  Resolver resolver(io_.get_executor(), [](const std::string&) -> Result<Addresses> {
    ADD_FAILURE() << "an address was looked up";
    return Addresses();
  });
  const auto v6 = run(resolver.resolve("::1", http::after(1s)));
  ASSERT_TRUE(v6);
  EXPECT_EQ(v6->at(0), asio::ip::address_v6::loopback());
}

TEST_F(ResolverTest, LooksANameUpOnceForAWhile) {
  std::atomic<int> lookups = 0;
  Resolver resolver(io_.get_executor(), [&lookups](const std::string&) -> Result<Addresses> {
    ++lookups;
    return loopback();
  });
  ASSERT_TRUE(run(resolver.resolve("one.example", http::after(10s))));
  ASSERT_TRUE(run(resolver.resolve("one.example", http::after(10s))));
  EXPECT_EQ(lookups, 1);
  ASSERT_TRUE(run(resolver.resolve("two.example", http::after(10s))));
  EXPECT_EQ(lookups, 2);
}

TEST_F(ResolverTest, ForgetsAFailureAtOnce) {
  std::atomic<int> lookups = 0;
  Resolver resolver(io_.get_executor(), [&lookups](const std::string&) -> Result<Addresses> {
    if (++lookups == 1) return Error{Errc::kUnavailable, "test.lookup", "no network"};
    return loopback();
  });
  EXPECT_FALSE(run(resolver.resolve("one.example", http::after(10s))));
  EXPECT_TRUE(run(resolver.resolve("one.example", http::after(10s))));
}

TEST_F(ResolverTest, StopsWaitingThoughTheLookupGoesOn) {
  std::promise<void> gate;
  {
    Resolver resolver(io_.get_executor(), stuck_behind(gate.get_future().share()));
    const auto late = run(resolver.resolve("slow.example", http::after(50ms)));
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, Errc::kTimedOut);
    resolver.shutdown();
  }
  // The thread ends by itself, now that neither the resolver nor the waiting is there any more.
  gate.set_value();
}

TEST_F(ResolverTest, AnswerOfAnAbandonedLookupServesTheNext) {
  std::promise<void> gate;
  std::atomic<int> lookups = 0;
  Resolver resolver(io_.get_executor(),
                    [&, open = gate.get_future().share()](const std::string&) -> Result<Addresses> {
                      ++lookups;
                      open.wait();
                      return loopback();
                    });
  EXPECT_FALSE(run(resolver.resolve("slow.example", http::after(20ms))));
  gate.set_value();
  EXPECT_TRUE(run(resolver.resolve("slow.example", http::after(10s))));
  EXPECT_EQ(lookups, 1);
}

TEST_F(ResolverTest, StuckLookupsAreBoundedAndOneNameStandsForMany) {
  std::promise<void> gate;
  std::atomic<int> started = 0;
  Resolver resolver(io_.get_executor(),
                    [&, open = gate.get_future().share()](const std::string&) -> Result<Addresses> {
                      ++started;
                      open.wait();
                      return loopback();
                    });
  int ended = 0;
  for (int i = 0; i < 40; ++i) {
    asio::co_spawn(io_, resolver.resolve("host" + std::to_string(i % 20), http::after(100ms)),
                   [&ended](std::exception_ptr, Result<Addresses> result) {
                     EXPECT_FALSE(result);
                     ++ended;
                   });
  }
  drive([&] { return ended == 40; });
  EXPECT_LE(started, 4);
  gate.set_value();
  // The threads are free again, and names that nobody waited for any more were not looked up.
  EXPECT_TRUE(run(resolver.resolve("fresh.example", http::after(10s))));
  EXPECT_LE(started, 5);
}

TEST_F(ResolverTest, ShutdownEndsWaitsAndLeavesNothingBehind) {
  std::promise<void> gate;
  Resolver resolver(io_.get_executor(), stuck_behind(gate.get_future().share()));
  std::optional<Result<Addresses>> ended;
  asio::co_spawn(io_, resolver.resolve("slow.example", http::after(1h)),
                 [&ended](std::exception_ptr, Result<Addresses> result) { ended = std::move(result); });
  io_.poll();
  resolver.shutdown();
  io_.restart();
  io_.run_for(10s);
  EXPECT_TRUE(io_.stopped());
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->error().code, Errc::kCancelled);
  gate.set_value();
}

TEST_F(ResolverTest, RequestWhoseNameIsStuckWasNotSent) {
  std::promise<void> gate;
  ClientOptions slow = options();
  slow.lookup = [open = gate.get_future().share()](const std::string&) {
    open.wait();
    return std::vector<std::string>{"127.0.0.1"};
  };
  make(slow);
  Request request = post("https://slow.test.example/");
  request.deadlines.connect = 50ms;
  const auto answer = send(std::move(request));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::kNotSent);
  client().shutdown();
  gate.set_value();
}

TEST_F(ResolverTest, SystemLookupKnowsLocalhostAndSaysWhatItDoesNotKnow) {
  const auto found = http::system_lookup("localhost");
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->empty());
  const auto unknown = http::system_lookup("does-not-exist.invalid");
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().detail.find("does-not-exist.invalid"), std::string::npos);
}

TEST_F(ResolverTest, AddressThatRefusesIsFollowedByTheNext) {
  FaultServer& server = serve_echo();
  ClientOptions three = options();
  three.lookup = [](const std::string&) { return std::vector<std::string>{"127.0.0.2", "::1", "127.0.0.1"}; };
  make(three);
  const auto answer = send(get(url(server)));
  ASSERT_TRUE(answer) << describe(answer.error());
}

TEST_F(ResolverTest, AddressThatSwallowsPacketsLeavesTimeForTheNext) {
  using asio::ip::tcp;
  FaultServer& server = serve_echo();
  // A full backlog: the kernel drops every further attempt to connect.
  const auto port = static_cast<std::uint16_t>(std::stoi(server.port()));
  const tcp::endpoint full(asio::ip::make_address("127.0.0.2"), port);
  tcp::acceptor hole(io_);
  hole.open(tcp::v4());
  hole.bind(full);
  hole.listen(0);
  tcp::socket filler(io_);
  filler.connect(full);
  ClientOptions two = options();
  two.lookup = [](const std::string&) { return std::vector<std::string>{"127.0.0.2", "127.0.0.1"}; };
  make(two);
  Request request = get(url(server));
  request.deadlines.connect = 2s;
  const auto begun = std::chrono::steady_clock::now();
  const auto answer = send(std::move(request));
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_GE(std::chrono::steady_clock::now() - begun, 900ms);
}

}  // namespace
}  // namespace reeld::http_test
