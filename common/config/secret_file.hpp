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

/// The same from a file. kBadInput also where others than its owner may read it, unless it stands in a
/// `guarded` place, whose folder keeps others out; kNotFound, kIo: it cannot be read.
Result<std::string> read_secret_file(const std::filesystem::path& file, std::string_view what,
                                     bool guarded = false);

}  // namespace reeld
