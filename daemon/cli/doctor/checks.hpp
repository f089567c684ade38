#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "common/config/config.hpp"
#include "daemon/cli/control.hpp"
#include "daemon/cli/doctor/findings.hpp"
#include "daemon/cli/doctor/service.hpp"

/// The checks of `reeld doctor`, one file for each group. None changes anything but for a file that it makes
/// and removes again.
namespace reeld::cli::checks {

/// Who may read and write the folders, the queue and the spool.
void check_permissions(const Config& config, const std::filesystem::path& database, Findings& findings);

/// Room on the disks; `thorough` also how long they take to sync.
void check_disks(const Config& config, const std::filesystem::path& database, bool thorough,
                 Findings& findings);

/// SQLite, the queue's schema and (`thorough`) its soundness; jobs that go on no more by themselves.
void check_queue(const std::filesystem::path& database, bool thorough, bool daemon_runs, Findings& findings);

/// Files that were claimed from the spool, and not taken in since.
void check_spool(const Config& config, Findings& findings);

/// kUnclear: somebody may be there whom this user may not ask, or who does not answer.
enum class Presence { kAnswers, kAbsent, kUnclear };

/// Whether the daemon answers, and what stops it. `needed`: it is a problem where it does not run.
Presence check_daemon(Control& control, bool needed, Findings& findings);

/// Folders and addresses as a start by this user would find them; only where no daemon has them. Nothing
/// where the data folder is another user's: that one's start would find something else.
void check_places(const Config& config, const std::filesystem::path& database,
                  const std::map<std::string, std::string>& environment, Findings& findings);

/// The way to the service: its name, the connection, the key, the clock. The account where all is well.
std::optional<leonardo::Account> check_service(Service& service, Findings& findings);

/// What the documentation leaves open, by free requests.
void check_facts(Service& service, const leonardo::Account& account, Findings& findings);

/// The same by one render of 6 s that costs money. Prints what it does at once.
void check_by_render(Service& service, const leonardo::Account& account, Findings& findings);

}  // namespace reeld::cli::checks
