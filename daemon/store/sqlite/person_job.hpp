#pragma once

#include <optional>
#include <string>

#include "daemon/store/sqlite/rows.hpp"

namespace reeld::store::sqlite {

/// A job as a person's wish meets it, whoever works on it.
struct PersonJob {
  JobId id;
  std::string batch;
  JobState state = JobState::kQueued;
  IntentId intent;
  GenerationId generation;
  std::string error_class;
  bool batch_held = false;
  bool open_attempt = false;    ///< a submit of it whose outcome nobody knows
  bool film_published = false;  ///< at least one of its films stands at its place
  bool films_known = false;     ///< the films of its generation are on record
};

/// Nothing where there is no such job.
std::optional<PersonJob> read_person_job(Connection& db, const JobId& id);

/// A new life begins: old refusals count no more, and a deadline that has passed is forgiven.
void forget_troubles(Connection& db, const JobId& job, Time now);

/// Moves the job and takes it from whoever holds it: their lease is void from now on. Only along the table of
/// transitions; anything else is a bug and throws.
void move_by_person(Connection& db, const PersonJob& job, JobState to, const std::string& words, Time now);

}  // namespace reeld::store::sqlite
