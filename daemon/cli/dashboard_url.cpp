#include "daemon/cli/dashboard_url.hpp"

#include <string_view>

namespace reeld::cli {

std::string dashboard_url(const HttpConfig& http) {
  for (const std::string& address : http.listen) {
    if (address.starts_with("unix:")) continue;
    const auto colon = address.rfind(':');
    const std::string host = address.substr(0, colon);
    const std::string port = colon == std::string::npos ? "" : address.substr(colon);
    const bool everywhere = host == "0.0.0.0" || host == "[::]" || host == "*" || host.empty();
    const std::string scheme = http.cert_file.empty() ? "http://" : "https://";
    return scheme + (everywhere ? "localhost" : host) + port;
  }
  return "";
}

}  // namespace reeld::cli
