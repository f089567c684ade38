#pragma once

#include <string>

#include "tests/e2e/daemon.hpp"

namespace reeld::test {

/// How the daemon's ledger differs from the simulated account, in words; empty where they agree to the cent:
/// what `reeld costs` sums up (charged and not refunded) is what the account has lost since it held
/// `initial`. A submit whose outcome is still open may have been paid, so what is reserved for those may be
/// missing. The daemon must run.
std::string ledger_difference(Daemon& daemon, sim::Money initial = sim::Options{}.balance);

/// Fails the test where they differ.
void expect_ledger_agrees(Daemon& daemon, sim::Money initial = sim::Options{}.balance);

}  // namespace reeld::test
