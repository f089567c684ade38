#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/store/calls.hpp"
#include "daemon/store/records.hpp"

namespace reeld::store {

/// What the engine does with jobs. A call that takes a Lease fails with kLeaseLost when a newer claim or a
/// person's cancel owns the job.
class JobStore : public Calls {
 public:
  // Claims.

  /// Moves due jobs into the queue, fails those past their deadline (unless the clock cannot be trusted), and
  /// claims up to `limit` in the queue's order. Twins of an unresolved submit wait for it.
  virtual Async<Claimed> claim(int limit, bool trust_clock = true) = 0;

  /// At start: jobs that were claimed but sent nothing go back to the queue, those that may have been sent
  /// become unknown, and those in flight are claimed anew and returned.
  virtual Async<Recovery> recover() = 0;

  /// When submits were sent in the minute before now, oldest first.
  virtual Async<std::vector<Time>> recent_intents() = 0;

  // The life of a claimed job.

  /// Commits that the request of this attempt is about to be sent, and reserves what it may cost, if the
  /// budget allows it.
  virtual Async<Admission> record_intent(Lease lease, Intent intent) = 0;

  /// Keeps the id that an attempt's answer named, whoever holds the job now, then moves the job to
  /// generating. False: the id is kept, but the job has another owner. kConflict: another attempt has this id
  /// on record.
  virtual Async<bool> record_accepted(Lease lease, Acceptance acceptance) = 0;

  /// An attempt's answer was a clear no (or nothing was sent), although somebody else has the job by now: its
  /// outcome is known all the same, whoever holds the job.
  virtual Async<void> close_attempt(IntentId intent, bool was_sent) = 0;

  /// The generation of a cancelled job is about to be deleted from the account: a retry renders anew. False:
  /// the job goes on with it, or has done so, and nothing may be deleted.
  virtual Async<bool> forget_generation(JobId job, GenerationId generation) = 0;

  /// Moves the job, and says why.
  virtual Async<void> move(Lease lease, Move move) = 0;

  /// Adds a line to the job's history without moving it.
  virtual Async<void> note(JobId job, std::string text, Json detail) = 0;

  /// Sets the flag of a render that takes longer than it should.
  virtual Async<void> mark_overdue(Lease lease, std::string text) = 0;

  /// The render is complete: remembers its films and moves the job to downloading. `render_time` is learned
  /// from; nothing where nobody watched the whole render.
  virtual Async<void> record_films(Lease lease, std::vector<NewFilm> films,
                                   std::optional<Duration> render_time) = 0;

  /// How far a film's download is known to be on the disk.
  virtual Async<void> record_progress(Lease lease, FilmProgress progress) = 0;

  /// Commits what is about to be published where, before the rename.
  virtual Async<void> record_film_file(Lease lease, FilmFile file) = 0;

  /// The film stands at its place.
  virtual Async<void> record_published(Lease lease, int film) = 0;

  /// Gives a job another result path, because a foreign file stands at the reserved one.
  virtual Async<void> change_output(Lease lease, std::string output_path) = 0;

  /// How long recent renders of this kind took, newest first, at most 50.
  virtual Async<std::vector<Duration>> render_times(RenderKind kind) = 0;

  /// Adds a line to the queue's own history.
  virtual Async<void> announce(EventKind kind, std::string text, Json detail) = 0;

  /// Jobs in each state.
  virtual Async<StateCounts> counts() = 0;
};

}  // namespace reeld::store
