#include "daemon/http/client/failure.hpp"

#include <gtest/gtest.h>

namespace reeld::http {
namespace {

using Phase = Progress::Phase;

Errc code_of(Method asked, bool redirected, Phase phase, Errc code) {
  return failure(Progress{asked, redirected, phase}, Error{code, "test", ""}).code;
}

TEST(FailureTest, BeforeTheFirstByteNothingWasSent) {
  for (const Errc code : {Errc::kTimedOut, Errc::kUnavailable, Errc::kPeerBroken, Errc::kBadInput}) {
    EXPECT_EQ(code_of(Method::kPost, false, Phase::kNothingSent, code), Errc::kNotSent);
  }
  EXPECT_EQ(code_of(Method::kPost, false, Phase::kNothingSent, Errc::kCancelled), Errc::kCancelled);
}

TEST(FailureTest, AfterTheFirstByteAnythingMayHaveBeenSent) {
  for (const Errc code : {Errc::kTimedOut, Errc::kPeerBroken, Errc::kCancelled}) {
    EXPECT_EQ(code_of(Method::kPost, false, Phase::kSent, code), Errc::kMaybeSent);
  }
  EXPECT_EQ(code_of(Method::kGet, false, Phase::kSent, Errc::kPeerBroken), Errc::kMaybeSent);
  EXPECT_EQ(code_of(Method::kGet, false, Phase::kSent, Errc::kCancelled), Errc::kCancelled);
}

TEST(FailureTest, AfterTheHeaderAnErrorIsWhatItIs) {
  for (const Errc code : {Errc::kTimedOut, Errc::kPeerBroken, Errc::kCancelled}) {
    EXPECT_EQ(code_of(Method::kPost, false, Phase::kAnswered, code), code);
  }
}

TEST(FailureTest, APostThatWasRedirectedHasBeenSent) {
  for (const Errc code : {Errc::kTimedOut, Errc::kUnavailable, Errc::kCancelled}) {
    EXPECT_EQ(code_of(Method::kPost, true, Phase::kNothingSent, code), Errc::kMaybeSent);
  }
  EXPECT_EQ(code_of(Method::kGet, true, Phase::kNothingSent, Errc::kUnavailable), Errc::kNotSent);
}

TEST(FailureTest, AnAddressThatIsRefusedAfterARedirectIsThePeersFault) {
  EXPECT_EQ(code_of(Method::kGet, true, Phase::kNothingSent, Errc::kBadInput), Errc::kPeerBroken);
}

}  // namespace
}  // namespace reeld::http
