#pragma once

#include <map>
#include <string>

#include "common/config/config.hpp"
#include "common/util/error.hpp"

namespace reeld {

/// The key that every request to the service carries. Never logged, stored or shown.
struct ApiKey {
  std::string secret;
  std::string origin;   ///< for people: "/etc/reeld/key", "LEONARDO_API_KEY"
  std::string warning;  ///< that others may read its file, and what to do; empty: they may not
};

/// Finds the key: leonardo.api_key_file, else $CREDENTIALS_DIRECTORY/leonardo-api-key, else LEONARDO_API_KEY.
///
/// A file that others may read is taken with a warning; a systemd credential is guarded by its folder.
///
/// Errors: kNotFound where none of the three has one; kBadInput for a text that cannot be a key; kIo and the
/// like where a named file cannot be read. A file that is named but wrong is an error, the next place is not
/// asked. No message quotes what was read.
Result<ApiKey> find_api_key(const LeonardoConfig& config,
                            const std::map<std::string, std::string>& environment);

}  // namespace reeld
