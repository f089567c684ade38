#include "daemon/cli/trouble.hpp"

#include <gtest/gtest.h>

#include "daemon/app/exit_codes.hpp"

namespace reeld::cli {
namespace {

using http::local::Response;
using http::local::Target;

Target socket_target() {
  Target target;
  target.socket = "/tmp/reeld-no-such-folder/reeld.sock";
  return target;
}

Trouble refused(int status, const std::string& body, const Target& target = socket_target()) {
  return refusal_trouble(Response{status, {}, body}, target);
}

TEST(TroubleTest, ADaemonThatDoesNotRunIsSaidWithHowToStartIt) {
  const Trouble trouble = connection_trouble({Errc::kNotFound, "http.connect", "none"}, socket_target());
  EXPECT_TRUE(trouble.nobody());
  EXPECT_EQ(trouble.exit_code, app::kExitUnavailable);
  for (const char* part : {"not running", "/tmp/reeld-no-such-folder/reeld.sock", "reeld serve"}) {
    EXPECT_NE(trouble.words.find(part), std::string::npos) << trouble.words;
  }
}

TEST(TroubleTest, ASocketThatOnlyOthersMayUseIsNoDaemonThatDoesNotRun) {
  const Trouble trouble =
      connection_trouble({Errc::kPeerRejected, "http.connect", "permission denied"}, socket_target());
  EXPECT_FALSE(trouble.nobody());
  EXPECT_NE(trouble.words.find("sudo"), std::string::npos) << trouble.words;
}

TEST(TroubleTest, TheDaemonsOwnWordsAreTold) {
  const Trouble trouble = refused(404, R"({"status":404,"detail":"there is no job 7","code":"not_found"})");
  EXPECT_EQ(trouble.words, "there is no job 7");
  EXPECT_EQ(trouble.exit_code, app::kExitUsage);
  EXPECT_EQ(refused(409, R"({"detail":"it has ended"})").exit_code, app::kExitSomeFailed);
  EXPECT_EQ(refused(400, R"({"detail":"no"})").exit_code, app::kExitUsage);
  EXPECT_EQ(refused(503, R"({"detail":"stopping"})").exit_code, app::kExitTryLater);
  EXPECT_EQ(refused(500, R"({"detail":"a bug"})").exit_code, app::kExitUnavailable);
}

TEST(TroubleTest, CandidatesFollowOnLinesOfTheirOwn) {
  EXPECT_EQ(refused(409, R"({"detail":"which?","candidates":["aa","bb"]})").words, "which?\n  aa\n  bb");
}

TEST(TroubleTest, AMissingTokenIsAskedForAndAWrongOneNamed) {
  Target target;
  target.url = "http://127.0.0.1:8420";
  EXPECT_NE(refused(401, "{}", target).words.find("--token-file"), std::string::npos);
  target.token = "secret";
  const Trouble wrong = refused(401, "{}", target);
  EXPECT_EQ(wrong.words, "http://127.0.0.1:8420 does not take this token");
  EXPECT_EQ(wrong.exit_code, app::kExitConfig);
}

TEST(TroubleTest, WhateverElseAnswersIsQuotedWithoutControlCharacters) {
  const Trouble trouble = refused(502, "<html>\x1b[2J");
  EXPECT_NE(trouble.words.find("502"), std::string::npos);
  EXPECT_EQ(trouble.words.find('\x1b'), std::string::npos);
  EXPECT_TRUE(trouble.problem.is_null());
}

}  // namespace
}  // namespace reeld::cli
