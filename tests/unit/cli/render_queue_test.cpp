#include "daemon/cli/render_queue.hpp"

#include <gtest/gtest.h>

#include "common/config/control_socket.hpp"
#include "tests/support/files.hpp"

namespace reeld::cli {
namespace {

constexpr long kNfs = 0x6969;
constexpr long kExt4 = 0xEF53;

TEST(RenderQueueTest, ANetworkFilesystemIsRefusedAndStateIsTheWayOut) {
  const test::TempDir dir;
  const auto state = dir.path() / "films" / ".reeld";
  std::filesystem::path asked;
  const auto nas = [&](const std::filesystem::path& path) {
    asked = path;
    return Result<long>(kNfs);
  };
  const auto refused = check_state_place(state, false, nas);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kBadInput);
  EXPECT_NE(refused.error().detail.find("--state DIR"), std::string::npos) << refused.error().detail;
  EXPECT_NE(refused.error().detail.find(state.string()), std::string::npos);
  EXPECT_EQ(asked, dir.path()) << "nothing was made to look at it";
  EXPECT_TRUE(check_state_place(state, true, nas)) << "store.allow_network_filesystem";
  EXPECT_TRUE(
      check_state_place(state, false, [](const std::filesystem::path&) { return Result<long>(kExt4); }));
}

TEST(RenderQueueTest, APathThatIsTooLongForASocketIsRefusedBeforeAnythingIsMade) {
  const auto refused = check_state_place("/" + std::string(120, 'a') + "/.reeld", false);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kBadInput);
  EXPECT_NE(refused.error().detail.find("--state DIR"), std::string::npos) << refused.error().detail;
}

TEST(RenderQueueTest, ForgetsNothingWhateverThePersonSet) {
  const test::TempDir dir;
  Globals theirs;
  theirs.environment = {{"HOME", dir.path().string()}, {"RUNTIME_DIRECTORY", "/run/elsewhere"}};
  theirs.settings = {"retention.jobs=1d", "retention.files=1d", "limits.max_generations=3"};
  RenderArguments arguments;
  arguments.output = (dir.path() / "films, new").string();
  const auto loaded = load(theirs);
  ASSERT_TRUE(loaded);
  const Globals globals = own_queue(theirs, *loaded, arguments);
  const auto own = load(globals);
  ASSERT_TRUE(own);
  EXPECT_EQ(own->config.retention.jobs, Duration(0));
  EXPECT_EQ(own->config.retention.files, Duration(0));
  EXPECT_EQ(own->config.limits.max_generations, 3);
  EXPECT_EQ(control_socket(own->config, globals.environment), dir.path() / "films, new/.reeld/reeld.sock");
}

}  // namespace
}  // namespace reeld::cli
