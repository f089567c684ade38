#include "daemon/store/sqlite/sqlite_store.hpp"

#include "daemon/store/sqlite/attempts.hpp"
#include "daemon/store/sqlite/batch_holds.hpp"
#include "daemon/store/sqlite/claims.hpp"
#include "daemon/store/sqlite/deliveries.hpp"
#include "daemon/store/sqlite/file_removals.hpp"
#include "daemon/store/sqlite/films.hpp"
#include "daemon/store/sqlite/frames.hpp"
#include "daemon/store/sqlite/intake.hpp"
#include "daemon/store/sqlite/people.hpp"
#include "daemon/store/sqlite/prune.hpp"
#include "daemon/store/sqlite/reconcile.hpp"
#include "daemon/store/sqlite/restored.hpp"
#include "daemon/store/sqlite/store_thread.hpp"

namespace reeld::store::sqlite {
namespace {

std::string read_queue_id(Connection& connection) {
  Query row = connection.query("SELECT value FROM meta WHERE key = 'queue_id'");
  if (!row.step()) throw std::runtime_error("the database does not say which queue it is");
  return row.text(0);
}

/// Hands every operation to the store's thread; what each does is in the file of its kind.
class SqliteStore final : public Store {
 public:
  SqliteStore(std::unique_ptr<Connection> connection, const Clock& clock, Observer& observer)
      : clock_(clock), queue_id_(read_queue_id(*connection)), thread_(std::move(connection), observer) {}

  const std::string& queue_id() const override { return queue_id_; }

  Async<std::vector<StagedJob>> stage(BatchId batch, std::vector<NewJob> jobs) override {
    return thread_.submit<std::vector<StagedJob>>(
        "store.stage", [batch = std::move(batch), jobs = std::move(jobs)](Connection& db) {
          return sqlite::stage(db, batch, jobs);
        });
  }
  Async<void> accept(NewBatch batch) override {
    return thread_.submit<void>("store.accept", [this, batch = std::move(batch)](Connection& db) {
      return sqlite::accept(db, batch, clock_.now());
    });
  }
  Async<void> discard(BatchId batch) override {
    return thread_.submit<void>(
        "store.discard", [batch = std::move(batch)](Connection& db) { return sqlite::discard(db, batch); });
  }
  Async<BatchSummary> batch(BatchId batch) override {
    return thread_.submit<BatchSummary>(
        "store.batch", [batch = std::move(batch)](Connection& db) { return find_batch(db, batch); });
  }
  Async<std::optional<BatchSummary>> batch_with_digest(std::string sha256, Time since) override {
    return thread_.submit<std::optional<BatchSummary>>("store.batch_with_digest",
                                                       [sha256 = std::move(sha256), since](Connection& db) {
                                                         return sqlite::batch_with_digest(db, sha256, since);
                                                       });
  }
  Async<std::vector<BatchJob>> batch_jobs(BatchId batch, int after, int limit) override {
    return thread_.submit<std::vector<BatchJob>>("store.batch_jobs",
                                                 [batch = std::move(batch), after, limit](Connection& db) {
                                                   return sqlite::batch_jobs(db, batch, after, limit);
                                                 });
  }
  Async<std::vector<BatchSummary>> finished_batches() override {
    return thread_.submit<std::vector<BatchSummary>>(
        "store.finished_batches", [](Connection& db) { return sqlite::finished_batches(db); });
  }
  Async<void> mark_reported(BatchId batch) override {
    return thread_.submit<void>("store.mark_reported", [batch = std::move(batch)](Connection& db) {
      return sqlite::mark_reported(db, batch);
    });
  }

  Async<std::vector<BatchSummary>> stale_receipts() override {
    return thread_.submit<std::vector<BatchSummary>>(
        "store.stale_receipts", [](Connection& db) { return sqlite::stale_receipts(db); });
  }
  Async<void> mark_receipt_written(BatchId batch) override {
    return thread_.submit<void>("store.mark_receipt_written", [batch = std::move(batch)](Connection& db) {
      return sqlite::mark_receipt_written(db, batch);
    });
  }

  Async<Claimed> claim(int limit, bool trust_clock) override {
    return thread_.submit<Claimed>("store.claim", [this, limit, trust_clock](Connection& db) {
      return sqlite::claim(db, limit, trust_clock, clock_.now());
    });
  }
  Async<Recovery> recover() override {
    return thread_.submit<Recovery>("store.recover",
                                    [this](Connection& db) { return sqlite::recover(db, clock_.now()); });
  }
  Async<std::vector<Time>> recent_intents() override {
    return thread_.submit<std::vector<Time>>(
        "store.recent_intents", [this](Connection& db) { return sqlite::recent_intents(db, clock_.now()); });
  }

  Async<Admission> record_intent(Lease lease, Intent intent) override {
    return thread_.submit<Admission>(
        "store.intent", [this, lease = std::move(lease), intent = std::move(intent)](Connection& db) {
          return sqlite::record_intent(db, lease, intent, clock_.now());
        });
  }
  Async<bool> record_accepted(Lease lease, Acceptance acceptance) override {
    return thread_.submit<bool>("store.accepted", [this, lease = std::move(lease),
                                                   acceptance = std::move(acceptance)](Connection& db) {
      return sqlite::record_accepted(db, lease, acceptance, clock_.now());
    });
  }
  Async<void> close_attempt(IntentId intent, bool was_sent) override {
    return thread_.submit<void>("store.close_attempt",
                                [this, intent = std::move(intent), was_sent](Connection& db) {
                                  return sqlite::close_attempt(db, intent, was_sent, clock_.now());
                                });
  }
  Async<bool> forget_generation(JobId job, GenerationId generation) override {
    return thread_.submit<bool>(
        "store.forget_generation",
        [this, job = std::move(job), generation = std::move(generation)](Connection& db) {
          return sqlite::forget_generation(db, job, generation, clock_.now());
        });
  }
  Async<void> move(Lease lease, Move move) override {
    return thread_.submit<void>("store.move",
                                [this, lease = std::move(lease), move = std::move(move)](Connection& db) {
                                  return sqlite::move(db, lease, move, clock_.now());
                                });
  }
  Async<void> note(JobId job, std::string text, Json detail) override {
    return thread_.submit<void>(
        "store.note", [this, job = std::move(job), text = std::move(text), detail = std::move(detail)](
                          Connection& db) { return sqlite::note(db, job, text, detail, clock_.now()); });
  }
  Async<void> mark_overdue(Lease lease, std::string text) override {
    return thread_.submit<void>("store.overdue",
                                [this, lease = std::move(lease), text = std::move(text)](Connection& db) {
                                  return sqlite::mark_overdue(db, lease, text, clock_.now());
                                });
  }
  Async<void> record_films(Lease lease, std::vector<NewFilm> films,
                           std::optional<Duration> render_time) override {
    return thread_.submit<void>("store.films", [this, lease = std::move(lease), films = std::move(films),
                                                render_time](Connection& db) {
      return sqlite::record_films(db, lease, films, render_time, clock_.now());
    });
  }
  Async<void> record_progress(Lease lease, FilmProgress progress) override {
    return thread_.submit<void>("store.progress",
                                [lease = std::move(lease), progress = std::move(progress)](Connection& db) {
                                  return sqlite::record_progress(db, lease, progress);
                                });
  }
  Async<void> record_film_file(Lease lease, FilmFile file) override {
    return thread_.submit<void>("store.film_file",
                                [lease = std::move(lease), file = std::move(file)](Connection& db) {
                                  return sqlite::record_film_file(db, lease, file);
                                });
  }
  Async<void> record_published(Lease lease, int film) override {
    return thread_.submit<void>("store.published", [lease = std::move(lease), film](Connection& db) {
      return sqlite::record_published(db, lease, film);
    });
  }
  Async<void> change_output(Lease lease, std::string output_path) override {
    return thread_.submit<void>(
        "store.change_output", [lease = std::move(lease), output_path = std::move(output_path)](
                                   Connection& db) { return sqlite::change_output(db, lease, output_path); });
  }
  Async<std::vector<Duration>> render_times(RenderKind kind) override {
    return thread_.submit<std::vector<Duration>>(
        "store.render_times",
        [kind = std::move(kind)](Connection& db) { return sqlite::render_times(db, kind); });
  }
  Async<void> announce(EventKind kind, std::string text, Json detail) override {
    return thread_.submit<void>(
        "store.announce",
        [this, kind, text = std::move(text), detail = std::move(detail)](Connection& db) -> Result<void> {
          sqlite::announce(db, kind, text, detail, clock_.now());
          return {};
        });
  }
  Async<StateCounts> counts() override {
    return thread_.submit<StateCounts>("store.counts", [](Connection& db) { return read_counts(db); });
  }

  Async<std::optional<BatchSummary>> batch_with_idempotency_key(std::string key) override {
    return thread_.submit<std::optional<BatchSummary>>(
        "store.batch_with_idempotency_key",
        [key = std::move(key)](Connection& db) { return sqlite::batch_with_idempotency_key(db, key); });
  }

  Async<ActionResult> act(Action action, std::vector<JobId> jobs, std::string by) override {
    return thread_.submit<ActionResult>(
        "store.act", [this, action, jobs = std::move(jobs), by = std::move(by)](Connection& db) {
          return sqlite::act(db, action, jobs, by, clock_.now());
        });
  }
  Async<int> release_batch(BatchId batch, std::string by) override {
    return thread_.submit<int>("store.release",
                               [this, batch = std::move(batch), by = std::move(by)](Connection& db) {
                                 return sqlite::release_batch(db, batch, by, clock_.now());
                               });
  }
  Async<int> go_on_releasing(BatchId batch, std::string by) override {
    return thread_.submit<int>("store.release",
                               [this, batch = std::move(batch), by = std::move(by)](Connection& db) {
                                 return sqlite::go_on_releasing(db, batch, by, clock_.now());
                               });
  }
  Async<ActionResult> resolve(JobId job, Resolution resolution, std::string by) override {
    return thread_.submit<ActionResult>(
        "store.resolve",
        [this, job = std::move(job), resolution = std::move(resolution), by = std::move(by)](Connection& db) {
          return sqlite::resolve(db, job, resolution, by, clock_.now());
        });
  }
  Async<void> edit(JobId job, JobEdit edit, std::string by) override {
    return thread_.submit<void>(
        "store.edit", [this, job = std::move(job), edit = std::move(edit), by = std::move(by)](
                          Connection& db) { return sqlite::edit(db, job, edit, by, clock_.now()); });
  }
  Async<void> pause(Pause pause) override {
    return thread_.submit<void>(
        "store.pause", [pause = std::move(pause)](Connection& db) { return sqlite::pause(db, pause); });
  }
  Async<void> resume(std::string by) override {
    return thread_.submit<void>("store.resume", [this, by = std::move(by)](Connection& db) {
      return sqlite::resume(db, by, clock_.now());
    });
  }
  Async<std::optional<Pause>> paused() override {
    return thread_.submit<std::optional<Pause>>(
        "store.paused", [](Connection& db) -> Result<std::optional<Pause>> { return read_pause(db); });
  }

  Async<std::vector<OpenAttempt>> open_attempts() override {
    return thread_.submit<std::vector<OpenAttempt>>(
        "store.open_attempts", [this](Connection& db) { return sqlite::open_attempts(db, clock_.now()); });
  }
  Async<std::vector<GenerationId>> unrecorded(std::vector<GenerationId> seen) override {
    return thread_.submit<std::vector<GenerationId>>(
        "store.unrecorded",
        [seen = std::move(seen)](Connection& db) { return sqlite::unrecorded(db, seen); });
  }
  Async<std::optional<ClaimedJob>> adopt(IntentId intent, GenerationId generation,
                                         std::string words) override {
    return thread_.submit<std::optional<ClaimedJob>>(
        "store.adopt",
        [this, intent = std::move(intent), generation = std::move(generation), words = std::move(words)](
            Connection& db) { return sqlite::adopt(db, intent, generation, words, clock_.now()); });
  }
  Async<void> record_absent(IntentId intent, bool resend, std::string words) override {
    return thread_.submit<void>(
        "store.absent", [this, intent = std::move(intent), resend, words = std::move(words)](Connection& db) {
          return sqlite::record_absent(db, intent, resend, words, clock_.now());
        });
  }
  Async<void> record_ambiguous(IntentId intent, std::vector<GenerationId> candidates,
                               std::string words) override {
    return thread_.submit<void>(
        "store.ambiguous", [this, intent = std::move(intent), candidates = std::move(candidates),
                            words = std::move(words)](Connection& db) {
          return sqlite::record_ambiguous(db, intent, candidates, words, clock_.now());
        });
  }

  Async<std::optional<Restored>> restored_from() override {
    return thread_.submit<std::optional<Restored>>("store.restored_from",
                                                   [](Connection& db) { return sqlite::restored_from(db); });
  }
  Async<std::vector<WaitingJob>> unfinished_jobs(JobId after, int limit) override {
    return thread_.submit<std::vector<WaitingJob>>("store.unfinished_jobs",
                                                   [after = std::move(after), limit](Connection& db) {
                                                     return sqlite::unfinished_jobs(db, after, limit);
                                                   });
  }
  Async<void> mark_sent_since(JobId job, std::vector<GenerationId> candidates, std::string words) override {
    return thread_.submit<void>(
        "store.mark_sent_since",
        [this, job = std::move(job), candidates = std::move(candidates), words = std::move(words)](
            Connection& db) { return sqlite::mark_sent_since(db, job, candidates, words, clock_.now()); });
  }
  Async<void> forget_restored() override {
    return thread_.submit<void>("store.forget_restored",
                                [](Connection& db) { return sqlite::forget_restored(db); });
  }

  Async<int> collect_deliveries(std::vector<std::string> hooks) override {
    return thread_.submit<int>("store.collect_deliveries", [this, hooks = std::move(hooks)](Connection& db) {
      return sqlite::collect_deliveries(db, hooks, clock_.now());
    });
  }
  Async<std::vector<Delivery>> due_deliveries(std::string hook, int limit) override {
    return thread_.submit<std::vector<Delivery>>(
        "store.due_deliveries", [this, hook = std::move(hook), limit](Connection& db) {
          return sqlite::due_deliveries(db, hook, limit, clock_.now());
        });
  }
  Async<void> finish_delivery(std::int64_t delivery, std::string words) override {
    return thread_.submit<void>("store.finish_delivery",
                                [this, delivery, words = std::move(words)](Connection& db) {
                                  return sqlite::finish_delivery(db, delivery, words, clock_.now());
                                });
  }
  Async<void> put_off_delivery(std::int64_t delivery, Time due, std::string words) override {
    return thread_.submit<void>("store.put_off_delivery",
                                [delivery, due, words = std::move(words)](Connection& db) {
                                  return sqlite::put_off_delivery(db, delivery, due, words);
                                });
  }
  Async<std::optional<Time>> next_delivery() override {
    return thread_.submit<std::optional<Time>>("store.next_delivery",
                                               [](Connection& db) { return sqlite::next_delivery(db); });
  }

  Async<PruneStep> prune(PruneChoice choice, std::string after, int limit) override {
    return thread_.submit<PruneStep>(
        "store.prune", [this, choice = std::move(choice), after = std::move(after), limit](Connection& db) {
          return sqlite::prune(db, choice, after, limit, clock_.now());
        });
  }
  Async<int> release_files(Time ended_before, int limit) override {
    return thread_.submit<int>("store.release_files", [this, ended_before, limit](Connection& db) {
      return sqlite::release_files(db, ended_before, limit, clock_.now());
    });
  }
  Async<std::vector<ReleasedFiles>> released_files(JobId after, int limit) override {
    return thread_.submit<std::vector<ReleasedFiles>>("store.released_files",
                                                      [after = std::move(after), limit](Connection& db) {
                                                        return sqlite::released_files(db, after, limit);
                                                      });
  }
  Async<void> finish_removal(JobId job, std::string words) override {
    return thread_.submit<void>("store.finish_removal",
                                [this, job = std::move(job), words = std::move(words)](Connection& db) {
                                  return sqlite::finish_removal(db, job, words, clock_.now());
                                });
  }
  Async<bool> has_films_below(std::string folder) override {
    return thread_.submit<bool>("store.has_films_below", [folder = std::move(folder)](Connection& db) {
      return sqlite::has_films_below(db, folder);
    });
  }
  Async<int> forget_remains(Time before, int limit) override {
    return thread_.submit<int>("store.forget_remains", [before, limit](Connection& db) {
      return sqlite::forget_remains(db, before, limit);
    });
  }

  Async<void> stage_frames(std::vector<FramesOfJob> jobs) override {
    return thread_.submit<void>("store.stage_frames", [jobs = std::move(jobs)](Connection& db) {
      return sqlite::stage_frames(db, jobs);
    });
  }
  Async<JobFrames> job_frames(JobId job) override {
    return thread_.submit<JobFrames>(
        "store.job_frames", [job = std::move(job)](Connection& db) { return sqlite::job_frames(db, job); });
  }
  Async<std::optional<std::string>> uploaded_image(ImageKey key) override {
    return thread_.submit<std::optional<std::string>>(
        "store.uploaded_image",
        [key = std::move(key)](Connection& db) { return sqlite::uploaded_image(db, key); });
  }
  Async<void> remember_image(ImageKey key, std::string image_id) override {
    return thread_.submit<void>("store.remember_image",
                                [this, key = std::move(key), image_id = std::move(image_id)](Connection& db) {
                                  return sqlite::remember_image(db, key, image_id, clock_.now());
                                });
  }
  Async<bool> forget_images(JobId job, std::vector<std::string> image_ids) override {
    return thread_.submit<bool>("store.forget_images",
                                [job = std::move(job), image_ids = std::move(image_ids)](Connection& db) {
                                  return sqlite::forget_images(db, job, image_ids);
                                });
  }
  Async<std::vector<std::string>> unneeded_frames(std::vector<std::string> copies) override {
    return thread_.submit<std::vector<std::string>>(
        "store.unneeded_frames",
        [copies = std::move(copies)](Connection& db) { return sqlite::unneeded_frames(db, copies); });
  }

  void on_commit(std::function<void()> callback) override { thread_.on_commit(std::move(callback)); }
  std::string trouble() const override { return thread_.trouble(); }
  std::uint64_t wal_bytes() const override { return thread_.wal_bytes(); }
  void close() override { thread_.close(); }

 private:
  const Clock& clock_;
  const std::string queue_id_;
  StoreThread thread_;
};

}  // namespace

std::unique_ptr<Store> make_sqlite_store(std::unique_ptr<Connection> connection, const Clock& clock,
                                         Observer& observer) {
  return std::make_unique<SqliteStore>(std::move(connection), clock, observer);
}

}  // namespace reeld::store::sqlite
