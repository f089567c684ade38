#pragma once

#include <boost/asio/ssl/context.hpp>
#include <filesystem>
#include <memory>

#include "common/util/error.hpp"

namespace reeld::http::server {

/// TLS 1.2 and newer with the certificate (chain first) and key of these PEM files; `key_file` may be empty
/// where the key stands in `cert_file`. kBadInput: a file cannot be read, or they do not belong together.
Result<std::unique_ptr<boost::asio::ssl::context>> make_tls_context(const std::filesystem::path& cert_file,
                                                                    const std::filesystem::path& key_file);

}  // namespace reeld::http::server
