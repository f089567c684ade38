#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/job/amount.hpp"
#include "common/job/ids.hpp"
#include "common/job/state.hpp"
#include "common/util/json.hpp"
#include "common/util/time.hpp"

/// What goes into the store and comes out of it.
namespace reeld::store {

/// What a render is like: jobs of one kind take about the same time.
struct RenderKind {
  std::string model;
  int width = 0;  ///< 0 where the size follows from the start frame
  int height = 0;
  int duration = 0;  ///< seconds of film
};

/// A checked job on its way into the queue.
struct NewJob {
  JobId id;
  int position = 0;  ///< from 1, in its batch: the line of a .jsonl, the element of a .json
  std::string name;
  std::string key;  ///< `reeld.id`; empty: none
  int priority = 0;
  std::optional<Time> not_before;
  std::optional<Time> deadline;
  std::vector<std::string> tags;
  RenderKind kind;
  int quantity = 1;
  std::optional<std::int64_t> seed;   ///< the submitter's own
  Json spec;                          ///< the checked job in full, to_json(JobSpec)
  std::filesystem::path start_frame;  ///< the copy of a local image, still to be uploaded; empty: none
  std::string output_path;            ///< below results, without "-N.mp4"; what is asked for
};

/// What became of a job that was staged.
struct StagedJob {
  JobId id;
  int position = 0;
  std::string output_path;        ///< reserved: as asked for, or with the short id where that was taken
  std::optional<JobId> existing;  ///< a job with the same key: this one is not made
};

/// A file (or a submit call) that becomes visible.
struct NewBatch {
  BatchId id;
  std::string name;                  ///< the file's name without its ending
  std::string file_name;             ///< as dropped; empty for a submit call
  std::string submitter;             ///< the file owner's user name or number
  std::string sha256;                ///< of the file's bytes
  std::string idempotency_key = {};  ///< of a submit call; empty: none
};

struct BatchSummary {
  BatchId id;
  std::string name;
  std::string file_name;
  std::string submitter;
  Time accepted_at{};
  std::optional<Time> finished_at;
  int jobs = 0;  ///< made by this batch; lines that named an existing job not counted
  int succeeded = 0;
  int failed = 0;
  int cancelled = 0;
  std::string held = {};    ///< why its jobs are held; empty: they are not
  std::string sha256 = {};  ///< of the file's or the submit call's bytes
};

/// A film as the store knows it.
struct Film {
  int number = 0;          ///< from 1
  std::string url;         ///< where it is served, without its query
  std::string poster_url;  ///< may be empty
  std::string path;        ///< of the published (or about to be) file; empty before
  std::uint64_t size = 0;
  std::string sha256;
  bool published = false;
  std::uint64_t synced = 0;  ///< bytes of the .part that are on the disk
  std::string validator;     ///< the ETag that those bytes belong to
};

/// A line of a receipt.
struct BatchJob {
  JobId id;
  int position = 0;
  std::string name;
  std::string output_path;
  int quantity = 1;
  bool duplicate = false;  ///< the id is the earlier job with the same key
  JobState state = JobState::kQueued;
  std::string failure;  ///< words, for a job that failed
  std::string cost;     ///< "0.0147 DOLLARS"; empty: not known
  std::vector<std::string> files;
};

/// A job in the hands of its worker.
struct ClaimedJob {
  Lease lease;
  JobState state = JobState::kSubmitting;
  BatchId batch;
  std::string name;
  RenderKind kind;
  int quantity = 1;
  std::optional<std::int64_t> seed;
  Json spec;
  std::string output_path;
  int tries = 0;       ///< refusals in a row that were retried: the exponent of the backoff
  int accepted = 0;    ///< generations that were accepted for it: counted against retry.render_attempts
  Time accepted_at{};  ///< into the queue
  Time state_since{};
  // Of the current attempt, where there is one.
  IntentId intent;
  GenerationId generation;
  std::int64_t sent_seed = 0;
  std::string request_body;  ///< as sent
  std::string cost_amount;   ///< decimal; empty: not known
  std::string cost_unit;     ///< "DOLLARS" or "CREDITS"
  std::optional<Time> generating_since;
  bool overdue = false;
  std::vector<Film> films;  ///< when downloading
};

struct Claimed {
  std::vector<ClaimedJob> jobs;
  std::optional<Time> next_due;  ///< of the jobs that wait for a time: when to claim again at the latest
  bool more = false;             ///< held jobs were in the way: claim again at once
};

struct Recovery {
  std::vector<ClaimedJob> in_flight;  ///< generating and downloading, under new leases
  int requeued = 0;
  int unknown = 0;
};

/// Dollars that may be spent; nothing: there is no cap.
struct Caps {
  std::optional<Amount> per_day;
  std::optional<Amount> per_batch;
  std::optional<Amount> total = {};  ///< of all that the queue has ever spent

  bool any() const { return per_day || per_batch || total; }
};

/// What a submit may cost, and may not.
struct Reservation {
  std::string price_kind;             ///< jobs of one kind are taken to cost the same
  std::optional<Amount> stated = {};  ///< dollars by the model table: until the service has named a cost
  Caps caps = {};
};

/// What the budget says of a submit.
enum class Admission {
  kAdmitted,    ///< the intent is committed and its price reserved: it may be sent
  kHeld,        ///< not now: the job is in the queue again and its batch held, or it waits, scheduled
  kAwaitPrice,  ///< another submit of unknown price may be answered any moment; nothing was changed
};

/// One attempt to submit, as it is committed before its first byte leaves.
struct Intent {
  IntentId id;
  std::int64_t seed = 0;
  std::string body;  ///< as sent
  std::string base_url;
  std::string account;   ///< the account's user id
  Time upstream_time{};  ///< now, by the service's clock
  Reservation reservation = {};
  std::string fingerprint = {};  ///< of the job: no other submit with the same one may be unresolved
};

/// A heard id.
struct Acceptance {
  IntentId intent;
  GenerationId generation;
  std::string cost_amount;
  std::string cost_unit;
  std::string event;  ///< for the history
};

/// A change of state with its reason.
struct Move {
  Move(JobState old_state, JobState new_state, std::string words)
      : from(old_state), to(new_state), event(std::move(words)) {}

  JobState from;
  JobState to;
  std::string event;  ///< words for the history
  Json detail = Json::object();
  std::optional<Time> due;     ///< for scheduled
  std::string error_class;     ///< why it failed, in the classes of leonardo; empty: it did not fail
  std::string error;           ///< and in words, the service's own where it has some
  bool counts_as_try = false;  ///< the next backoff is longer
  bool refunds = false;        ///< the service called the render failed: what it cost is given back
};

struct NewFilm {
  int number = 0;
  std::string url;
  std::string poster_url;
};

struct FilmProgress {
  int film = 0;
  std::uint64_t synced = 0;
  std::string validator;
};

struct FilmFile {
  int film = 0;
  std::string path;
  std::uint64_t size = 0;
  std::string sha256;
};

using StateCounts = std::map<JobState, std::int64_t>;

/// What a line of the history is about.
enum class EventKind {
  kTransition,      ///< a job changed its state
  kNote,            ///< a remark about a job
  kBatchAccepted,   ///< a batch came into the queue
  kBatchFinished,   ///< its last job ended
  kBatchHeld,       ///< its waiting jobs are held: too many failed for the same reason
  kBatchReleased,   ///< and may go on
  kAccountHeld,     ///< submits are held: the key, the balance or the connection is in trouble
  kAccountResumed,  ///< and go on
  kQueuePaused,     ///< a person stopped submits
  kQueueResumed,    ///< and lets them go on
  kDiskLow,         ///< the disk of the results is nearly full
  kDiskOk,          ///< and has room again
  kConfigReloaded,  ///< settings have other values from now on
};

/// "transition", "batch_finished", ...: as in tables, JSON and the names of live events.
std::string_view to_string(EventKind kind);
std::optional<EventKind> parse_event_kind(std::string_view name);

/// A line of the history, of any job or batch.
struct EventLine {
  std::int64_t id = 0;  ///< grows; what a reader of the live events resumes from
  Time at{};
  EventKind kind = EventKind::kNote;
  JobId job;      ///< empty for a batch and for the queue as a whole
  BatchId batch;  ///< empty for the queue as a whole
  std::optional<JobState> from;
  std::optional<JobState> to;
  std::string text;
  Json detail;
};

/// What a person may ask of jobs.
enum class Action {
  kCancel,   ///< ends it; a render that was accepted is paid for and its id kept
  kRetry,    ///< takes a failed or cancelled one up again, with its paid render where there is one
  kHold,     ///< keeps a waiting one out of the queue
  kRelease,  ///< lets a held one go on
};

std::string_view to_string(Action action);

/// What became of one job that was acted on.
struct ActionOutcome {
  JobId job;
  std::optional<JobState> state;  ///< its new state; nothing: it was refused
  std::string refusal;            ///< why, in words
  GenerationId generation;        ///< what was paid for it, where that is known
};

/// What became of all of them.
struct ActionResult {
  std::vector<ActionOutcome> outcomes;  ///< in the order of the request
  std::vector<ClaimedJob> taken_up;     ///< retried ones that go on with their paid render, under new leases
};

/// What a person says about a submit whose outcome nobody knows.
struct Resolution {
  enum class Verdict {
    kResend,  ///< it never arrived: send it again
    kAdopt,   ///< it is `generation`
    kFail,    ///< give it up
  };
  Verdict verdict = Verdict::kFail;
  GenerationId generation;
};

/// What may be changed about a job that waits.
struct JobEdit {
  std::optional<int> priority;
  std::optional<std::vector<std::string>> tags;
};

/// Why a person stopped the queue.
struct Pause {
  std::string reason;  ///< may be empty
  std::string by;      ///< user name; empty: not known
  Time since{};
};

/// A message of the history on its way to a hook.
struct Delivery {
  std::int64_t id = 0;
  std::string hook;   ///< "command" or "url"
  std::string order;  ///< deliveries of one order go out one after the other: the job's or batch's id
  EventLine event;
  int tries = 0;  ///< that failed
  Time created_at{};
};

}  // namespace reeld::store
