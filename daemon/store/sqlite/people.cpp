#include "daemon/store/sqlite/people.hpp"

#include <fmt/format.h>

#include "daemon/store/sqlite/person_job.hpp"

namespace reeld::store::sqlite {
namespace {

/// Why a job that has ended like this is rendered anew by a retry, although a generation is on record: that
/// one brings no films.
bool render_is_lost(const std::string& error_class) {
  return error_class == "render_failed" || error_class == "moderated";
}

/// What a wish does to a job: a new state with its words, or a refusal.
struct Answer {
  std::optional<JobState> to;
  std::string words;
};

Answer refuse(std::string words) {
  return {std::nullopt, std::move(words)};
}

Answer answer_cancel(const PersonJob& job, const std::string& by) {
  if (is_final(job.state)) return refuse(fmt::format("it has ended already: {}", to_string(job.state)));
  if (job.state == JobState::kDownloading && job.film_published)
    return refuse("its films are being published already");
  std::string words = "cancelled" + by_whom(by);
  if (!job.generation.empty()) {
    words += "; the render is paid for and on record, a retry takes it up again";
  } else if (job.open_attempt) {
    words += "; whether its submit was accepted is not known";
  }
  return {JobState::kCancelled, std::move(words)};
}

Answer answer_retry(const PersonJob& job, const std::string& by) {
  if (job.state != JobState::kFailed && job.state != JobState::kCancelled)
    return refuse(fmt::format("it is {}; failed and cancelled jobs can be retried", to_string(job.state)));
  if (job.open_attempt)
    return refuse(
        "whether its last submit was accepted is not known; say so with resolve, or it might be paid twice");
  const std::string words = "retried" + by_whom(by);
  if (job.generation.empty() || render_is_lost(job.error_class)) return {JobState::kQueued, words};
  return {job.films_known ? JobState::kDownloading : JobState::kGenerating,
          words + ", with the render that is paid for"};
}

Answer answer_hold(const PersonJob& job, const std::string& by) {
  if (job.state == JobState::kQueued) return {JobState::kHeld, "held" + by_whom(by)};
  return refuse(fmt::format("it is {}; only queued jobs can be held", to_string(job.state)));
}

Answer answer_release(const PersonJob& job, const std::string& by) {
  if (job.state == JobState::kHeld && job.batch_held)
    return refuse("its batch is held, and it would be held again at once; release the batch");
  if (job.state == JobState::kHeld) return {JobState::kQueued, "released" + by_whom(by)};
  return refuse(fmt::format("it is {}, not held", to_string(job.state)));
}

Answer answer(Action action, const PersonJob& job, const std::string& by) {
  switch (action) {
    case Action::kCancel:
      return answer_cancel(job, by);
    case Action::kRetry:
      return answer_retry(job, by);
    case Action::kHold:
      return answer_hold(job, by);
    case Action::kRelease:
      return answer_release(job, by);
  }
  return refuse("unknown action");
}

bool is_in_flight(JobState state) {
  return state == JobState::kGenerating || state == JobState::kDownloading;
}

}  // namespace

std::string by_whom(const std::string& by) {
  return by.empty() ? "" : " by " + by;
}

Result<ActionResult> act(Connection& db, Action action, const std::vector<JobId>& jobs, const std::string& by,
                         Time now) {
  ActionResult result;
  for (const JobId& id : jobs) {
    const auto job = read_person_job(db, id);
    ActionOutcome outcome{id, std::nullopt, "there is no such job", {}};
    if (job) {
      Answer wanted = answer(action, *job, by);
      outcome.state = wanted.to;
      outcome.refusal = wanted.to ? "" : std::move(wanted.words);
      outcome.generation = job->generation;
      if (wanted.to) move_by_person(db, *job, *wanted.to, wanted.words, now);
      if (wanted.to && action == Action::kRetry) forget_troubles(db, id, now);
      if (wanted.to && is_in_flight(*wanted.to)) result.taken_up.push_back(read_claimed(db, id.str()));
    }
    result.outcomes.push_back(std::move(outcome));
  }
  return result;
}

Result<void> edit(Connection& db, const JobId& id, const JobEdit& edit, const std::string& by, Time now) {
  Query row = db.query("SELECT state, priority, tags FROM job WHERE id = ?1", id);
  if (!row.step()) return Error{Errc::kNotFound, "store.edit", "there is no job " + id.str()};
  const std::string state = row.text(0);
  const int priority = row.small(1);
  const Json tags = row.json(2);
  if (is_final(parse_job_state(state).value()))
    return Error{Errc::kConflict, "store.edit", fmt::format("the job has ended already: {}", state)};
  std::string words;
  if (edit.priority && *edit.priority != priority) {
    db.run("UPDATE job SET priority = ?2 WHERE id = ?1", id, *edit.priority);
    words = fmt::format("priority {} -> {}", priority, *edit.priority);
  }
  if (edit.tags && Json(*edit.tags) != tags) {
    db.run("UPDATE job SET tags = ?2 WHERE id = ?1", id, Json(*edit.tags));
    words +=
        fmt::format("{}tags {} -> {}", words.empty() ? "" : ", ", dump_json(tags), dump_json(*edit.tags));
  }
  if (words.empty()) return {};
  Query batch = db.query("SELECT batch_id FROM job WHERE id = ?1", id);
  batch.step();
  add_event(db, Event{now, batch.text(0), id.str(), {}, {}, words + by_whom(by)});
  return {};
}

Result<void> pause(Connection& db, const Pause& pause) {
  const Json stored{
      {"reason", pause.reason}, {"by", pause.by}, {"since", pause.since.time_since_epoch().count()}};
  db.run("INSERT INTO meta (key, value) VALUES ('pause', ?1) ON CONFLICT DO UPDATE SET value = ?1", stored);
  announce(db, EventKind::kQueuePaused,
           "paused" + by_whom(pause.by) + (pause.reason.empty() ? "" : ": " + pause.reason),
           Json{{"reason", pause.reason}, {"by", pause.by}}, pause.since);
  return {};
}

Result<void> resume(Connection& db, const std::string& by, Time now) {
  if (db.run("DELETE FROM meta WHERE key = 'pause'") > 0)
    announce(db, EventKind::kQueueResumed, "resumed" + by_whom(by), Json{{"by", by}}, now);
  return {};
}

void announce(Connection& db, EventKind kind, const std::string& text, const Json& detail, Time now) {
  add_event(db, Event{now, "", "", {}, {}, text, detail, kind});
}

}  // namespace reeld::store::sqlite
