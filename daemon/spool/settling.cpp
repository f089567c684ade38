#include "daemon/spool/settling.hpp"

#include <algorithm>

namespace reeld::spool {

namespace {

bool is_unchanged(const Arrival& a, const Arrival& b) {
  return a.inode == b.inode && a.size == b.size && a.modified_ns == b.modified_ns;
}

}  // namespace

Duration Settling::observe(const Arrival& arrival, Duration now) {
  auto [entry, is_new] = seen_.try_emplace(arrival.name, Seen{arrival, now});
  if (!is_new && !is_unchanged(entry->second.arrival, arrival)) entry->second = Seen{arrival, now};
  return std::max(Duration(0), entry->second.since + settle_ - now);
}

void Settling::keep_only(const std::vector<Arrival>& arrivals) {
  std::map<std::string, Seen> kept;
  for (const Arrival& arrival : arrivals) {
    if (auto found = seen_.extract(arrival.name)) kept.insert(std::move(found));
  }
  seen_ = std::move(kept);
}

}  // namespace reeld::spool
