// TLS between the server and the local client.
#include <gtest/gtest.h>

#include "daemon/http/local/client.hpp"
#include "tests/integration/http_client/pki.hpp"
#include "tests/integration/http_server/handlers.hpp"
#include "tests/integration/http_server/raw_client.hpp"
#include "tests/integration/http_server/running_server.hpp"
#include "tests/support/files.hpp"

namespace reeld::server_test {
namespace {

using http::local::make_client;
using http::local::Request;
using http::local::Target;
using http_test::Identity;
using http_test::TestCa;

class ServerTlsTest : public testing::Test {
 protected:
  ServerOptions secured(const std::string& names) {
    ServerOptions options = loopback();
    options.cert_file = folder_.path() / "cert.pem";
    options.key_file = folder_.path() / "key.pem";
    const Identity identity = ca_.issue(names);
    test::drop_file(options.cert_file, identity.certificate);
    test::drop_file(options.key_file, identity.key);
    return options;
  }

  Result<http::local::Response> get(const RunningServer& server, const std::string& host,
                                    bool trusts = true) {
    Target target;
    target.url = "https://" + host + ":" + std::to_string(server.port());
    if (trusts) target.ca_file = ca_.file();
    Request request;
    request.target = "/peer";
    return (*make_client(target))->send(request);
  }

  const TestCa ca_{"server"};
  const test::TempDir folder_;
};

TEST_F(ServerTlsTest, ServesAClientThatTrustsTheCertificate) {
  RunningServer server(secured("DNS:localhost,IP:127.0.0.1"), handle);
  for (const char* host : {"localhost", "127.0.0.1"}) {
    const auto answer = get(server, host);
    ASSERT_TRUE(answer) << describe(answer.error());
    EXPECT_EQ(answer->body, "tls 127.0.0.1");
  }
}

TEST_F(ServerTlsTest, IsRefusedWithACertificateForAnotherHost) {
  RunningServer server(secured("DNS:other.example,IP:127.0.0.2"), handle);
  for (const char* host : {"localhost", "127.0.0.1"}) {
    const auto answer = get(server, host);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Errc::kPeerBroken);
    EXPECT_NE(answer.error().detail.find("certificate is refused"), std::string::npos)
        << answer.error().detail;
  }
}

TEST_F(ServerTlsTest, IsRefusedWithoutAKnownAuthority) {
  RunningServer server(secured("DNS:localhost"), handle);
  const auto answer = get(server, "localhost", false);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::kPeerBroken);
}

TEST_F(ServerTlsTest, ReadsTheKeyFromTheCertificatesFile) {
  ServerOptions options = secured("DNS:localhost");
  const std::string both = test::read_file(options.cert_file) + test::read_file(options.key_file);
  test::drop_file(options.cert_file, both);
  options.key_file.clear();
  RunningServer server(std::move(options), handle);
  EXPECT_TRUE(get(server, "localhost"));
}

TEST_F(ServerTlsTest, CarriesLargeBodiesBothWays) {
  RunningServer server(secured("DNS:localhost"), handle);
  Target target;
  target.url = "https://localhost:" + std::to_string(server.port());
  target.ca_file = ca_.file();
  Request request;
  request.method = "POST";
  request.target = "/echo";
  request.body = std::string(1'000'000, 'x');
  const auto answer = (*make_client(target))->send(request);
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_EQ(answer->body, "POST /echo " + request.body);
}

TEST_F(ServerTlsTest, ClosesOnAClientThatSpeaksNoTls) {
  RunningServer server(secured("DNS:localhost"), handle);
  EXPECT_EQ(status_of(ask(server.port(), "GET / HTTP/1.1\r\nHost: a\r\n\r\n")), 0);
}

TEST_F(ServerTlsTest, DropsAHandshakeThatDoesNotComeToAnEnd) {
  ServerOptions options = secured("DNS:localhost");
  options.limits.header_time = Duration(50);
  RunningServer server(std::move(options), handle);
  RawClient silent(server.port());
  EXPECT_EQ(silent.read_to_end(), "");
}

TEST_F(ServerTlsTest, StopsWithTlsConnectionsOpen) {
  RunningServer server(secured("DNS:localhost"), handle);
  Target target;
  target.url = "https://localhost:" + std::to_string(server.port());
  target.ca_file = ca_.file();
  const auto client = make_client(target);
  Request request;
  request.target = "/hold";
  const auto stream = (*client)->open(request);
  ASSERT_TRUE(stream) << describe(stream.error());
  request.target = "/echo";
  ASSERT_TRUE((*client)->send(request));
  server.stop(Duration(10));
  Result<std::string> piece = (*stream)->read_some(Duration(30'000));
  while (piece) piece = (*stream)->read_some(Duration(30'000));
  EXPECT_EQ(piece.error().code, Errc::kUnavailable);
}

TEST_F(ServerTlsTest, RefusesFilesThatCannotBeUsed) {
  boost::asio::io_context io;
  ServerOptions absent = secured("DNS:localhost");
  absent.cert_file = folder_.path() / "absent.pem";
  ServerOptions mixed = secured("DNS:localhost");
  test::drop_file(mixed.key_file, ca_.issue("DNS:localhost").key);
  for (const ServerOptions& options : {absent, mixed}) {
    const auto made = http::server::make_server(io.get_executor(), options, handle);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, Errc::kBadInput);
    EXPECT_NE(made.error().detail.find(folder_.path().string()), std::string::npos) << made.error().detail;
  }
}

}  // namespace
}  // namespace reeld::server_test
