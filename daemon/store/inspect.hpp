#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "common/util/time.hpp"
#include "daemon/store/records.hpp"

/// Looking after a queue's file from outside, beside a running daemon or without one. Nothing here changes
/// the queue. Blocking.
namespace reeld::store {

/// What a copy holds.
struct CopyReport {
  std::int64_t jobs = 0;
  std::string queue_id;
  std::uint64_t size = 0;  ///< bytes
};

/// Copies the queue as it is at one moment into `copy`, an empty file that the caller has made, marks it as a
/// copy made at `now` (meta: backup_of, backed_up_at; a copy of a copy keeps the first time until it is
/// compared with the account) and checks it. Nothing is synced. kUnavailable: the queue cannot be read; kIo,
/// kNoSpace: the copy cannot be written, and the detail is what SQLite says; kInternal: the copy is damaged.
Result<CopyReport> copy_queue(const std::filesystem::path& database, const std::filesystem::path& copy,
                              Time now);

/// How a queue's file is.
struct Inspection {
  StateCounts counts;
  std::int64_t overdue = 0;  ///< of the generating ones
  std::int64_t held_batches = 0;
  std::uint64_t log_bytes = 0;      ///< of its write-ahead log
  std::vector<std::string> damage;  ///< what integrity_check says, the first lines; empty: it is sound
};

/// Whether the daemon would open the queue as far as its schema goes; steps that are missing are fine.
/// kBadInput: it belongs to a newer reeld, or its migrations were edited. kUnavailable: it cannot be read.
Result<void> check_schema(const std::filesystem::path& database);

/// Whether a daemon of this queue has marked `folder` as one for its results (OpenOptions::results).
/// kUnavailable: the queue cannot be read.
Result<bool> knows_results(const std::filesystem::path& database, const std::filesystem::path& folder);

/// Opens the queue read-only and looks; `thorough` reads all of it. kNotFound: there is none.
Result<Inspection> inspect_queue(const std::filesystem::path& database, bool thorough);

}  // namespace reeld::store
