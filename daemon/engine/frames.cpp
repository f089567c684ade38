// What comes before a job's submit where it begins or ends with a local picture.
#include <fmt/format.h>

#include "daemon/engine/job_run.hpp"
#include "daemon/leonardo/classify.hpp"

namespace reeld::engine {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using leonardo::ErrorClass;
using store::Move;

namespace {

bool is_local(const std::optional<FrameSource>& frame) {
  return frame && !frame->file.empty();
}

}  // namespace

/// Puts the ids of the account's images into the spec, in the places of the job's local pictures. False: the
/// job was moved, and the run is over.
asio::awaitable<bool> JobRun::bring_frames(JobSpec& spec) {
  uploaded_.clear();
  if (!is_local(spec.start_frame) && !is_local(spec.end_frame)) co_return true;
  store::FrameStore& store = engine_.parts().store;
  const auto frames = co_await insist([&] { return store.job_frames(job_.lease.job); });
  if (!frames) {
    log(spdlog::level::err, "the job's pictures are not known", {{"error", describe(frames.error())}});
    co_await leave_unsent();
    co_return false;
  }
  if (is_local(spec.start_frame)) {
    if (!co_await bring_frame(frames->start, "start frame", spec.start_frame)) co_return false;
  }
  if (is_local(spec.end_frame)) {
    if (!co_await bring_frame(frames->end, "end frame", spec.end_frame)) co_return false;
  }
  co_return true;
}

asio::awaitable<bool> JobRun::bring_frame(std::string copy, std::string name,
                                          std::optional<FrameSource>& frame) {
  // While submits are held it may be unknown whose account it is.
  if (engine_.submits_held()) {
    co_await leave_unsent();
    co_return false;
  }
  const FrameUploads::Ticket ticket = engine_.frame_uploads().ask(copy, engine_.account(), wakeup_);
  while (!ticket.outcome() || must_end()) {
    if (engine_.submits_held() || !co_await pause(1h)) {
      co_await leave_unsent();
      co_return false;
    }
  }
  const FrameUploads::Outcome outcome = *ticket.outcome();
  if (!outcome) {
    co_await frame_failed(std::move(name), outcome.error());
    co_return false;
  }
  frame = FrameSource{outcome->id, "UPLOADED", {}};
  uploaded_.push_back(outcome->id);
  const std::string words =
      outcome->is_new ? name + " uploaded" : name + ": uses the picture uploaded earlier";
  Json detail{{"image", outcome->id}};
  co_await note(words, std::move(detail));
  co_return true;
}

asio::awaitable<void> JobRun::frame_failed(std::string name, leonardo::ApiError error) {
  error.words = fmt::format("the {} could not be uploaded: {}", name, error.words);
  switch (error.error_class) {
    case ErrorClass::kInvalid:
    case ErrorClass::kModerated:
    case ErrorClass::kUnauthorized:
    case ErrorClass::kNoBalance:
      co_await refused(std::move(error));
      co_return;
    default:
      break;
  }
  // Uploads cost nothing: they are tried for as long as it takes, and others have their turn meanwhile.
  const Engine::Parts& parts = engine_.parts();
  const Duration delay = backoff_delay(engine_.rules().retry, job_.tries + 1, parts.random.unit());
  Move later(JobState::kSubmitting, JobState::kScheduled, error.words);
  later.due = parts.clock.now() + delay;
  later.counts_as_try = true;
  co_await move(std::move(later));
}

/// A refusal of an uploaded picture that the service has lost is met by uploading it again, once. True: that
/// is so, and the job was moved.
asio::awaitable<bool> JobRun::frames_lost(const leonardo::ApiError& error) {
  if (uploaded_.empty() || !leonardo::is_lost_image(error)) co_return false;
  const Engine::Parts& parts = engine_.parts();
  const auto renew = co_await insist([&] { return parts.store.forget_images(job_.lease.job, uploaded_); });
  if (!renew || !*renew) co_return false;
  engine_.submit_answered();
  Move again(JobState::kSubmitting, JobState::kScheduled,
             "the service does not find the picture that was uploaded for it: it is uploaded again");
  again.due = parts.clock.now();
  again.detail = Json{{"status", error.status}, {"words", error.words}};
  const bool ours = co_await move(std::move(again));
  if (!ours) co_await close_attempt(true);
  co_return true;
}

}  // namespace reeld::engine
