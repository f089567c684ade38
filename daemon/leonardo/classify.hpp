#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/util/json.hpp"
#include "daemon/leonardo/types.hpp"

namespace reeld::leonardo {

/// What an error body says, whatever its shape. docs/leonardo-api.md, "Error bodies".
struct ErrorBody {
  std::string words;
  std::string code;  ///< "validation-failed", "unexpected", ...; may be empty
};

/// Reads the error out of {"error","code"}, {"error":{...}}, {"errors":[...]}, {"message"} or an array of
/// GraphQL errors. Nothing when the value is none of these.
std::optional<ErrorBody> read_error(const Json& body);

/// The class that the code and the words stand for, by the table of known errors. Nothing for unknown words.
std::optional<ErrorClass> classify_words(const ErrorBody& error);

/// The meaning of an answer to a submit that names no id: a refusal only where a 4xx (but 408) or a 200 holds
/// a known error; anything else may have been accepted (kMaybeSent).
ApiError classify_submit(int status, std::string_view body);

/// True for a refusal that says that an image of the request is not to be found any more.
bool is_lost_image(const ApiError& error);

/// The meaning of an answer to a GET or DELETE with a status that is no success, or of a 200 without its
/// data.
ApiError classify_read(int status, std::string_view body);

/// Seconds or an HTTP date; nothing for anything else, for dates gone by, or beyond a day.
std::optional<Duration> parse_retry_after(std::string_view header, Time now);

}  // namespace reeld::leonardo
