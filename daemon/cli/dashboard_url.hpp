#pragma once

#include <string>

#include "common/config/config.hpp"

namespace reeld::cli {

/// Where a browser on this machine finds the dashboard: "http://127.0.0.1:8420", by the first TCP address of
/// http.listen, with TLS where there is a certificate; one that stands for all interfaces is reached as
/// localhost. "" where there is none.
std::string dashboard_url(const HttpConfig& http);

}  // namespace reeld::cli
