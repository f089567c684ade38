#include "daemon/hooks/event_name.hpp"

#include <array>

namespace reeld::hooks {
namespace {

using store::EventKind;

constexpr std::array kJobEvents{
    std::pair{JobState::kSucceeded, std::string_view("job.succeeded")},
    std::pair{JobState::kFailed, std::string_view("job.failed")},
    std::pair{JobState::kCancelled, std::string_view("job.cancelled")},
    std::pair{JobState::kParked, std::string_view("job.parked")},
    std::pair{JobState::kUnknown, std::string_view("job.unknown")},
};

constexpr std::array kOtherEvents{
    std::pair{EventKind::kBatchFinished, std::string_view("batch.finished")},
    std::pair{EventKind::kBatchHeld, std::string_view("batch.held")},
    std::pair{EventKind::kAccountHeld, std::string_view("account.held")},
    std::pair{EventKind::kAccountResumed, std::string_view("account.resumed")},
    std::pair{EventKind::kDiskLow, std::string_view("disk.low")},
    std::pair{EventKind::kDiskOk, std::string_view("disk.ok")},
    std::pair{EventKind::kQueuePaused, std::string_view("queue.paused")},
    std::pair{EventKind::kQueueResumed, std::string_view("queue.resumed")},
};

constexpr auto kNames = [] {
  std::array<std::string_view, kJobEvents.size() + kOtherEvents.size()> names;
  std::size_t count = 0;
  for (const auto& event : kJobEvents) names[count++] = event.second;
  for (const auto& event : kOtherEvents) names[count++] = event.second;
  return names;
}();

template <class Table, class Key>
std::optional<std::string_view> look_up(const Table& table, Key key) {
  for (const auto& [known, name] : table) {
    if (known == key) return name;
  }
  return std::nullopt;
}

}  // namespace

std::span<const std::string_view> event_names() {
  return kNames;
}

std::optional<std::string_view> event_name(const store::EventLine& line) {
  if (line.kind != EventKind::kTransition) return look_up(kOtherEvents, line.kind);
  return line.to ? look_up(kJobEvents, *line.to) : std::nullopt;
}

}  // namespace reeld::hooks
