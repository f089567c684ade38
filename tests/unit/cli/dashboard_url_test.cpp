#include "daemon/cli/dashboard_url.hpp"

#include <gtest/gtest.h>

namespace reeld::cli {
namespace {

HttpConfig listening_on(std::vector<std::string> addresses) {
  HttpConfig http;
  http.listen = std::move(addresses);
  return http;
}

TEST(DashboardUrlTest, IsTheFirstTcpAddressAsABrowserHereReachesIt) {
  EXPECT_EQ(dashboard_url(listening_on({"127.0.0.1:8420"})), "http://127.0.0.1:8420");
  EXPECT_EQ(dashboard_url(listening_on({"unix:/run/a.sock", "[::1]:80"})), "http://[::1]:80");
  EXPECT_EQ(dashboard_url(listening_on({"0.0.0.0:8420"})), "http://localhost:8420");
  EXPECT_EQ(dashboard_url(listening_on({"[::]:8420"})), "http://localhost:8420");
  EXPECT_EQ(dashboard_url(listening_on({"unix:/run/a.sock"})), "");
}

TEST(DashboardUrlTest, IsHttpsWhereThereIsACertificate) {
  HttpConfig http = listening_on({"render.example.com:8420"});
  http.cert_file = "/etc/reeld/cert.pem";
  EXPECT_EQ(dashboard_url(http), "https://render.example.com:8420");
}

}  // namespace
}  // namespace reeld::cli
