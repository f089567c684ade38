#pragma once

#include <openssl/ossl_typ.h>

#include <boost/asio/ssl/context.hpp>
#include <boost/system/error_code.hpp>
#include <filesystem>
#include <string>

#include "common/util/error.hpp"

namespace reeld::http {

/// TLS 1.2 and newer, certificates checked against the system's roots and those of `ca_file`, if it is not
/// empty. Throws std::runtime_error when `ca_file` cannot be loaded.
boost::asio::ssl::context make_tls_context(const std::filesystem::path& ca_file);

/// Makes the handshake of `tls` succeed only with a certificate for `host`, a name or an IP address. A name
/// is also sent along (SNI); an address is not, since the standard forbids it.
Result<void> expect_host(SSL* tls, const std::string& host);

/// Why a handshake or a transfer failed: what is wrong with the certificate, or OpenSSL's own words.
std::string tls_failure(const boost::system::error_code& failed, SSL* tls);

}  // namespace reeld::http
