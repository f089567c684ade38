#include "tests/simulator/certificate.hpp"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <array>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>

namespace reeld::sim {

namespace {

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;
using File = std::unique_ptr<std::FILE, Freer<std::fclose>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freer<X509_EXTENSION_free>>;

constexpr long kDay = 24 * 60 * 60;

void require(bool ok, const char* what) {
  if (ok) return;
  std::array<char, 256> reason{};
  ERR_error_string_n(ERR_get_error(), reason.data(), reason.size());
  throw std::runtime_error(std::string("certificate: ") + what + ": " + reason.data());
}

Key make_key() {
  Key key(EVP_EC_gen("P-256"));
  require(key != nullptr, "making a key");
  return key;
}

void add_extension(X509* certificate, X509* issuer, int kind, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value));
  require(extension && X509_add_ext(certificate, extension.get(), -1) == 1, "adding an extension");
}

Certificate make_certificate(const char* name, EVP_PKEY* key, long from_seconds, long until_seconds) {
  Certificate certificate(X509_new());
  require(certificate && X509_set_version(certificate.get(), X509_VERSION_3) == 1, "making a certificate");
  // Clients may cache by issuer and serial number, so no two certificates share one.
  std::uint64_t serial = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial >> 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), from_seconds);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), until_seconds);
  const auto* text = reinterpret_cast<const unsigned char*>(name);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_ASC, text, -1, -1, 0);
  require(X509_set_pubkey(certificate.get(), key) == 1, "setting the key");
  return certificate;
}

struct Authority {
  Key key;
  Certificate certificate;
};

File open_file(const std::filesystem::path& path, const char* mode) {
  return File(std::fopen(path.c_str(), mode));
}

bool load(Authority& authority, const std::filesystem::path& dir) {
  const File key_file = open_file(dir / "ca-key.pem", "r");
  const File certificate_file = open_file(dir / "ca.pem", "r");
  if (!key_file || !certificate_file) return false;
  authority.key.reset(PEM_read_PrivateKey(key_file.get(), nullptr, nullptr, nullptr));
  authority.certificate.reset(PEM_read_X509(certificate_file.get(), nullptr, nullptr, nullptr));
  require(authority.key && authority.certificate, "reading the CA");
  return true;
}

void save(const Authority& authority, const std::filesystem::path& dir) {
  const File key_file = open_file(dir / "ca-key.pem", "w");
  require(key_file != nullptr, "writing ca-key.pem");
  fchmod(fileno(key_file.get()), S_IRUSR | S_IWUSR);
  require(
      PEM_write_PrivateKey(key_file.get(), authority.key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1,
      "writing ca-key.pem");
  // Written beside and renamed: whoever waits for ca.pem never reads half of it.
  {
    const File certificate_file = open_file(dir / "ca.pem.tmp", "w");
    require(certificate_file && PEM_write_X509(certificate_file.get(), authority.certificate.get()) == 1,
            "writing ca.pem");
  }
  std::filesystem::rename(dir / "ca.pem.tmp", dir / "ca.pem");
}

Authority load_or_make_authority(const std::filesystem::path& dir) {
  Authority authority;
  if (load(authority, dir)) return authority;
  authority.key = make_key();
  authority.certificate = make_certificate("reeld-sim CA", authority.key.get(), -kDay, 3650 * kDay);
  X509* ca = authority.certificate.get();
  X509_set_issuer_name(ca, X509_get_subject_name(ca));
  add_extension(ca, ca, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(ca, ca, NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(ca, ca, NID_subject_key_identifier, "hash");
  require(X509_sign(ca, authority.key.get(), EVP_sha256()) > 0, "signing the CA");
  save(authority, dir);
  return authority;
}

}  // namespace

void install_certificate(SSL_CTX* context, const std::filesystem::path& dir, CertificateFlaws flaws) {
  const Authority authority = load_or_make_authority(dir);
  const Key key = make_key();
  const char* name = flaws.wrong_host ? "wrong.example" : "localhost";
  const Certificate leaf = make_certificate(name, key.get(), -30 * kDay, flaws.expired ? -kDay : 365 * kDay);
  X509* ca = authority.certificate.get();
  X509_set_issuer_name(leaf.get(), X509_get_subject_name(ca));
  add_extension(leaf.get(), ca, NID_basic_constraints, "critical,CA:FALSE");
  add_extension(leaf.get(), ca, NID_ext_key_usage, "serverAuth");
  add_extension(leaf.get(), ca, NID_authority_key_identifier, "keyid");
  add_extension(
      leaf.get(), ca, NID_subject_alt_name,
      flaws.wrong_host ? "DNS:wrong.example" : "DNS:localhost,DNS:cdn.localhost,IP:127.0.0.1,IP:::1");
  require(X509_sign(leaf.get(), authority.key.get(), EVP_sha256()) > 0, "signing the certificate");
  require(SSL_CTX_use_certificate(context, leaf.get()) == 1, "using the certificate");
  require(SSL_CTX_use_PrivateKey(context, key.get()) == 1, "using the key");
}

}  // namespace reeld::sim
