#include "daemon/engine/frame_uploads.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "tests/support/fake_clock.hpp"

namespace reeld::engine {
namespace {

using namespace std::chrono_literals;

/// Knows every picture, unless a bug is in its way.
class FakeFrameStore final : public store::FrameStore {
 public:
  bool is_broken = false;

  Async<std::optional<std::string>> uploaded_image(store::ImageKey key) override {
    if (is_broken) throw std::runtime_error("a bug");
    co_return std::optional("image of " + key.sha256);
  }
  Async<void> stage_frames(std::vector<store::FramesOfJob>) override { co_return Result<void>(); }
  Async<store::JobFrames> job_frames(JobId) override { co_return store::JobFrames(); }
  Async<void> remember_image(store::ImageKey, std::string) override { co_return Result<void>(); }
  Async<bool> forget_images(JobId, std::vector<std::string>) override { co_return true; }
  Async<std::vector<std::string>> unneeded_frames(std::vector<std::string> copies) override {
    co_return copies;
  }
};

class NoImages final : public leonardo::Images {
 public:
  Async<leonardo::UploadedImage> upload(leonardo::ImageFile) override {
    co_return leonardo::ApiError{leonardo::ErrorClass::kInvalid, "no upload is expected", 0, std::nullopt};
  }
  void set_key(std::string) override {}
};

TEST(FrameUploadsTest, AnUploadThatABugEndedIsToldToThoseWhoWaitAndCanBeAskedForAgain) {
  boost::asio::io_context io;
  FakeFrameStore store;
  NoImages images;
  files::Pool pool(1);
  test::FakeClock clock;
  SeededRandom random(1);
  Governor governor({}, {}, random);
  FrameUploads uploads(io.get_executor(), {store, images, pool, clock, random, governor},
                       {"copies", "https://cloud", {}});
  Wakeup waiter(io.get_executor());
  store.is_broken = true;
  {
    const auto ticket = uploads.ask("digest.png", "account", waiter);
    bool poked = false;
    boost::asio::co_spawn(io, waiter.wait_for(1h), [&poked](const std::exception_ptr&) { poked = true; });
    io.run_for(30s);
    EXPECT_TRUE(poked);
    const auto outcome = ticket.outcome();
    ASSERT_TRUE(outcome);
    ASSERT_FALSE(*outcome);
    EXPECT_EQ(outcome->error().error_class, leonardo::ErrorClass::kServerError) << "which passes";
  }
  store.is_broken = false;
  const auto again = uploads.ask("digest.png", "account", waiter);
  io.restart();
  io.run_for(30s);
  ASSERT_TRUE(again.outcome());
  ASSERT_TRUE(*again.outcome());
  EXPECT_EQ((*again.outcome())->id, "image of digest");
}

}  // namespace
}  // namespace reeld::engine
