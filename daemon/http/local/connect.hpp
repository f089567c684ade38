#pragma once

#include <filesystem>
#include <memory>

#include "common/util/error.hpp"
#include "common/util/time.hpp"
#include "daemon/http/local/base_url.hpp"
#include "daemon/http/local/connection.hpp"

namespace reeld::http::local {

/// Connects to a socket in the file system. kNotFound, kPeerRejected and kUnavailable say what to do next.
Result<std::unique_ptr<Connection>> connect_socket(const std::filesystem::path& path);

/// Connects to the first address of a host that answers, with TLS where the URL says so; `limit` counts for
/// each address. `tls` is not null then. kUnavailable, kTimedOut, kPeerBroken.
Result<std::unique_ptr<Connection>> connect_url(const BaseUrl& url, SSL_CTX* tls, Duration limit);

}  // namespace reeld::http::local
