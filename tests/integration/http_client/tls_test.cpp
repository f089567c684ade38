#include <openssl/ssl.h>

#include "tests/integration/http_client/fixture.hpp"

namespace reeld::http_test {
namespace {

class TlsTest : public ClientTest {
 protected:
  /// A POST to a server with that certificate must end before anything is sent.
  void expect_refused(FaultServer::Options with, const std::string& words) {
    FaultServer& server = serve(std::move(with), [](Session& session) { return session.serve(); });
    const auto answer = send(post(url(server)));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Errc::kNotSent);
    EXPECT_NE(answer.error().detail.find(words), std::string::npos) << answer.error().detail;
    EXPECT_TRUE(server.seen().requests.empty());
  }

  static FaultServer::Options with(Identity identity) {
    FaultServer::Options made;
    made.identity = std::move(identity);
    return made;
  }
};

TEST_F(TlsTest, AcceptsAnAuthorityFromTheCaFileAndNamesTheHost) {
  FaultServer& server = serve_echo();
  const auto answer = send(get(url(server, "/hello")));
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_EQ(answer->body, "/hello");
  EXPECT_EQ(server.seen().names, std::vector<std::string>{"localhost"});
}

TEST_F(TlsTest, ChecksAnAddressAgainstTheCertificateAndSendsNoNameForIt) {
  FaultServer& server = serve_echo();
  const auto answer = send(get(url(server, "/", "127.0.0.1")));
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_EQ(server.seen().names, std::vector<std::string>{""});
}

TEST_F(TlsTest, RefusesACertificateForAnotherHost) {
  expect_refused(with(ca().issue("DNS:other.example")), "hostname mismatch");
}

TEST_F(TlsTest, RefusesACertificateForAnotherAddress) {
  FaultServer& server =
      serve(with(ca().issue("DNS:127.0.0.1,IP:127.0.0.2")), [](Session& s) { return s.serve(); });
  const auto answer = send(get(url(server, "/", "127.0.0.1")));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::kNotSent);
}

TEST_F(TlsTest, RefusesAnUnknownAuthority) {
  const TestCa stranger("stranger");
  expect_refused(with(stranger.issue("DNS:localhost")), "certificate");
}

TEST_F(TlsTest, RefusesAnExpiredCertificate) {
  expect_refused(with(ca().issue("DNS:localhost", -30, -1)), "expired");
}

TEST_F(TlsTest, RefusesACertificateThatIsNotValidYet) {
  expect_refused(with(ca().issue("DNS:localhost", 1, 30)), "not yet valid");
}

TEST_F(TlsTest, RefusesAServerThatOnlySpeaksTls11) {
  FaultServer::Options old = with(identity());
  old.max_tls_version = TLS1_1_VERSION;
  expect_refused(std::move(old), "");
}

TEST_F(TlsTest, RefusesAServerThatSpeaksNoTls) {
  FaultServer& server = serve_plain([](Session& session) -> asio::awaitable<void> {
    co_await session.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    co_await session.read_to_end();
  });
  const auto answer = send(post(url(server)));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::kNotSent);
}

TEST_F(TlsTest, GivesUpAHandshakeThatIsNotAnswered) {
  FaultServer& server = serve_plain([](Session& session) { return session.read_to_end(); });
  Request request = post(url(server));
  request.deadlines.connect = 100ms;
  const auto answer = send(std::move(request));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::kNotSent);
}

TEST_F(TlsTest, SaysThatACaFileIsMissing) {
  ClientOptions with_missing = options();
  with_missing.ca_file = "/nonexistent/ca.pem";
  EXPECT_THROW(make(with_missing), std::runtime_error);
}

}  // namespace
}  // namespace reeld::http_test
