#pragma once

#include "tests/e2e/daemon.hpp"
#include "tests/matrix/row.hpp"

namespace reeld::matrix {

/// Compares what the running daemon says with the cloud's ledger and with the films on disk.
Tally judge(test::Daemon& daemon, const Row& row);

}  // namespace reeld::matrix
