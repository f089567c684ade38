#include "common/util/user.hpp"

#include <pwd.h>

#include <array>

namespace reeld {

std::string user_name(uid_t uid) {
  std::array<char, 16384> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr)
    return entry.pw_name;
  return std::to_string(uid);
}

}  // namespace reeld
