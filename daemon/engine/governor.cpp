#include "daemon/engine/governor.hpp"

#include <algorithm>

namespace reeld::engine {
namespace {

using namespace std::chrono_literals;

/// What "unlimited" means for the number of renders at once: memory stays bounded.
constexpr int kMostGenerations = 4096;

int cap(int limit) {
  return limit == 0 ? kMostGenerations : std::min(limit, kMostGenerations);
}

}  // namespace

Governor::Governor(Limits limits, BackoffPolicy backoff, Random& random)
    : limits_(limits),
      backoff_(backoff),
      random_(random),
      submits_(limits.submits_per_minute, 60s),
      requests_(limits.requests_per_minute, 60s),
      window_(cap(limits.max_generations)) {}

void Governor::set_limits(Limits limits, BackoffPolicy backoff) {
  const double most = cap(limits.max_generations);
  const bool is_whole = window_ >= cap(limits_.max_generations);
  window_ = is_whole ? most : std::min(window_, most);
  submits_.set_limit(limits.submits_per_minute);
  requests_.set_limit(limits.requests_per_minute);
  limits_ = limits;
  backoff_ = backoff;
  if (!download_queue_.empty()) download_queue_.front()->poke();
}

Duration Governor::submit_wait(Duration now) const {
  return std::max({submits_.wait(now), requests_.wait(now), submits_paused_until_ - now, Duration(0)});
}

void Governor::note_submit(Duration now) {
  submits_.record(now);
  requests_.record(now);
}

void Governor::take_back_submit(Duration noted) {
  submits_.take_back(noted);
  requests_.take_back(noted);
}

Duration Governor::request_wait(Duration now) const {
  return std::max({requests_.wait(now), requests_paused_until_ - now, Duration(0)});
}

void Governor::note_request(Duration now) {
  requests_.record(now);
}

int Governor::room(Duration now) const {
  if (submit_wait(now) > Duration(0)) return 0;
  const int free = std::max(static_cast<int>(window_) - generations_, 0);
  return std::min(submits_.room(now, free), requests_.room(now, free));
}

void Governor::submit_accepted() {
  submit_refusals_ = 0;
  window_ = std::min(window_ + 1.0 / window_, static_cast<double>(cap(limits_.max_generations)));
}

void Governor::submit_refused(Duration now, std::optional<Duration> retry_after) {
  // One step down as a run of refusals begins, and another for each window full of them.
  if (submit_refusals_ % std::max(static_cast<int>(window_), 1) == 0) window_ = std::max(window_ - 1.0, 1.0);
  ++submit_refusals_;
  const Duration own = backoff_.base + backoff_delay(backoff_, submit_refusals_, random_.unit());
  submits_paused_until_ = std::max(submits_paused_until_, now + retry_after.value_or(own));
}

void Governor::request_refused(Duration now, std::optional<Duration> retry_after) {
  ++request_refusals_;
  const Duration own = backoff_.base + backoff_delay(backoff_, request_refusals_, random_.unit());
  requests_paused_until_ = std::max(requests_paused_until_, now + retry_after.value_or(own));
}

bool Governor::take_download(Wakeup& waiter) {
  const bool free = limits_.max_downloads == 0 || downloads_ < limits_.max_downloads;
  const bool my_turn = download_queue_.empty() || download_queue_.front() == &waiter;
  if (free && my_turn) {
    if (!download_queue_.empty()) download_queue_.pop_front();
    ++downloads_;
    // Another slot may be free for the next in line.
    if (!download_queue_.empty()) download_queue_.front()->poke();
    return true;
  }
  if (std::ranges::find(download_queue_, &waiter) == download_queue_.end())
    download_queue_.push_back(&waiter);
  return false;
}

void Governor::leave_download_queue(Wakeup& waiter) {
  std::erase(download_queue_, &waiter);
  if (!download_queue_.empty()) download_queue_.front()->poke();
}

void Governor::download_ends() {
  --downloads_;
  if (!download_queue_.empty()) download_queue_.front()->poke();
}

}  // namespace reeld::engine
