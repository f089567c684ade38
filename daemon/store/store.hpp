#pragma once

#include <functional>

#include "daemon/store/control_store.hpp"
#include "daemon/store/intake_store.hpp"
#include "daemon/store/job_store.hpp"
#include "daemon/store/outbox.hpp"
#include "daemon/store/reconcile_store.hpp"

namespace reeld::store {

/// The queue's durable state as a whole.
class Store : public IntakeStore, public JobStore, public ControlStore, public Outbox, public ReconcileStore {
 public:
  /// Called after each commit that changed something, on the store's thread.
  virtual void on_commit(std::function<void()> callback) = 0;

  /// Runs everything that was asked for, checkpoints and closes. No call may follow. Blocks.
  virtual void close() = 0;
};

}  // namespace reeld::store
