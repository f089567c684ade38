#include "daemon/cli/follow.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <map>
#include <thread>

#include "common/util/clock.hpp"
#include "common/util/uuid.hpp"
#include "daemon/app/exit_codes.hpp"
#include "daemon/cli/event_source.hpp"
#include "daemon/cli/json_members.hpp"
#include "daemon/cli/live_lines.hpp"
#include "daemon/cli/progress.hpp"
#include "daemon/cli/query.hpp"
#include "daemon/cli/words.hpp"

namespace reeld::cli {
namespace {

using namespace std::chrono_literals;

constexpr Duration kTick = 500ms;         ///< how often bars move, and the daemon is asked at most
constexpr Duration kAskAnyway = 10s;      ///< how often it is asked where nothing happens
constexpr Duration kReconnectPause = 2s;  ///< between attempts to connect again
constexpr Duration kLastWords = 200ms;    ///< for events that are still on their way when all is over
constexpr std::size_t kNameWidth = 40;

/// About the queue as a whole: of interest whatever is watched, for it may be why nothing moves.
bool about_queue(const Json& event) {
  return member(event, "job").is_null() && member(event, "batch").is_null();
}

/// What a person reads who also sees the bars: jobs that came to rest, and what concerns more than one job.
bool worth_a_line(const Json& event) {
  const auto state = parse_job_state(text_of(event, "to"));
  return state ? rests(*state) : text_of(event, "kind") != "note";
}

class Follower {
 public:
  Follower(Control& control, Watched& watched, FollowStyle style, const Terminal& terminal,
           std::function<bool()> interrupted, std::string after)
      : control_(control),
        watched_(watched),
        style_(style),
        terminal_(terminal),
        interrupted_(std::move(interrupted)),
        events_(control, std::move(after)) {}

  int run() {
    if (auto trouble = events_.connect()) return cannot_begin(*trouble);
    if (auto trouble = refresh()) return cannot_begin(*trouble);
    while (!watched_.at_rest() && !is_interrupted()) {
      draw();
      if (!events_.connected()) reconnect();
      if (is_interrupted()) break;
      take(events_.wait(kTick));
      const Duration since = clock_.elapsed() - asked_at_;
      // Where it cannot be asked now, the events end too, and both are tried again.
      if ((stale_ && since >= kTick) || since >= kAskAnyway) refresh();
    }
    hear_last_words();
    conclude();
    return watched_.exit_code();
  }

 private:
  bool is_interrupted() const { return interrupted_ && interrupted_(); }

  /// A daemon of one's own that was interrupted need not answer.
  int cannot_begin(const Trouble& trouble) const {
    return is_interrupted() ? app::kExitTryLater : tell(trouble);
  }

  std::optional<Trouble> refresh() {
    asked_at_ = clock_.elapsed();
    auto trouble = watched_.refresh();
    stale_ = trouble.has_value();
    if (trouble) return trouble;
    board_.clear();
    for (const Json& job : watched_.in_flight()) {
      board_.update(job, asked_at_);
      names_[text_of(job, "id")] = text_of(job, "name");
    }
    return std::nullopt;
  }

  /// Until it succeeds: a restart of the daemon takes nothing from the jobs.
  void reconnect() {
    if (is_interrupted()) return;
    say("the connection to the daemon ended; trying again");
    std::string told;
    std::optional<Trouble> trouble;
    do {
      std::this_thread::sleep_for(kReconnectPause);
      if (is_interrupted()) return;
      trouble = events_.connect();
      if (trouble && trouble->words != told) say(trouble->words);
      if (trouble) told = trouble->words;
    } while (trouble);
    say("connected again");
    stale_ = true;
  }

  void take(const std::vector<ServerEvent>& events) {
    for (const ServerEvent& message : events) {
      const auto event = parse_json_leniently(message.data);
      if (!event || !(about_queue(*event) || watched_.concerns(*event))) continue;
      stale_ = true;
      show(*event);
    }
  }

  void show(const Json& event) {
    if (style_ == FollowStyle::kJson) print(dump_json(event));
    if (style_ == FollowStyle::kLines) print(event_words(event, who(event)));
    if (style_ == FollowStyle::kBars && worth_a_line(event)) {
      const std::string line = fit(event_words(event, who(event)), terminal_.width);
      lines_.scroll(paint(line, state_colour(text_of(event, "to")), terminal_.colours));
    }
  }

  /// "5f0c6e1d rain"; "" for what is about no job.
  std::string who(const Json& event) {
    const std::string id = text_of(event, "job");
    if (id.empty()) return "";
    if (!names_.contains(id)) {
      const Answer job = control_.ask("/v1/jobs/" + percent_encode(id));
      names_[id] = job ? text_of(*job, "name") : "";
    }
    std::string words = fmt::format("{} {}", short_id(id), fit(names_[id], kNameWidth));
    // A job that is over is hardly named again, and a watch may last for months.
    const auto state = parse_job_state(text_of(event, "to"));
    if (state && is_final(*state)) names_.erase(id);
    return words;
  }

  void draw() {
    if (style_ != FollowStyle::kBars) return;
    std::vector<std::string> lines = board_.lines(clock_.elapsed(), terminal_);
    lines.push_back(fit(watched_.summary(), terminal_.width));
    lines_.draw(lines);
  }

  /// A daemon of one's own that winds down ends the stream itself.
  void hear_last_words() {
    while (events_.connected()) {
      const auto events = events_.wait(kLastWords);
      if (events.empty() && !is_interrupted()) return;
      take(events);
    }
  }

  void conclude() {
    if (style_ == FollowStyle::kBars) lines_.draw({watched_.summary()});
    if (style_ == FollowStyle::kLines) print(watched_.summary());
  }

  void print(const std::string& line) {
    fmt::print("{}\n", line);
    // Somebody may read along.
    std::fflush(stdout);
  }

  void say(const std::string& words) {
    // A daemon of one's own is ending when it does not answer.
    if (interrupted_) return;
    if (style_ == FollowStyle::kBars) lines_.draw({});
    fmt::print(stderr, "reeld: {}\n", words);
  }

  Control& control_;
  Watched& watched_;
  FollowStyle style_;
  Terminal terminal_;
  std::function<bool()> interrupted_;
  SystemClock clock_;
  EventSource events_;
  LiveLines lines_{stdout};
  ProgressBoard board_;
  std::map<std::string, std::string> names_;  ///< of jobs, by id
  Duration asked_at_{0};
  bool stale_ = false;  ///< something happened since
};

}  // namespace

FollowStyle follow_style(const Terminal& terminal, bool json) {
  if (json) return FollowStyle::kJson;
  return terminal.live ? FollowStyle::kBars : FollowStyle::kLines;
}

int follow(Control& control, Watched& watched, FollowStyle style, const Terminal& terminal,
           std::function<bool()> interrupted, std::string after) {
  return Follower(control, watched, style, terminal, std::move(interrupted), std::move(after)).run();
}

}  // namespace reeld::cli
