#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "common/util/error.hpp"

namespace reeld {

/// A secret of one word from a text: white space around it is dropped. `origin` names where it stands and
/// `what` what it is ("an API key"), for messages, which never quote the secret. kBadInput: it is empty,
/// longer than 4096 bytes, or not printable ASCII.
Result<std::string> one_word_secret(const std::string& text, const std::string& origin,
                                    std::string_view what);

/// What becomes of a secret that others than its file's owner may read or change.
enum class Exposed { kRefuse, kTake };

/// The same from a file. kBadInput also where it is exposed and that is refused; kNotFound, kIo: it cannot be
/// read.
Result<std::string> read_secret_file(const std::filesystem::path& file, std::string_view what,
                                     Exposed exposed = Exposed::kRefuse);

/// Whether there is a file that this user may not read, as another one may.
bool is_closed_to_us(const std::filesystem::path& file);

/// For people: that others may read the file, and what to do; "" where they may not, or there is none.
std::string exposure_of(const std::filesystem::path& file);

}  // namespace reeld
