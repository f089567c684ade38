#include "daemon/api/login.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "tests/support/fake_clock.hpp"

namespace reeld::api {
namespace {

class LoginCodesTest : public testing::Test {
 protected:
  boost::asio::io_context io_;
  test::FakeClock clock_;
  LoginCodes codes_{clock_, random_secret};
};

TEST_F(LoginCodesTest, ACodeLetsInOnce) {
  const std::string code = codes_.issue();
  EXPECT_EQ(code.size(), 64U);
  EXPECT_TRUE(codes_.redeem(code));
  EXPECT_FALSE(codes_.redeem(code));
}

TEST_F(LoginCodesTest, ACodeIsTooOldAfterTwoMinutes) {
  const std::string early = codes_.issue();
  clock_.advance(io_, Duration(119'999));
  const std::string late = codes_.issue();
  clock_.advance(io_, Duration(1));
  EXPECT_FALSE(codes_.redeem(early));
  EXPECT_TRUE(codes_.redeem(late));
}

TEST_F(LoginCodesTest, SoManyCodesThatNobodyFollowsAreNotAllKept) {
  const std::string first = codes_.issue();
  clock_.advance(io_, Duration(1));
  std::string last;
  for (int i = 0; i < 64; ++i) last = codes_.issue();
  EXPECT_FALSE(codes_.redeem(first));
  EXPECT_TRUE(codes_.redeem(last));
}

TEST_F(LoginCodesTest, WhatIsNoCodeLetsNobodyIn) {
  codes_.issue();
  EXPECT_FALSE(codes_.redeem(""));
  EXPECT_FALSE(codes_.redeem("0"));
}

}  // namespace
}  // namespace reeld::api
