#pragma once

#include <sys/types.h>

#include <string>

namespace reeld {

/// The name of a user of this machine; the number in text where nobody has it. Blocks: the system may ask a
/// directory service.
std::string user_name(uid_t uid);

}  // namespace reeld
