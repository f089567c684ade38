#include "daemon/api/submission.hpp"

#include <boost/asio/this_coro.hpp>
#include <exception>
#include <utility>

#include "common/util/log.hpp"
#include "common/util/uuid.hpp"
#include "daemon/api/call.hpp"
#include "daemon/store/new_job.hpp"

namespace reeld::api {

namespace asio = boost::asio;
using store::BatchSummary;
using store::NewJob;

namespace {

constexpr std::string_view kTooLong =
    "a JSON document may have 16 MiB at most; send more jobs as application/x-ndjson, one on each line";

}  // namespace

Submission::Submission(const Parts& parts, const ApiOptions& options, http::server::Exchange& exchange,
                       SubmitRequest request)
    : parts_(parts),
      options_(options),
      exchange_(exchange),
      request_(std::move(request)),
      batch_(parts.uuids.next()),
      accepted_at_(parts.clock.now()) {
  if (request_.batch_name.empty()) request_.batch_name = "api-" + short_id(batch_.str());
}

Task<void> Submission::check() {
  request_.check_only = true;
  return read();
}

Task<TakenBatch> Submission::take_in() {
  std::exception_ptr thrown;
  Outcome<TakenBatch> taken = Refusal();
  try {
    taken = co_await read_and_accept();
  } catch (...) {
    thrown = std::current_exception();
  }
  // Also after a cancellation, which would end the next wait before it begins.
  co_await asio::this_coro::throw_if_cancelled(false);
  if (is_staged_ && !is_accepted_) co_await discard();
  co_await asio::this_coro::throw_if_cancelled(true);
  if (thrown) std::rethrow_exception(thrown);
  co_return taken;
}

Task<TakenBatch> Submission::replay(BatchSummary earlier) {
  for (bool end = false; !end;) {
    auto bytes = co_await read_some();
    if (!bytes) co_return bytes.error();
    end = bytes->empty();
  }
  if (digest_.hex() == earlier.sha256) co_return TakenBatch{std::move(earlier), true};
  co_return Refusal(422, to_string(Errc::kConflict),
                    "this Idempotency-Key was used for other jobs (batch " + earlier.id.str() +
                        "); use a new one for these");
}

Task<TakenBatch> Submission::read_and_accept() {
  if (auto stamped = co_await find_stamp(); !stamped) co_return stamped.error();
  if (auto done = co_await read(); !done) co_return done.error();
  if (problem_count_ > 0) {
    co_return invalid(422, "nothing was taken in: " + describe(problems_.front()), problems_, problem_count_);
  }
  co_return co_await accept();
}

/// The next bytes of the body; the digest has them then.
Task<std::string> Submission::read_some() {
  auto bytes = co_await exchange_.read_some();
  if (!bytes) co_return unread_body(bytes.error(), kTooLong);
  digest_.add(*bytes);
  co_return std::move(*bytes);
}

Task<void> Submission::read() {
  BodyPieces pieces(request_.format);
  for (;;) {
    auto bytes = co_await read_some();
    if (!bytes) co_return bytes.error();
    if (bytes->empty()) break;
    pieces.add(*bytes);
    if (pieces.is_too_long()) co_return Refusal(413, "too_large", std::string(kTooLong));
    while (auto piece = pieces.next()) {
      if (auto taken = co_await take(std::move(*piece)); !taken) co_return taken;
    }
  }
  if (auto taken = co_await take(pieces.rest()); !taken) co_return taken;
  if (jobs_ == 0 && problem_count_ == 0) add_problems({Problem{0, "", "the body holds no job"}}, 1);
  co_return Outcome<void>();
}

Task<void> Submission::take(BodyPiece piece) {
  if (std::exchange(is_first_piece_, false)) is_list_ = is_list(piece, request_.format);
  std::function<Result<CheckedPiece>()> work = [this, piece = std::move(piece)]() mutable {
    return Result<CheckedPiece>(check_piece(std::move(piece), request_.format, parts_.catalogue));
  };
  auto checked = co_await parts_.pool.run(std::move(work));
  if (!checked) co_return checked.error();
  jobs_ += checked->jobs.size();
  add_problems(std::move(checked->problems), checked->problem_count);
  if (problem_count_ > 0 || request_.check_only || checked->jobs.empty()) co_return Outcome<void>();
  auto staged = co_await stage(std::move(checked->jobs));
  if (!staged) co_return staged.error();
  co_return Outcome<void>();
}

asio::awaitable<Result<void>> Submission::stage(std::vector<PlacedJob> jobs) {
  // Ids are drawn here and not on the pool: what they take their chance from belongs to this thread.
  std::vector<JobId> ids;
  for (std::size_t i = 0; i < jobs.size(); ++i) ids.emplace_back(parts_.uuids.next());
  std::function<Result<std::vector<NewJob>>()> make = [this, jobs = std::move(jobs), ids = std::move(ids)] {
    store::NewJobContext context;
    context.batch_name = request_.batch_name;
    context.numbered = is_list_;
    context.accepted = accepted_at_;
    context.stamp = stamp_;
    context.output = options_.output;
    std::vector<NewJob> made;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      context.id = ids[i];
      context.position = jobs[i].position;
      made.push_back(store::make_new_job(jobs[i].spec, context));
    }
    return Result<std::vector<NewJob>>(std::move(made));
  };
  auto made = co_await parts_.pool.run(std::move(make));
  if (!made) co_return made.error();
  is_staged_ = true;
  auto staged = co_await parts_.store.stage(batch_, std::move(*made));
  if (!staged) co_return staged.error();
  co_return Result<void>();
}

asio::awaitable<Result<void>> Submission::find_stamp() {
  std::function<Result<LocalStamp>()> read_zone = [this] {
    return local_stamp(accepted_at_, options_.timezone);
  };
  auto stamp = co_await parts_.pool.run(std::move(read_zone));
  if (!stamp) co_return stamp.error();
  stamp_ = std::move(*stamp);
  co_return Result<void>();
}

Task<TakenBatch> Submission::accept() {
  store::NewBatch made{batch_, request_.batch_name, "", request_.submitter, digest_.hex(), request_.key};
  const std::string sha256 = made.sha256;
  auto accepted = co_await parts_.store.accept(std::move(made));
  if (!accepted && accepted.error().code == Errc::kConflict && !request_.key.empty()) {
    auto earlier = co_await parts_.store.batch_with_idempotency_key(request_.key);
    if (!earlier) co_return earlier.error();
    if (*earlier && (*earlier)->sha256 == sha256) co_return TakenBatch{std::move(**earlier), true};
    co_return Refusal(422, to_string(Errc::kConflict), "this Idempotency-Key was used for other jobs");
  }
  if (!accepted) co_return accepted.error();
  is_accepted_ = true;
  parts_.control.poke();
  log_event(spdlog::level::info, "api: accepted",
            {{"batch", batch_.str()}, {"jobs", jobs_}, {"submitter", request_.submitter}});
  auto summary = co_await parts_.store.batch(batch_);
  if (!summary) co_return summary.error();
  co_return TakenBatch{std::move(*summary), false};
}

asio::awaitable<void> Submission::discard() {
  auto discarded = co_await parts_.store.discard(batch_);
  if (discarded) co_return;
  log_event(spdlog::level::warn, "api: jobs that were not taken in could not be removed",
            {{"batch", batch_.str()}, {"error", describe(discarded.error())}});
}

void Submission::add_problems(std::vector<Problem> problems, std::size_t count) {
  problem_count_ += count;
  for (Problem& problem : problems) {
    if (problems_.size() < kMostProblems) problems_.push_back(std::move(problem));
  }
}

Submissions::Claim::Claim(Submissions& submissions, std::string key)
    : submissions_(submissions),
      key_(std::move(key)),
      is_first_(key_.empty() || submissions_.keys_.insert(key_).second) {}

Submissions::Claim::~Claim() {
  if (is_first_) submissions_.keys_.erase(key_);
}

}  // namespace reeld::api
