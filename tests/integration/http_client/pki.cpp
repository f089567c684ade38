#include "tests/integration/http_client/pki.hpp"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <stdexcept>

namespace reeld::http_test {
namespace {

using KeyPtr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using CertPtr = std::unique_ptr<X509, decltype(&X509_free)>;

constexpr long kDay = 24L * 60 * 60;

void require(bool done, const char* what) {
  if (!done) throw std::runtime_error(what);
}

KeyPtr make_key() {
  KeyPtr key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  require(key != nullptr, "EVP_EC_gen");
  return key;
}

void add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
      X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()), X509_EXTENSION_free);
  require(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1, "X509_add_ext");
}

CertPtr make_certificate(EVP_PKEY* key, const std::string& common_name, int first_day, int last_day) {
  static long serial = 0;
  CertPtr certificate(X509_new(), X509_free);
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), first_day * kDay);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), last_day * kDay);
  X509_set_pubkey(certificate.get(), key);
  const auto* bytes = reinterpret_cast<const unsigned char*>(common_name.c_str());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8, bytes, -1, -1, 0);
  return certificate;
}

template <class Write>
std::string to_pem(Write write) {
  std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), BIO_free);
  require(write(out.get()) == 1, "PEM_write");
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

}  // namespace

struct TestCa::Keys {
  KeyPtr key = make_key();
  CertPtr certificate{nullptr, X509_free};
};

TestCa::TestCa(const std::string& name) : keys_(new Keys) {
  keys_->certificate = make_certificate(keys_->key.get(), name, -2, 365);
  X509* const certificate = keys_->certificate.get();
  X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
  add_extension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE");
  require(X509_sign(certificate, keys_->key.get(), EVP_sha256()) > 0, "X509_sign");
  file_ = std::filesystem::temp_directory_path() /
          ("reeld-ca-" + name + "-" + std::to_string(::getpid()) + ".pem");
  std::ofstream(file_) << to_pem([&](BIO* out) { return PEM_write_bio_X509(out, certificate); });
}

TestCa::~TestCa() {
  std::error_code ignored;
  std::filesystem::remove(file_, ignored);
  delete keys_;
}

Identity TestCa::issue(const std::string& names, int first_day, int last_day) const {
  const KeyPtr key = make_key();
  const CertPtr certificate = make_certificate(key.get(), "test server", first_day, last_day);
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(keys_->certificate.get()));
  add_extension(certificate.get(), keys_->certificate.get(), NID_subject_alt_name, names);
  require(X509_sign(certificate.get(), keys_->key.get(), EVP_sha256()) > 0, "X509_sign");
  Identity identity;
  identity.certificate = to_pem([&](BIO* out) { return PEM_write_bio_X509(out, certificate.get()); });
  identity.key = to_pem([&](BIO* out) {
    return PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
  return identity;
}

}  // namespace reeld::http_test
