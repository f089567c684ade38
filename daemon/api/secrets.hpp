#pragma once

#include <openssl/types.h>

#include <functional>
#include <string>
#include <string_view>

/// What the API needs of cryptography.
namespace reeld::api {

/// 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

/// HMAC-SHA256, as 64 lower-case hexadecimal digits.
std::string hmac_sha256_hex(std::string_view key, std::string_view bytes);

/// Compares without telling by its time how far two texts agree, or how long they are.
bool equal_secrets(std::string_view a, std::string_view b);

/// 256 bits that nobody can guess, as 64 hexadecimal digits.
using SecretSource = std::function<std::string()>;

/// From the operating system by way of OpenSSL. Throws where that has none.
std::string random_secret();

/// SHA-256 of bytes that come in pieces.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void add(std::string_view bytes);

  /// Of all that was added, as 64 hexadecimal digits. Nothing may be added behind it.
  std::string hex();

 private:
  EVP_MD_CTX* context_;
};

}  // namespace reeld::api
