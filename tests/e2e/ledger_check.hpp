#pragma once

#include "tests/e2e/daemon.hpp"

namespace reeld::test {

/// Fails the test unless the daemon's ledger and the simulated account agree to the cent: what `reeld costs`
/// sums up (charged and not refunded) is what the account has lost since it held `initial`. A submit whose
/// outcome is still open may have been paid, so what is reserved for those may be missing. The daemon must
/// run.
void expect_ledger_agrees(Daemon& daemon, sim::Money initial = sim::Options{}.balance);

}  // namespace reeld::test
