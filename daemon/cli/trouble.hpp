#pragma once

#include <string>

#include "common/util/error.hpp"
#include "common/util/json.hpp"
#include "daemon/http/local/client.hpp"

namespace reeld::cli {

/// Why there is no answer, and what the program returns for it.
struct Trouble {
  Trouble() = default;
  Trouble(std::string what, int code) : words(std::move(what)), exit_code(code) {}

  /// True when no daemon listens there.
  bool nobody() const { return cause == Errc::kNotFound || cause == Errc::kUnavailable; }

  std::string words;                 ///< for stderr; may have several lines
  int exit_code = 0;                 ///< of daemon/app/exit_codes.hpp
  Errc cause = Errc::kPeerRejected;  ///< of a daemon that could not be asked, as http::local::Client has it
  Json problem = nullptr;            ///< the daemon's own description of it, where it gave one
};

/// Either JSON or the trouble.
using Answer = boost::system::result<Json, Trouble>;

/// The daemon could not be asked.
Trouble connection_trouble(const Error& error, const http::local::Target& target);

/// The daemon said no: a status of 4xx or 5xx, and its problem+json (or whatever stood in its place).
Trouble refusal_trouble(const http::local::Response& response, const http::local::Target& target);

/// Something on this side went wrong.
Trouble own_trouble(const Error& error);

/// Tells it on stderr; the exit code.
int tell(const Trouble& trouble);

}  // namespace reeld::cli
