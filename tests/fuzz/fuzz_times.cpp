// Times and durations as job files, headers and answers write them.
#include "common/util/time.hpp"
#include "daemon/leonardo/classify.hpp"
#include "tests/fuzz/require.hpp"

namespace reeld::fuzz {
namespace {

using namespace std::chrono_literals;

void check(std::string_view text) {
  const Time now = *parse_time("2026-12-01T02:00:00Z");
  if (const auto wait = leonardo::parse_retry_after(text, now)) {
    require(*wait > 0ms && *wait <= 24h, "Retry-After is heeded for a day at the most");
  }
  if (const auto time = parse_http_date(text)) {
    require(parse_time(format_time(*time)) == time, "a date is printed as what was read");
  }
  if (const auto time = parse_time(text)) {
    const std::string shown = format_time(*time);
    // An offset can carry a time over the edge of the years that four digits name.
    if (shown.size() == 24 && shown.front() != '-') require(parse_time(shown) == time, "so is a time");
  }
  if (const auto duration = parse_duration(text)) {
    require(*duration >= 0ms && *duration <= std::chrono::years(100), "durations are within a life");
    require(parse_duration(format_duration(*duration)) == duration, "a duration is printed as what was read");
    require(!humanize(*duration).empty(), "a duration has words");
  }
}

}  // namespace
}  // namespace reeld::fuzz

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* bytes, std::size_t size) {
  reeld::fuzz::check(reeld::fuzz::as_text(bytes, size));
  return 0;
}
