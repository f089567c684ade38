#include "daemon/app/exit_codes.hpp"

namespace reeld::app {

int exit_code(const Error& error) {
  switch (error.code) {
    case Errc::kBadInput:
      return kExitConfig;
    case Errc::kNotFound:
      return kExitNoInput;
    case Errc::kConflict:
      return kExitTryLater;
    case Errc::kIo:
    case Errc::kNoSpace:
      return kExitIo;
    case Errc::kInternal:
      return kExitSoftware;
    default:
      return kExitUnavailable;
  }
}

}  // namespace reeld::app
