// A job's first stage: from the claim to an answer, or to not knowing.
#include <fmt/format.h>

#include "common/job/fingerprint.hpp"
#include "common/job/price.hpp"
#include "common/util/crash_point.hpp"
#include "daemon/engine/job_run.hpp"

namespace reeld::engine {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using leonardo::ErrorClass;
using store::Move;

namespace {

/// The attempt's own seed: the submitter's, or one drawn so that the generation can be told from all others.
std::int64_t choose_seed(const store::ClaimedJob& job, const Model& model, Random& random) {
  if (job.seed) return *job.seed;
  return static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(model.max_seed) + 1));
}

/// Who has been sent gives its turn back with a poke, for its twins and for whoever waits for its price; this
/// is for the case that nobody does.
constexpr Duration kAnswerComesWithin = 5s;

/// The turn to send among twins: what the account's list could not tell apart goes one after the other.
class Turn {
 public:
  Turn(Engine& engine, std::string fingerprint) : engine_(engine), fingerprint_(std::move(fingerprint)) {}
  ~Turn() {
    if (taken_) engine_.give_turn_back(fingerprint_);
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  bool take() { return taken_ = taken_ || engine_.take_turn(fingerprint_); }

 private:
  Engine& engine_;
  std::string fingerprint_;
  bool taken_ = false;
};

}  // namespace

JobRun::Step JobRun::submit() {
  const Engine::Parts& parts = engine_.parts();
  const Model* model = parts.catalogue.find(job_.kind.model);
  if (model == nullptr) {
    Move gone(JobState::kSubmitting, JobState::kFailed, "the model is no longer in the catalogue");
    gone.error_class = to_string(ErrorClass::kUnsupportedModel);
    gone.error =
        job_.kind.model + " is not in the model catalogue any more; add it to leonardo.models_file and retry";
    co_await move(std::move(gone));
    co_return Next::kEnd;
  }
  JobSpec spec = job_spec_from_json(job_.spec);
  const std::string print = fingerprint(spec);
  if (!co_await bring_frames(spec)) co_return Next::kEnd;
  Turn turn(engine_, print);
  const std::function<bool()> take_turn = [&turn] { return turn.take(); };
  for (bool waits_for_price = false;;) {
    if (!co_await wait_to_submit(take_turn)) co_return co_await leave_unsent();
    store::Intent intent;
    intent.fingerprint = print;
    intent.id = IntentId(parts.uuids.next());
    intent.seed = choose_seed(job_, *model, parts.random);
    intent.body = dump_json(build_request(spec, *model, intent.seed));
    intent.base_url = engine_.options().base_url;
    intent.account = engine_.account();
    intent.reservation = {price_kind(spec), stated_price(spec, *model), engine_.rules().caps};
    job_.intent = intent.id;
    job_.sent_seed = intent.seed;
    job_.request_body = intent.body;

    // The last thing before the first byte: from this commit on the request may have been sent.
    bool lost_turn = false;
    bool lost_lease = false;
    bool has_open_twin = false;
    auto admission = store::Admission::kAdmitted;
    const leonardo::Api::BeforeSend commit_intent = [&]() -> asio::awaitable<Result<void>> {
      const Duration now = parts.clock.elapsed();
      lost_turn = must_end() || engine_.submits_held() || engine_.governor().submit_wait(now) > 0ms;
      if (lost_turn) co_return Error{Errc::kNotSent, "engine.submit", "it is not this job's turn any more"};
      engine_.governor().note_submit(now);
      intent.upstream_time = parts.api.upstream_now();
      auto recorded = co_await parts.store.record_intent(job_.lease, intent);
      lost_lease = !recorded && recorded.error().code == Errc::kLeaseLost;
      has_open_twin = !recorded && recorded.error().code == Errc::kConflict;
      if (recorded) admission = *recorded;
      if (recorded && admission == store::Admission::kAdmitted) co_return Result<void>();
      engine_.governor().take_back_submit(now);
      if (!recorded) co_return recorded.error();
      co_return Error{Errc::kNotSent, "engine.submit", "the budget does not let it go now"};
    };
    auto answer = co_await parts.api.submit(intent.body, commit_intent);
    if (answer) co_return co_await accepted(*answer, intent.id);
    if (lost_lease || admission == store::Admission::kHeld) co_return Next::kEnd;
    // The next claim sees the twin that stands in the way.
    if (has_open_twin) co_return co_await back_to_queue(answer.error().words + "; nothing was sent");
    if (admission == store::Admission::kAwaitPrice) {
      if (!waits_for_price) co_await note("waits: a job whose price is not known either goes ahead alone");
      waits_for_price = true;
      co_await pause(kAnswerComesWithin);
      continue;
    }
    if (lost_turn) continue;
    if (co_await frames_lost(answer.error())) co_return Next::kEnd;
    co_return co_await refused(answer.error());
  }
}

/// Until the limits and the job's twins let it go. False: not now.
asio::awaitable<bool> JobRun::wait_to_submit(const std::function<bool()>& take_turn) {
  Clock& clock = engine_.parts().clock;
  for (;;) {
    if (must_end() || engine_.submits_held()) co_return false;
    const Duration wait = engine_.governor().submit_wait(clock.elapsed());
    if (wait == 0ms && take_turn()) co_return true;
    if (!co_await pause(wait == 0ms ? kAnswerComesWithin : wait)) co_return false;
  }
}

JobRun::Step JobRun::leave_unsent() {
  co_return co_await back_to_queue(engine_.stopping() ? "the daemon stops; nothing was sent"
                                                      : "submits are held; nothing was sent");
}

/// Unless somebody else has the job.
JobRun::Step JobRun::back_to_queue(std::string words) {
  if (abandoned_) co_return Next::kEnd;
  Move back(JobState::kSubmitting, JobState::kQueued, std::move(words));
  co_await move(std::move(back));
  co_return Next::kEnd;
}

JobRun::Step JobRun::accepted(const leonardo::Accepted& answer, const IntentId& intent) {
  store::JobStore& store = engine_.parts().store;
  engine_.submit_answered();
  engine_.governor().submit_accepted();
  // Whatever happens to the record of it, the id that was paid for is in the log.
  log(spdlog::level::info, "heard the generation's id",
      {{"accepted", answer.id.str()}, {"intent", intent.str()}});
  crash_point(crash::kSubmitHeard);
  store::Acceptance acceptance{intent, answer.id, answer.cost.amount, answer.cost.unit,
                               "accepted by the service"};
  const auto recorded = co_await insist([&] { return store.record_accepted(job_.lease, acceptance); });
  if (!recorded && recorded.error().code != Errc::kConflict) {
    log(spdlog::level::err, "the generation's id could not be recorded: the next start finds the job unknown",
        {{"accepted", answer.id.str()}, {"error", describe(recorded.error())}});
    co_return Next::kEnd;
  }
  if (!recorded) {
    Move lost(JobState::kSubmitting, JobState::kUnknown, "the answer names a generation of another job");
    lost.error_class = to_string(ErrorClass::kMaybeSent);
    lost.error = recorded.error().detail;
    co_await move(std::move(lost));
    co_return Next::kEnd;
  }
  if (!*recorded) {
    log(spdlog::level::warn, "accepted, but the job has another owner by now",
        {{"generation", answer.id.str()}});
    co_return Next::kEnd;
  }
  job_.generation = answer.id;
  job_.cost_amount = answer.cost.amount;
  job_.cost_unit = answer.cost.unit;
  job_.accepted += 1;
  job_.state = JobState::kGenerating;
  const Time now = engine_.parts().clock.now();
  log(spdlog::level::info, acceptance.event,
      {{"from", "submitting"},
       {"to", "generating"},
       {"after", humanize(now - job_.state_since)},
       {"cost", answer.cost.amount},
       {"unit", answer.cost.unit},
       {"seed", job_.sent_seed}});
  job_.state_since = now;
  job_.generating_since = now;
  co_return Next::kGoOn;
}

JobRun::Step JobRun::refused(leonardo::ApiError error) {
  const Duration now = engine_.parts().clock.elapsed();
  Move move(JobState::kSubmitting, JobState::kUnknown, "");
  move.error_class = to_string(error.error_class);
  move.error = error.words;
  move.detail = Json{{"status", error.status}, {"words", error.words}};
  switch (error.error_class) {
    case ErrorClass::kNotSent:
      move.to = JobState::kQueued;
      move.event = "nothing was sent: " + error.words;
      if (engine_.stopping()) break;
      engine_.parts().observer.retried(RetryReason::kNotSent);
      engine_.hold_submits(error.words, error.error_class);
      break;
    case ErrorClass::kRateLimited:
      move.to = JobState::kQueued;
      move.event = "refused for now: too many requests, or the account's queue is full";
      engine_.parts().observer.retried(RetryReason::kRateLimited);
      engine_.submit_answered();
      engine_.governor().submit_refused(now, error.retry_after);
      break;
    case ErrorClass::kUnauthorized:
    case ErrorClass::kNoBalance:
      move.to = JobState::kQueued;
      move.event = "the account is refused, not this job: " + error.words;
      engine_.parts().observer.retried(RetryReason::kAccount);
      engine_.hold_submits(error.words, error.error_class);
      break;
    case ErrorClass::kModerated:
    case ErrorClass::kInvalid:
    case ErrorClass::kUnsupportedModel:
      move.to = JobState::kFailed;
      move.event = "refused for good";
      engine_.submit_answered();
      break;
    case ErrorClass::kMaybeSent:
    case ErrorClass::kNotFound:
    case ErrorClass::kServerError:
      move.event = "no answer that says whether it was accepted: it is not sent again before that is known";
      engine_.service_failed(error.words);
      break;
  }
  // A job that is back in the queue has no error of its own.
  if (move.to == JobState::kQueued) {
    move.error_class.clear();
    move.error.clear();
  }
  const bool is_clear = move.to != JobState::kUnknown;
  const bool was_sent = error.error_class != ErrorClass::kNotSent;
  const bool ours = co_await this->move(std::move(move));
  if (!ours && is_clear) co_await close_attempt(was_sent);
  co_return Next::kEnd;
}

/// The job was taken away while its submit was under way; what became of that is known now, and must not be
/// asked of a person.
asio::awaitable<void> JobRun::close_attempt(bool was_sent) {
  store::JobStore& store = engine_.parts().store;
  const auto closed = co_await insist([&] { return store.close_attempt(job_.intent, was_sent); });
  if (!closed) log(spdlog::level::err, "the attempt stays open", {{"error", describe(closed.error())}});
}

}  // namespace reeld::engine
