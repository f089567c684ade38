#include "daemon/http/server/tls.hpp"

#include <openssl/ssl.h>

namespace reeld::http::server {
namespace {

namespace ssl = boost::asio::ssl;

Error bad_file(std::string_view what, const std::filesystem::path& path,
               const boost::system::error_code& failed) {
  return Error{Errc::kBadInput, "http.tls",
               "cannot use the " + std::string(what) + " in " + path.string() + ": " + failed.message()};
}

}  // namespace

Result<std::unique_ptr<ssl::context>> make_tls_context(const std::filesystem::path& cert_file,
                                                       const std::filesystem::path& key_file) {
  auto context = std::make_unique<ssl::context>(ssl::context::tls_server);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_options(context->native_handle(), SSL_OP_NO_RENEGOTIATION);
  // Idle connections would each hold two buffers of 17 KiB otherwise.
  SSL_CTX_set_mode(context->native_handle(), SSL_MODE_RELEASE_BUFFERS);
  boost::system::error_code failed;
  context->use_certificate_chain_file(cert_file.string(), failed);
  if (failed) return bad_file("certificate", cert_file, failed);
  const std::filesystem::path& key = key_file.empty() ? cert_file : key_file;
  // Checks that it belongs to the certificate, too.
  context->use_private_key_file(key.string(), ssl::context::pem, failed);
  if (failed) return bad_file("key", key, failed);
  return context;
}

}  // namespace reeld::http::server
