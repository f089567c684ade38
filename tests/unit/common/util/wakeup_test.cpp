#include "common/util/async/wakeup.hpp"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

namespace reeld {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

class WakeupTest : public testing::Test {
 protected:
  asio::awaitable<void> wait(Duration limit) {
    co_await wakeup_.wait_for(limit);
    ++woken_;
  }

  void run_ready() {
    io_.restart();
    io_.poll();
  }

  asio::io_context io_;
  Wakeup wakeup_{io_.get_executor()};
  int woken_ = 0;
};

TEST_F(WakeupTest, APokeEndsTheWait) {
  asio::co_spawn(io_, wait(Duration::max()), asio::detached);
  run_ready();
  EXPECT_EQ(woken_, 0);
  wakeup_.poke();
  run_ready();
  EXPECT_EQ(woken_, 1);
}

TEST_F(WakeupTest, APokeBeforeTheWaitIsRemembered) {
  wakeup_.poke();
  wakeup_.poke();
  asio::co_spawn(io_, wait(1h), asio::detached);
  run_ready();
  EXPECT_EQ(woken_, 1);
}

TEST_F(WakeupTest, ARememberedPokeCountsOnce) {
  wakeup_.poke();
  asio::co_spawn(io_, wait(1h), asio::detached);
  run_ready();
  asio::co_spawn(io_, wait(1h), asio::detached);
  run_ready();
  EXPECT_EQ(woken_, 1);
  wakeup_.poke();
  run_ready();
  EXPECT_EQ(woken_, 2);
}

TEST_F(WakeupTest, TheLimitEndsTheWait) {
  asio::co_spawn(io_, wait(1ms), asio::detached);
  io_.run_for(5s);
  EXPECT_EQ(woken_, 1);
}

TEST_F(WakeupTest, CancellationThrows) {
  std::exception_ptr ended;
  asio::cancellation_signal cancel;
  asio::co_spawn(io_, wait(1h),
                 asio::bind_cancellation_slot(cancel.slot(), [&ended](std::exception_ptr e) { ended = e; }));
  run_ready();
  cancel.emit(asio::cancellation_type::terminal);
  run_ready();
  ASSERT_TRUE(ended);
  EXPECT_THROW(std::rethrow_exception(ended), boost::system::system_error);
  EXPECT_EQ(woken_, 0);
}

}  // namespace
}  // namespace reeld
