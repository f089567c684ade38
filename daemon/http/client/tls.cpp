#include "daemon/http/client/tls.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <boost/asio/ssl/error.hpp>
#include <stdexcept>

#include "daemon/http/client/url.hpp"

namespace reeld::http {

namespace ssl = boost::asio::ssl;

ssl::context make_tls_context(const std::filesystem::path& ca_file) {
  ssl::context context(ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  // Thousands of idle connections would each hold two buffers of 17 KiB otherwise.
  SSL_CTX_set_mode(context.native_handle(), SSL_MODE_RELEASE_BUFFERS);
  context.set_verify_mode(ssl::verify_peer);
  boost::system::error_code failed;
  context.set_default_verify_paths(failed);
  if (failed)
    throw std::runtime_error("cannot use the system's certificates: " + tls_failure(failed, nullptr));
  if (ca_file.empty()) return context;
  context.load_verify_file(ca_file.string(), failed);
  if (failed) {
    throw std::runtime_error("cannot load certificates from " + ca_file.string() + ": " +
                             tls_failure(failed, nullptr));
  }
  return context;
}

Result<void> expect_host(SSL* tls, const std::string& host) {
  X509_VERIFY_PARAM* const rules = SSL_get0_param(tls);
  X509_VERIFY_PARAM_set_hostflags(rules, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  bool accepted = false;
  if (is_ip_literal(host)) {
    accepted = X509_VERIFY_PARAM_set1_ip_asc(rules, host.c_str()) == 1;
  } else {
    // A final dot is for the resolver only; no certificate carries it.
    const std::string name = host.ends_with('.') ? host.substr(0, host.size() - 1) : host;
    accepted = X509_VERIFY_PARAM_set1_host(rules, name.data(), name.size()) == 1 &&
               SSL_set_tlsext_host_name(tls, name.c_str()) == 1;
  }
  if (!accepted) return Error{Errc::kInternal, "http.tls", "cannot set the host that is expected"};
  return {};
}

std::string tls_failure(const boost::system::error_code& failed, SSL* tls) {
  if (tls != nullptr) {
    const long verdict = SSL_get_verify_result(tls);
    if (verdict != X509_V_OK)
      return std::string("certificate refused: ") + X509_verify_cert_error_string(verdict);
  }
  if (failed.category() != boost::asio::error::get_ssl_category()) return failed.message();
  std::array<char, 256> words{};
  ERR_error_string_n(static_cast<unsigned long>(failed.value()), words.data(), words.size());
  return words.data();
}

}  // namespace reeld::http
