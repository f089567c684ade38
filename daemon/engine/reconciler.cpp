#include "daemon/engine/reconciler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "common/util/log.hpp"
#include "common/util/uuid.hpp"
#include "daemon/engine/engine.hpp"

namespace reeld::engine {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using store::OpenAttempt;
using Verdict = Finding::Verdict;

namespace {

constexpr Duration kFirstPause = 1s;
constexpr Duration kIdle = 30s;
/// Pages of two walks may show different servers' state: a little time lies between the two that prove an
/// absence.
constexpr Duration kBetweenProofs = 2s;
constexpr int kProofs = 2;
/// Without any sign of life from the list, this many settle times must pass.
constexpr int kSettleTimesInSilence = 4;

std::string listed(const std::vector<GenerationId>& ids) {
  std::string text;
  for (const GenerationId& id : ids) text += (text.empty() ? "" : ", ") + id.str();
  return text;
}

Reconciler::Question may_be_any_of(const OpenAttempt& attempt, const Finding& finding) {
  return {
      finding.candidates,
      fmt::format("it may have become {}: a person must say which, or that it is none (`reeld resolve {}`)",
                  listed(finding.candidates), short_id(attempt.job.str()))};
}

Reconciler::Question too_long_ago(const OpenAttempt& attempt) {
  return {{},
          fmt::format(
              "the account has made too much since it was sent for its list to be searched: a person must "
              "say what became of it (`reeld resolve {}`)",
              short_id(attempt.job.str()))};
}

}  // namespace

Reconciler::Reconciler(Engine& engine, asio::any_io_executor executor)
    : engine_(engine), wakeup_(executor), began_(engine.parts().clock.elapsed()) {}

asio::awaitable<void> Reconciler::run() {
  while (!engine_.stopping()) {
    const Duration wait = co_await look();
    co_await wakeup_.wait_for(wait);
  }
}

/// One look at everything that is unresolved; how long until the next.
asio::awaitable<Duration> Reconciler::look() {
  if (const auto backup = engine_.restored_from()) co_return co_await look_since_backup(*backup);
  auto open = co_await engine_.parts().store.open_attempts();
  if (!open) {
    spdlog::error("unknown jobs cannot be read, trying on: {}", describe(open.error()));
    co_return kFirstPause;
  }
  const Open searched = searched_among(*open);
  const Duration began = engine_.parts().clock.elapsed();
  const bool any_due =
      std::ranges::any_of(searches_, [&](const auto& each) { return each.second.next <= began; });
  if (!any_due) co_return until_next();
  // Back to the oldest of all, so that the walk says something about each.
  const auto oldest = std::ranges::min(searched, {}, &OpenAttempt::upstream_at).upstream_at;
  const auto list = co_await walk(oldest - kClockSlack);
  if (!list) co_return walk_failed(list.error());
  failures_ = 0;
  const bool decided = co_await decide(*list, began);
  co_return decided ? until_next() : kFirstPause;
}

Duration Reconciler::walk_failed(const Error& error) {
  if (engine_.stopping()) return kIdle;
  ++failures_;
  log_event(spdlog::level::warn, "the account's list cannot be read: unknown jobs wait",
            {{"reason", error.detail}});
  return std::min<Duration>(kFirstPause * (1 << std::min(failures_, 6)), kLongestPause);
}

Reconciler::Open Reconciler::searched_among(const Open& open) {
  const Duration now = engine_.parts().clock.elapsed();
  std::map<IntentId, Search> kept;
  Open searched;
  for (const OpenAttempt& attempt : open) {
    // A submit that is still being heard is nobody's to resolve, nor is one that waits for a person.
    if (engine_.is_live(attempt.job) || attempt.state == JobState::kParked || attempt.given_up) continue;
    if (!is_ours(attempt)) continue;
    const auto known = searches_.find(attempt.intent);
    kept.emplace(attempt.intent, known != searches_.end() ? known->second : Search{now, now + kFirstPause});
    searched.push_back(attempt);
  }
  searches_ = std::move(kept);
  return searched;
}

bool Reconciler::is_ours(const OpenAttempt& attempt) const {
  return !engine_.account().empty() && attempt.account == engine_.account() &&
         attempt.base_url == engine_.options().base_url;
}

asio::awaitable<Result<AccountList>> Reconciler::walk(Time since) {
  const MayAsk may_ask = [this] { return wait_to_ask(); };
  const int asked_with = engine_.key_no();
  auto list = co_await walk_account(engine_.parts().api, engine_.account(), since, may_ask);
  if (asked_with != engine_.key_no()) {
    co_return Error{Errc::kUnavailable, "engine.reconcile", "the API key has changed meanwhile"};
  }
  if (list) {
    engine_.service_answered();
    engine_.governor().request_answered();
    co_return std::move(*list);
  }
  const leonardo::ApiError& error = list.error();
  if (error.error_class == leonardo::ErrorClass::kRateLimited)
    engine_.governor().request_refused(engine_.parts().clock.elapsed(), error.retry_after);
  if (error.error_class == leonardo::ErrorClass::kUnauthorized)
    engine_.hold_submits(error.words, error.error_class);
  co_return Error{Errc::kUnavailable, "engine.reconcile", error.words};
}

asio::awaitable<bool> Reconciler::wait_to_ask() {
  Clock& clock = engine_.parts().clock;
  for (Duration wait; (wait = engine_.governor().request_wait(clock.elapsed())) > 0ms;) {
    if (engine_.stopping()) co_return false;
    co_await clock.sleep_for(std::min<Duration>(wait, 1s));
  }
  engine_.governor().note_request(clock.elapsed());
  co_return !engine_.stopping();
}

/// What the list shows that is on record for no job.
asio::awaitable<Result<std::vector<leonardo::Generation>>> Reconciler::strangers_in(const AccountList& list) {
  std::vector<GenerationId> seen;
  for (const auto& generation : list.generations) seen.push_back(generation.id);
  const auto ids = co_await engine_.parts().store.unrecorded(std::move(seen));
  if (!ids) co_return ids.error();
  const std::set<GenerationId> unknown(ids->begin(), ids->end());
  std::vector<leonardo::Generation> strangers;
  for (const auto& generation : list.generations) {
    if (unknown.contains(generation.id)) strangers.push_back(generation);
  }
  co_return strangers;
}

/// What the walk says about each open submit. They are read again behind it: an answer heard meanwhile counts
/// more. False: the queue could not be read, so nothing was decided.
asio::awaitable<bool> Reconciler::decide(const AccountList& list, Duration began) {
  const auto open = co_await engine_.parts().store.open_attempts();
  if (!open) co_return false;
  const auto strangers = co_await strangers_in(list);
  if (!strangers) co_return false;
  // All of them, also those that are not decided: each may have made what looks like another's.
  std::vector<Wanted> wanted;
  for (const OpenAttempt& attempt : *open) wanted.push_back(wanted_by(attempt));
  const auto findings = match(wanted, *strangers);
  for (std::size_t i = 0; i < open->size(); ++i) {
    const auto search = searches_.find((*open)[i].intent);
    const bool walked_for = search != searches_.end() && search->second.since <= began;
    if (!walked_for || engine_.stopping()) continue;
    co_await settle((*open)[i], findings[i], list, began);
    const auto left = searches_.find((*open)[i].intent);
    if (left != searches_.end()) left->second.next = began + pause_after(left->second, began);
  }
  co_return true;
}

asio::awaitable<void> Reconciler::settle(const OpenAttempt& attempt, const Finding& finding,
                                         const AccountList& list, Duration began) {
  Search& search = searches_.at(attempt.intent);
  ++search.walks;
  if (finding.verdict == Verdict::kCertain) co_return co_await adopt(attempt, finding.candidates.front());
  if (began - search.since < engine_.rules().settle_time) co_return;
  if (attempt.upstream_at - kClockSlack < list.since)
    co_return co_await give_up(attempt, too_long_ago(attempt));
  // Only now: until the list has settled a better candidate may still come.
  if (finding.verdict == Verdict::kLikely) co_return co_await adopt(attempt, finding.candidates.front());
  if (finding.verdict == Verdict::kAmbiguous)
    co_return co_await give_up(attempt, may_be_any_of(attempt, finding));
  if (!list_is_live(search, list, began)) co_return;
  if (++search.absences >= kProofs) co_await absent(attempt);
}

/// A list that lags behind shows nothing either. It is live when it shows what was made after the submit had
/// had its time, so that ours would be in it too. Each walk must show that for itself.
bool Reconciler::list_is_live(const Search& search, const AccountList& list, Duration began) const {
  const Duration settle = engine_.rules().settle_time;
  const Duration since_settled = engine_.parts().clock.elapsed() - (search.since + settle);
  const Time settled = engine_.parts().api.upstream_now() - since_settled;
  if (list.youngest && *list.youngest > settled) return true;
  return began - search.since >= settle * kSettleTimesInSilence;
}

/// Growing, then short once one walk has shown nothing.
Duration Reconciler::pause_after(const Search& search, Duration now) const {
  const Duration settle = engine_.rules().settle_time;
  if (search.absences == 1) return std::min<Duration>(kBetweenProofs, settle);
  const Duration longest = std::clamp<Duration>(settle / 2, kFirstPause, kLongestPause);
  const Duration grown = std::min<Duration>(kFirstPause * (1 << std::min(search.walks, 10)), longest);
  const Duration left = search.since + settle - now;
  return left > 0ms ? std::min(grown, left) : grown;
}

void Reconciler::settle_time_changed() {
  for (auto& [intent, search] : searches_) search.absences = 0;
  wakeup_.poke();
}

asio::awaitable<void> Reconciler::adopt(const OpenAttempt& attempt, const GenerationId& generation) {
  const std::string words =
      fmt::format("found in the account's list: accepted as generation {}", generation.str());
  auto adopted = co_await engine_.parts().store.adopt(attempt.intent, generation, words);
  if (!adopted) {
    spdlog::info("job {} adopts nothing: {}", attempt.job.str(), describe(adopted.error()));
    co_return;
  }
  log_event(spdlog::level::info, "found in the account's list",
            {{"job", attempt.job.str()}, {"generation", generation.str()}, {"intent", attempt.intent.str()}});
  searches_.erase(attempt.intent);
  if (*adopted) engine_.take_up(std::move(**adopted));
}

/// Leaves it to a person to say what became of the submit.
asio::awaitable<void> Reconciler::give_up(const OpenAttempt& attempt, Question question) {
  auto recorded =
      co_await engine_.parts().store.record_ambiguous(attempt.intent, question.candidates, question.words);
  if (!recorded) co_return;
  log_event(spdlog::level::warn, "what became of a submit cannot be told",
            {{"job", attempt.job.str()}, {"words", question.words}});
  searches_.erase(attempt.intent);
}

asio::awaitable<void> Reconciler::absent(const OpenAttempt& attempt) {
  const std::string wish = attempt.if_absent.empty() ? engine_.rules().if_absent : attempt.if_absent;
  const bool resend = wish == "resend";
  const std::string proof = "the account's list does not show it: the submit never arrived";
  const std::string words = resend ? proof + "; it is sent again"
                                   : fmt::format("{}; `reeld resolve {} --resend` sends it again", proof,
                                                 short_id(attempt.job.str()));
  auto recorded = co_await engine_.parts().store.record_absent(attempt.intent, resend, words);
  if (!recorded) co_return;
  log_event(spdlog::level::info, "proved absent", {{"job", attempt.job.str()}, {"resend", resend}});
  searches_.erase(attempt.intent);
  engine_.poke();
}

Duration Reconciler::until_next() const {
  const Duration now = engine_.parts().clock.elapsed();
  Duration next = kIdle;
  for (const auto& [intent, search] : searches_) {
    next = std::min(next, search.next - now);
  }
  return std::max<Duration>(next, 10ms);
}

}  // namespace reeld::engine
