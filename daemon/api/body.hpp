#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>

#include "common/job/check_parts.hpp"
#include "daemon/api/problem.hpp"
#include "daemon/store/reader.hpp"

namespace reeld::api {

/// The body of a request, read member by member; all that is wrong with it is told at once.
class Body {
 public:
  explicit Body(Json value);
  Body(const Body&) = delete;
  Body& operator=(const Body&) = delete;

  const check::Members& members() const { return members_; }

  /// 400 with the problems that reading found, where there are any; members other than `known` are ones.
  Outcome<void> check(std::initializer_list<std::string_view> known);

 private:
  Json value_;
  check::Findings findings_;
  check::Members members_;
};

/// Reads a filter's members: state (a word or several), batch, tag, model, q.
store::JobFilter read_filter(const check::Members& members);

/// "a,b": states by name. Nothing where one of them is none.
std::optional<std::vector<JobState>> parse_states(std::string_view text);

/// What a text that names no state is answered with: all that do.
std::string state_words(std::string_view text);

}  // namespace reeld::api
