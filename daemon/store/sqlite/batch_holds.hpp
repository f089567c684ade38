#pragma once

#include <string>

#include "daemon/store/sqlite/rows.hpp"

/// A batch whose jobs keep being refused for the same reason is held, so that one mistake does not burn them
/// all.
namespace reeld::store::sqlite {

/// A submit of this job was accepted: the batch's refusals begin anew.
void note_acceptance(Connection& db, const JobId& job);

/// A submit of this job was refused for good. Holds its batch at the fifth of one class in a row.
void note_refusal(Connection& db, const JobId& job, const std::string& error_class, Time now);

/// The budget lets none of the batch's jobs go on. The release that follows allows it `next_allowance`
/// dollars more.
void hold_over_budget(Connection& db, const BatchId& batch, const std::string& why, Amount next_allowance,
                      Time now);

/// See ControlStore::release_batch.
Result<int> release_batch(Connection& db, const BatchId& batch, const std::string& by, Time now);
Result<int> go_on_releasing(Connection& db, const BatchId& batch, const std::string& by, Time now);

}  // namespace reeld::store::sqlite
