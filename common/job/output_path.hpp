#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/util/error.hpp"
#include "common/util/time.hpp"

namespace reeld {

/// What the tokens of an output template stand for.
struct OutputTokens {
  std::string date;   ///< of acceptance, in results.timezone: "2026-12-01"
  std::string time;   ///< "02-00-00"
  std::string batch;  ///< the batch's name
  int index = 0;      ///< the job's position in its batch
  std::string name;
  std::string id;  ///< the job's short id
  std::string model;
  std::optional<std::int64_t> seed;  ///< the submitter's; "random" where each attempt draws its own
  int width = 0;
  int height = 0;
  int duration = 0;
};

/// "" when the template may be used, else what is wrong with it: unknown token, absolute path, "..", empty
/// part.
std::string check_output_template(std::string_view output_template);

/// The path below results that a (checked) template gives. Tokens cannot add or climb folders: '/', control
/// characters and leading dots in their values become '_', and a part is cut to 120 bytes at a code point's
/// edge.
std::string expand_output(std::string_view output_template, const OutputTokens& tokens);

/// {date} and {time} for an instant in a time zone ("UTC", "local" or an IANA name).
struct LocalStamp {
  std::string date;
  std::string time;
};
Result<LocalStamp> local_stamp(Time instant, const std::string& timezone);

}  // namespace reeld
