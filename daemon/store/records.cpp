#include "daemon/store/records.hpp"

#include <algorithm>
#include <array>

namespace reeld::store {
namespace {

struct KindName {
  EventKind kind;
  std::string_view name;
};

constexpr std::array kKindNames{
    KindName{EventKind::kTransition, "transition"},
    KindName{EventKind::kNote, "note"},
    KindName{EventKind::kBatchAccepted, "batch_accepted"},
    KindName{EventKind::kBatchFinished, "batch_finished"},
    KindName{EventKind::kBatchHeld, "batch_held"},
    KindName{EventKind::kBatchReleased, "batch_released"},
    KindName{EventKind::kAccountHeld, "account_held"},
    KindName{EventKind::kAccountResumed, "account_resumed"},
    KindName{EventKind::kQueuePaused, "queue_paused"},
    KindName{EventKind::kQueueResumed, "queue_resumed"},
    KindName{EventKind::kDiskLow, "disk_low"},
    KindName{EventKind::kDiskOk, "disk_ok"},
    KindName{EventKind::kConfigReloaded, "config_reloaded"},
};

}  // namespace

std::string_view to_string(EventKind kind) {
  return std::ranges::find(kKindNames, kind, &KindName::kind)->name;
}

std::optional<EventKind> parse_event_kind(std::string_view name) {
  const auto* const found = std::ranges::find(kKindNames, name, &KindName::name);
  if (found == kKindNames.end()) return std::nullopt;
  return found->kind;
}

std::string_view to_string(Action action) {
  switch (action) {
    case Action::kCancel:
      return "cancel";
    case Action::kRetry:
      return "retry";
    case Action::kHold:
      return "hold";
    case Action::kRelease:
      return "release";
  }
  return "cancel";
}

}  // namespace reeld::store
