#pragma once

#include <map>
#include <string>

#include "common/config/config.hpp"
#include "common/util/error.hpp"
#include "daemon/http/server/server.hpp"

namespace reeld::app {

/// Where the control API listens, and what its TCP addresses ask for.
struct ListenPlan {
  http::server::ServerOptions server;
  std::string token;               ///< empty: none is asked for
  std::vector<std::string> hosts;  ///< names that may be asked under, beside those of this machine
  std::string warning;             ///< why there is no control socket; empty: there is one
};

/// The addresses of http.listen, and the control socket where none of them is one. kBadInput: an address that
/// other machines can reach without a token, a token that is too short, or a file that others may read.
Result<ListenPlan> plan_listening(const Config& config,
                                  const std::map<std::string, std::string>& environment);

}  // namespace reeld::app
