#include "daemon/spool/retries.hpp"

#include <algorithm>

namespace reeld::spool {

namespace {
constexpr Duration kFirst{1'000};
constexpr Duration kLongest{30'000};
constexpr int kMaxDoublings = 5;
}  // namespace

bool Retries::may_try(const std::string& what, Duration now) const {
  const auto found = failed_.find(what);
  return found == failed_.end() || now >= found->second.due;
}

void Retries::failed(const std::string& what, Duration now) {
  Failure& failure = failed_[what];
  failure.due = now + std::min(kLongest, kFirst * (1 << std::min(failure.count, kMaxDoublings)));
  ++failure.count;
}

Duration Retries::end_round(Duration started, Duration now, Duration limit) {
  std::erase_if(failed_, [started](const auto& entry) { return entry.second.due <= started; });
  for (const auto& [what, failure] : failed_)
    limit = std::min(limit, std::max(Duration(0), failure.due - now));
  return limit;
}

}  // namespace reeld::spool
