#pragma once

#include <openssl/ossl_typ.h>

#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "common/util/error.hpp"

namespace reeld::http::local {

struct TlsDeleter {
  void operator()(SSL_CTX* context) const;
  void operator()(SSL* tls) const;
};
using TlsContext = std::unique_ptr<SSL_CTX, TlsDeleter>;
using Tls = std::unique_ptr<SSL, TlsDeleter>;

/// TLS 1.2 and newer; certificates are checked against the system's roots and those of `ca_file`, where it is
/// not empty. kBadInput: it cannot be read.
Result<TlsContext> make_tls_context(const std::filesystem::path& ca_file);

/// TLS on the connected socket `handle`, for a peer whose certificate must be for `host`, a name or an
/// address. A write to a connection that is gone raises no signal.
Result<Tls> make_tls(SSL_CTX& context, int handle, const std::string& host);

/// What is wrong with the certificate, or OpenSSL's own words for the last failure of `tls`.
std::string tls_failure(const SSL& tls);

}  // namespace reeld::http::local
