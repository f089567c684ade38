#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/job/ids.hpp"
#include "common/job/state.hpp"
#include "common/util/error.hpp"
#include "common/util/json.hpp"
#include "common/util/time.hpp"
#include "daemon/store/records.hpp"

namespace reeld::store {

/// The queue's durable state. Each call is one complete operation: when it returns, it is on the disk.
///
/// Calls wait for the store's own thread; they cannot be cancelled once made. Every call may fail with
/// kUnavailable (disk full, I/O error): nothing was changed then. A call that takes a Lease fails with
/// kLeaseLost when a newer claim or a person's cancel owns the job. A state change and the event that
/// explains it are one transaction, and one that the table of transitions lacks is kInternal.
class Store {
 public:
  virtual ~Store() = default;

  template <class T>
  using Async = boost::asio::awaitable<Result<T>>;

  /// Which queue this is: made with the database, never changed.
  virtual const std::string& queue_id() const = 0;

  // Intake. A batch is staged in chunks, then becomes visible at once.

  /// Adds jobs to a batch that is not accepted yet, reserves their result paths, and says what became of
  /// each.
  virtual Async<std::vector<StagedJob>> stage(BatchId batch, std::vector<NewJob> jobs) = 0;

  /// Makes a batch and all that was staged for it visible to claims, in one commit. kConflict: it was before.
  virtual Async<void> accept(NewBatch batch) = 0;

  /// Forgets what was staged for a batch that was never accepted.
  virtual Async<void> discard(BatchId batch) = 0;

  /// kNotFound: no such batch was ever accepted.
  virtual Async<BatchSummary> batch(BatchId batch) = 0;

  /// The batch that was accepted with these bytes since `since`, if any.
  virtual Async<std::optional<BatchSummary>> batch_with_digest(std::string sha256, Time since) = 0;

  /// Up to `limit` jobs of a batch behind `after` (0 at first), in their order in the file.
  virtual Async<std::vector<BatchJob>> batch_jobs(BatchId batch, int after, int limit) = 0;

  /// Batches whose jobs are all final and whose end nobody has told yet.
  virtual Async<std::vector<BatchSummary>> finished_batches() = 0;

  /// The end of this batch has been told.
  virtual Async<void> mark_reported(BatchId batch) = 0;

  /// Batches whose receipts name a result path that a job has left since.
  virtual Async<std::vector<BatchSummary>> stale_receipts() = 0;

  /// The batch's receipt tells the truth again.
  virtual Async<void> mark_receipt_written(BatchId batch) = 0;

  // Claims.

  /// Moves due jobs into the queue, fails those past their deadline, and claims up to `limit` in the queue's
  /// order.
  virtual Async<Claimed> claim(int limit) = 0;

  /// At start: jobs that were claimed but sent nothing go back to the queue, those that may have been sent
  /// become unknown, and those in flight are claimed anew and returned.
  virtual Async<Recovery> recover() = 0;

  /// When submits were sent in the minute before now, oldest first.
  virtual Async<std::vector<Time>> recent_intents() = 0;

  // The life of a claimed job.

  /// Commits that the request of this attempt is about to be sent.
  virtual Async<void> record_intent(Lease lease, Intent intent) = 0;

  /// Keeps the id that an attempt's answer named, whoever holds the job now, then moves the job to
  /// generating. False: the id is kept, but the job has another owner. kConflict: another attempt has this id
  /// on record.
  virtual Async<bool> record_accepted(Lease lease, Acceptance acceptance) = 0;

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

  // What people ask for.

  /// Cancels, retries, holds or releases jobs. Each is refused or done for itself; a change takes the job away
  /// from whoever worked on it. `by` is who asked, for the history; empty: not known.
  virtual Async<ActionResult> act(Action action, std::vector<JobId> jobs, std::string by) = 0;

  /// Lets a held batch go on: its held jobs are queued again. How many they were. kNotFound.
  virtual Async<int> release_batch(BatchId batch, std::string by) = 0;

  /// Says what became of a submit that nobody knows the outcome of. kNotFound; kConflict: the job waits for no
  /// such word, or the generation is another job's.
  virtual Async<ActionResult> resolve(JobId job, Resolution resolution, std::string by) = 0;

  /// Changes a job that has not ended. kNotFound; kConflict: it has.
  virtual Async<void> edit(JobId job, JobEdit edit, std::string by) = 0;

  /// Stops submits until resume(), also over a restart.
  virtual Async<void> pause(Pause pause) = 0;
  virtual Async<void> resume(std::string by) = 0;
  virtual Async<std::optional<Pause>> paused() = 0;

  /// The batch that was accepted with this Idempotency-Key, if any.
  virtual Async<std::optional<BatchSummary>> batch_with_idempotency_key(std::string key) = 0;

  /// Adds a line to the queue's own history.
  virtual Async<void> announce(EventKind kind, std::string text, Json detail) = 0;

  // Messages to hooks. They are made from the history, so that none is lost.

  /// Turns what the history says since the last call into deliveries to `hooks`, for the kinds and states that
  /// hooks are told of. A hook that is new begins with what comes from now on. How many lines were looked at.
  virtual Async<int> collect_deliveries(std::vector<std::string> hooks) = 0;

  /// Deliveries that are due, oldest first, one for each hook and order.
  virtual Async<std::vector<Delivery>> due_deliveries(int limit) = 0;

  /// It went out, or was given up (`words` say why): it is not tried again.
  virtual Async<void> finish_delivery(std::int64_t delivery, std::string words) = 0;

  /// It failed; the next try comes at `due`.
  virtual Async<void> put_off_delivery(std::int64_t delivery, Time due, std::string words) = 0;

  /// When the next delivery that waits is due; nothing where none waits.
  virtual Async<std::optional<Time>> next_delivery() = 0;

  /// Called after each commit that changed something, on the store's thread.
  virtual void on_commit(std::function<void()> callback) = 0;

  // Reading and closing.

  /// Jobs in each state.
  virtual Async<StateCounts> counts() = 0;

  /// Runs everything that was asked for, checkpoints and closes. No call may follow. Blocks.
  virtual void close() = 0;
};

}  // namespace reeld::store
