#pragma once

#include <map>
#include <string>
#include <string_view>

#include "common/util/clock.hpp"
#include "daemon/api/secrets.hpp"

namespace reeld::api {

/// How long a login link may be followed.
inline constexpr Duration kLoginTime{120'000};

/// Codes that let one browser in, once each. Of a code only its digest is kept.
class LoginCodes {
 public:
  LoginCodes(const Clock& clock, SecretSource secret) : clock_(clock), secret_(std::move(secret)) {}

  /// A new code; the oldest one is forgotten where too many wait.
  std::string issue();

  /// True once for each code that is not too old.
  bool redeem(std::string_view code);

 private:
  void forget_old();

  const Clock& clock_;
  SecretSource secret_;
  std::map<std::string, Duration> ends_;  ///< by digest, on the clock that never steps
};

}  // namespace reeld::api
