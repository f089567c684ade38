#include "daemon/http/local/tls.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/ip/address.hpp>
#include <cerrno>
#include <cstdint>

namespace reeld::http::local {
namespace {

std::string last_words() {
  std::array<char, 256> words{};
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  if (code == 0) return "the connection broke";
  ERR_error_string_n(code, words.data(), words.size());
  return words.data();
}

int handle_of(BIO* bio) {
  return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio)));
}

bool must_wait() {
  return errno == EAGAIN || errno == EINTR;
}

int write_socket(BIO* bio, const char* data, int size) {
  BIO_clear_retry_flags(bio);
  const auto sent = ::send(handle_of(bio), data, static_cast<std::size_t>(size), MSG_NOSIGNAL);
  if (sent < 0 && must_wait()) BIO_set_retry_write(bio);
  return static_cast<int>(sent);
}

int read_socket(BIO* bio, char* data, int size) {
  BIO_clear_retry_flags(bio);
  const auto got = ::recv(handle_of(bio), data, static_cast<std::size_t>(size), 0);
  if (got < 0 && must_wait()) BIO_set_retry_read(bio);
  return static_cast<int>(got);
}

long control_socket(BIO*, int command, long, void*) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

/// OpenSSL's own socket BIO writes with write(), which raises SIGPIPE.
const BIO_METHOD* socket_method() {
  static const std::unique_ptr<BIO_METHOD, decltype(&BIO_meth_free)> kMethod = [] {
    std::unique_ptr<BIO_METHOD, decltype(&BIO_meth_free)> made(
        BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "reeld socket"), BIO_meth_free);
    BIO_meth_set_write(made.get(), write_socket);
    BIO_meth_set_read(made.get(), read_socket);
    BIO_meth_set_ctrl(made.get(), control_socket);
    return made;
  }();
  return kMethod.get();
}

bool expect_host(SSL* tls, const std::string& host) {
  X509_VERIFY_PARAM* const rules = SSL_get0_param(tls);
  X509_VERIFY_PARAM_set_hostflags(rules, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  boost::system::error_code not_an_address;
  boost::asio::ip::make_address(host, not_an_address);
  if (!not_an_address) return X509_VERIFY_PARAM_set1_ip_asc(rules, host.c_str()) == 1;
  return X509_VERIFY_PARAM_set1_host(rules, host.data(), host.size()) == 1 &&
         SSL_set_tlsext_host_name(tls, host.c_str()) == 1;
}

}  // namespace

void TlsDeleter::operator()(SSL_CTX* context) const {
  SSL_CTX_free(context);
}

void TlsDeleter::operator()(SSL* tls) const {
  SSL_free(tls);
}

Result<TlsContext> make_tls_context(const std::filesystem::path& ca_file) {
  TlsContext context(SSL_CTX_new(TLS_client_method()));
  if (!context) return Error{Errc::kInternal, "http.tls", last_words()};
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  if (SSL_CTX_set_default_verify_paths(context.get()) != 1) {
    return Error{Errc::kInternal, "http.tls", "cannot use the system's certificates: " + last_words()};
  }
  if (!ca_file.empty() && SSL_CTX_load_verify_file(context.get(), ca_file.c_str()) != 1) {
    return Error{Errc::kBadInput, "http.tls",
                 "cannot load certificates from " + ca_file.string() + ": " + last_words()};
  }
  return context;
}

Result<Tls> make_tls(SSL_CTX& context, int handle, const std::string& host) {
  Tls tls(SSL_new(&context));
  BIO* const bio = BIO_new(socket_method());
  if (!tls || bio == nullptr) return Error{Errc::kInternal, "http.tls", last_words()};
  BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(handle)));
  BIO_set_init(bio, 1);
  SSL_set_bio(tls.get(), bio, bio);
  SSL_set_connect_state(tls.get());
  if (!expect_host(tls.get(), host)) return Error{Errc::kInternal, "http.tls", last_words()};
  return tls;
}

std::string tls_failure(const SSL& tls) {
  const long verdict = SSL_get_verify_result(&tls);
  if (verdict == X509_V_OK) return last_words();
  ERR_clear_error();
  return std::string("its certificate is refused: ") + X509_verify_cert_error_string(verdict);
}

}  // namespace reeld::http::local
