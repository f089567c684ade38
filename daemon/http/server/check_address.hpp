#pragma once

#include "common/util/error.hpp"
#include "daemon/http/server/server.hpp"

namespace reeld::http::server {

/// Whether a server could listen there now; nothing is left behind. kConflict: another process has the port,
/// or answers on the socket; kBadInput: no such address. A socket whose folder is not there yet is fine.
Result<void> check_address(const ListenAddress& address);

}  // namespace reeld::http::server
