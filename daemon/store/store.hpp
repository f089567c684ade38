#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "daemon/store/control_store.hpp"
#include "daemon/store/frame_store.hpp"
#include "daemon/store/intake_store.hpp"
#include "daemon/store/job_store.hpp"
#include "daemon/store/outbox.hpp"
#include "daemon/store/reconcile_store.hpp"
#include "daemon/store/upkeep_store.hpp"

namespace reeld::store {

/// The queue's durable state as a whole.
class Store : public IntakeStore,
              public FrameStore,
              public JobStore,
              public ControlStore,
              public Outbox,
              public ReconcileStore,
              public UpkeepStore {
 public:
  /// Called after each commit that changed something, on the store's thread.
  virtual void on_commit(std::function<void()> callback) = 0;

  /// Why nothing can be written just now (disk full, I/O error, file gone); empty: it can. While so, calls
  /// fail with kUnavailable, and the disk is tried again each second. Any thread.
  virtual std::string trouble() const = 0;

  /// Bytes in the write-ahead log after the last commit. Any thread.
  virtual std::uint64_t wal_bytes() const = 0;

  /// Runs everything that was asked for, checkpoints and closes. No call may follow. Blocks.
  virtual void close() = 0;
};

}  // namespace reeld::store
