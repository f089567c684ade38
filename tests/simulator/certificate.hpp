#pragma once

#include <openssl/types.h>

#include <filesystem>

namespace reeld::sim {

/// What is wrong with the server's certificate, for tests of TLS clients.
struct CertificateFlaws {
  bool wrong_host = false;
  bool expired = false;
};

/// Gives `context` a fresh certificate for localhost, 127.0.0.1, ::1 and cdn.localhost, signed by the CA in
/// `dir`.
///
/// The CA is ca.pem with ca-key.pem beside it. Both are made where missing, so that a client that trusts
/// ca.pem still does after a restart. Throws std::runtime_error with OpenSSL's words.
void install_certificate(SSL_CTX* context, const std::filesystem::path& dir, CertificateFlaws flaws);

}  // namespace reeld::sim
