#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/util/json.hpp"
#include "common/util/time.hpp"

/// How the verbs say things to people.
namespace reeld::cli {

/// "1 job", "2 jobs".
std::string count_of(std::int64_t count, std::string_view thing);

/// A time to go, not more exact than it is known: "40 s", "3 min", "2 h 5 min".
std::string roughly(Duration duration);

/// What a render still takes: "about 40 s left", "longer than usual"; "" where nobody knows.
std::string estimate(Duration elapsed, std::optional<Duration> expected);

/// A job's progress member: "1 min 20 s, about 40 s left"; "" for null.
std::string progress_words(const Json& progress);

/// A line of the history: "2026-12-01T02:00:00.000Z  queued -> submitting: words"; `who` stands behind the
/// time.
std::string event_words(const Json& event, const std::string& who = "");

/// "3 succeeded, 1 failed, 12 queued" from {"succeeded":3,...}; states without jobs are left out.
std::string counts_words(const Json& counts);

/// What stops the queue, a line each, from the API's Queue: a person's pause, a hold of the account, a full
/// disk. None where nothing does.
std::vector<std::string> queue_words(const Json& queue, Time now);

/// An instant as --since takes it: RFC 3339, or a duration before `now` such as "7d".
std::optional<Time> parse_moment(std::string_view text, Time now);

}  // namespace reeld::cli
