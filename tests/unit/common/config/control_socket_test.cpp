#include "common/config/control_socket.hpp"

#include <gtest/gtest.h>

namespace reeld {
namespace {

Config config_with(std::vector<std::string> listen) {
  Config config{};
  config.data_dir = "/var/lib/reeld";
  config.http.listen = std::move(listen);
  return config;
}

TEST(ControlSocketTest, StandsInDataDirUnlessSomethingElseIsSaid) {
  EXPECT_EQ(control_socket(config_with({"127.0.0.1:8420"}), {}), "/var/lib/reeld/reeld.sock");
  EXPECT_EQ(control_socket(config_with({}), {{"RUNTIME_DIRECTORY", ""}}), "/var/lib/reeld/reeld.sock");
}

TEST(ControlSocketTest, StandsInTheRuntimeDirectoryOfAService) {
  EXPECT_EQ(control_socket(config_with({}), {{"RUNTIME_DIRECTORY", "/run/reeld"}}), "/run/reeld/reeld.sock");
  EXPECT_EQ(control_socket(config_with({}), {{"RUNTIME_DIRECTORY", "/run/reeld:/run/other"}}),
            "/run/reeld/reeld.sock");
}

TEST(ControlSocketTest, IsTheFirstUnixAddressWhereOneIsGiven) {
  EXPECT_EQ(control_socket(config_with({"127.0.0.1:8420", "unix:/srv/a.sock", "unix:/srv/b.sock"}),
                           {{"RUNTIME_DIRECTORY", "/run/reeld"}}),
            "/srv/a.sock");
}

}  // namespace
}  // namespace reeld
