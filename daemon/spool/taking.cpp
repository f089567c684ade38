#include "daemon/spool/taking.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "common/job/output_path.hpp"
#include "common/util/crash_point.hpp"
#include "daemon/files/durable.hpp"
#include "daemon/spool/claims.hpp"
#include "daemon/spool/names.hpp"
#include "daemon/spool/places.hpp"
#include "daemon/spool/receipt.hpp"
#include "daemon/store/new_job.hpp"

namespace reeld::spool {

namespace asio = boost::asio;

/// What a first reading of a file found.
struct Taking::Checked {
  Rejection rejection;
  bool may_repeat = false;  ///< the same bytes may be taken twice
  bool is_whole = false;    ///< `jobs` are all there are: the file need not be read again
  std::vector<ReadJob> jobs;
};

/// The instant of acceptance, as the jobs of a file see it.
struct Taking::Stamp {
  Time time{};
  LocalStamp local;
};

Taking::Taking(const IntakeParts& parts, const IntakeOptions& options, const Layout& layout,
               const std::function<void()>& on_accepted)
    : parts_(parts), options_(options), layout_(layout), on_accepted_(on_accepted) {}

asio::awaitable<Result<void>> Taking::finish(BatchId batch) {
  std::function<Result<ClaimedFile>()> look = [this, batch] {
    return claimed_file(layout_, batch, parts_.store.queue_id());
  };
  auto file = co_await parts_.pool.run(std::move(look));
  if (!file) co_return file.error();
  if (file->is_foreign) {
    spdlog::debug("spool: left alone claim={} reason=\"holds what intake never puts there\"", batch.str());
    co_return Result<void>();
  }
  auto known = co_await parts_.store.batch(batch);
  if (known) co_return co_await hand_over(std::move(*known));
  if (known.error().code != Errc::kNotFound) co_return known.error();
  auto discarded = co_await parts_.store.discard(batch);
  if (!discarded) co_return discarded;
  if (file->name.empty()) co_return co_await clear(std::move(batch));
  co_return co_await take_in(std::move(batch), std::move(file->name));
}

asio::awaitable<Result<void>> Taking::take_in(BatchId batch, std::string name) {
  using Opened = std::shared_ptr<JobFile>;
  std::function<Result<Opened>()> open = [this, path = layout_.claim(batch) / name] {
    return JobFile::open(path, options_);
  };
  auto opened = co_await parts_.pool.run(std::move(open));
  if (!opened && opened.error().code == Errc::kNotFound) co_return co_await clear(std::move(batch));
  if (!opened && opened.error().code == Errc::kBadInput) {
    Rejection rejection;
    rejection.problems.push_back(Problem{0, "", opened.error().detail});
    co_return co_await reject(std::move(batch), std::move(name), std::move(rejection));
  }
  if (!opened) co_return opened.error();

  // Pictures are named as seen from where the job file was dropped, not from where it is claimed.
  auto frames =
      std::make_shared<LocalFrames>(layout_.incoming(), (*opened)->owner(), options_.frames, options_.copies);
  auto checked = co_await check(*opened, frames);
  if (!checked) co_return checked.error();
  std::function<Result<files::Digest>()> hash = [path = (*opened)->path()] { return files::digest(path); };
  auto digest = co_await parts_.pool.run(std::move(hash));
  if (!digest) co_return digest.error();
  if (checked->rejection.empty() && !checked->may_repeat) {
    auto looked = co_await refuse_repeat(digest->sha256, *checked);
    if (!looked) co_return looked;
  }
  if (checked->rejection.empty()) {
    auto staged = co_await stage_all(batch, *opened, frames, *checked);
    if (!staged) co_return staged;
  }
  if (!checked->rejection.empty()) {
    co_return co_await reject(std::move(batch), std::move(name), std::move(checked->rejection));
  }
  co_return co_await accept(std::move(batch), *opened, std::move(digest->sha256));
}

asio::awaitable<Result<Taking::Checked>> Taking::check(std::shared_ptr<const JobFile> file,
                                                       std::shared_ptr<LocalFrames> frames) {
  auto pass = std::make_shared<JobPass>(std::move(file), parts_.catalogue, options_.max_json_bytes,
                                        std::move(frames));
  Checked checked;
  bool again = false;
  bool all_have_keys = true;
  for (bool first = true;; first = false) {
    auto chunk = co_await read(pass);
    if (!chunk) co_return chunk.error();
    for (const ReadJob& job : chunk->jobs) {
      again = again || job.spec.again;
      all_have_keys = all_have_keys && !job.spec.key.empty();
    }
    checked.rejection.add(std::move(chunk->problems));
    if (!chunk->end) continue;
    checked.is_whole = first;
    if (first) checked.jobs = std::move(chunk->jobs);
    break;
  }
  // Jobs with a key of the submitter's own are never made twice: the repeat's receipt names the first ones.
  checked.may_repeat = again || all_have_keys;
  co_return checked;
}

asio::awaitable<Result<Chunk>> Taking::read(std::shared_ptr<JobPass> pass) {
  std::function<Result<Chunk>()> next = [pass = std::move(pass)] { return pass->next(); };
  co_return co_await parts_.pool.run(std::move(next));
}

asio::awaitable<Result<void>> Taking::refuse_repeat(const std::string& sha256, Checked& checked) {
  if (options_.duplicate_window <= Duration(0)) co_return Result<void>();
  auto earlier =
      co_await parts_.store.batch_with_digest(sha256, parts_.clock.now() - options_.duplicate_window);
  if (!earlier) co_return earlier.error();
  if (*earlier) {
    std::vector<Problem> problems{Problem{
        0, "",
        fmt::format(
            "the same bytes were taken at {} as {} (batch {}); if they are meant to be rendered again, "
            "say \"reeld\": {{\"again\": true}} in one of its jobs",
            format_time((*earlier)->accepted_at), shown_name((*earlier)->file_name), (*earlier)->id.str())}};
    checked.rejection.add(std::move(problems));
  }
  co_return Result<void>();
}

asio::awaitable<Result<void>> Taking::stage_all(BatchId batch, std::shared_ptr<const JobFile> file,
                                                std::shared_ptr<LocalFrames> frames, Checked& checked) {
  Stamp stamp{parts_.clock.now(), {}};
  std::function<Result<LocalStamp>()> read_zone = [this, time = stamp.time] {
    return local_stamp(time, options_.timezone);
  };
  auto local = co_await parts_.pool.run(std::move(read_zone));
  if (!local) co_return local.error();
  stamp.local = std::move(*local);
  if (checked.is_whole) co_return co_await stage(batch, file, stamp, std::move(checked.jobs));

  auto pass = std::make_shared<JobPass>(file, parts_.catalogue, options_.max_json_bytes, std::move(frames));
  for (bool end = false; !end;) {
    auto chunk = co_await read(pass);
    if (!chunk) co_return chunk.error();
    end = chunk->end;
    if (!chunk->problems.empty()) {
      // It was fine a moment ago: somebody still writes into it.
      checked.rejection.add(std::move(chunk->problems));
      co_return co_await parts_.store.discard(batch);
    }
    auto staged = co_await stage(batch, file, stamp, std::move(chunk->jobs));
    if (!staged) co_return staged;
  }
  co_return Result<void>();
}

asio::awaitable<Result<void>> Taking::stage(BatchId batch, std::shared_ptr<const JobFile> file, Stamp stamp,
                                            std::vector<ReadJob> jobs) {
  if (jobs.empty()) co_return Result<void>();
  // Ids are drawn here and not on the pool: what they take their chance from belongs to this thread.
  std::vector<JobId> ids;
  std::vector<store::FramesOfJob> frames;
  for (ReadJob& job : jobs) {
    ids.emplace_back(parts_.uuids.next());
    const bool has_frames = !job.frames.start.empty() || !job.frames.end.empty();
    if (has_frames) frames.push_back({ids.back(), std::move(job.frames)});
  }
  if (!frames.empty()) {
    auto noted = co_await parts_.frames.stage_frames(std::move(frames));
    if (!noted) co_return noted;
  }
  std::function<Result<std::vector<store::NewJob>>()> make = [this, file, stamp, jobs = std::move(jobs),
                                                              ids = std::move(ids)] {
    store::NewJobContext context;
    context.batch_name = stem_of(file->path().filename().native());
    context.numbered = file->is_list();
    context.accepted = stamp.time;
    context.stamp = stamp.local;
    context.output = options_.output;
    std::vector<store::NewJob> made;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      context.id = ids[i];
      context.position = jobs[i].position;
      made.push_back(store::make_new_job(jobs[i].spec, context));
    }
    return Result<std::vector<store::NewJob>>(std::move(made));
  };
  auto made = co_await parts_.pool.run(std::move(make));
  if (!made) co_return made.error();
  auto staged = co_await parts_.store.stage(std::move(batch), std::move(*made));
  if (!staged) co_return staged.error();
  co_return Result<void>();
}

asio::awaitable<Result<void>> Taking::accept(BatchId batch, std::shared_ptr<const JobFile> file,
                                             std::string sha256) {
  const std::string name = file->path().filename().native();
  store::NewBatch made{batch, stem_of(name), name, file->submitter(), std::move(sha256)};
  auto accepted = co_await parts_.store.accept(std::move(made));
  // A conflict: an earlier try went through although it was reported as failed.
  if (!accepted && accepted.error().code != Errc::kConflict) co_return accepted;
  auto summary = co_await parts_.store.batch(std::move(batch));
  if (!summary) co_return summary.error();
  spdlog::info("spool: accepted file={} batch={} jobs={} submitter={}", shown_name(name), summary->id.str(),
               summary->jobs, shown_name(summary->submitter));
  on_accepted_();
  co_return co_await hand_over(std::move(*summary));
}

asio::awaitable<Result<void>> Taking::hand_over(store::BatchSummary summary) {
  const BatchId batch = summary.id;
  const auto folder = layout_.accepted(summary.accepted_at);
  std::function<Result<Place>()> choose = [folder, name = summary.file_name, batch]() -> Result<Place> {
    if (auto made = files::make_directories(folder, kFolderMode); !made) return made.error();
    return choose_place(folder, name, batch.str());
  };
  auto place = co_await parts_.pool.run(std::move(choose));
  if (!place) co_return place.error();
  // The receipt comes first: by it the place is found again if this is cut off before the file has moved.
  const std::string name = summary.file_name;
  auto written = co_await write_receipt(parts_.store, parts_.pool, std::move(summary), place->receipt());
  if (!written) co_return written;
  std::function<Result<void>()> move = [this, batch, name, to = place->file()]() -> Result<void> {
    crash_point(crash::kHandOverBefore);
    auto moved = files::move_durably(layout_.claim(batch) / name, to);
    crash_point(crash::kHandOverAfter);
    // Not there: it moved before a crash, and only the claim was left.
    if (!moved && moved.error().code != Errc::kNotFound) return moved;
    return clear_claim(layout_, batch);
  };
  co_return co_await parts_.pool.run(std::move(move));
}

asio::awaitable<Result<void>> Taking::reject(BatchId batch, std::string name, Rejection rejection) {
  spdlog::warn("spool: rejected file={} problems={} first={}", shown_name(name),
               rejection.problems.size() + rejection.more, shown_name(describe(rejection.problems.front())));
  std::function<Result<Place>()> move = [this, batch, name, rejection = std::move(rejection),
                                         now = parts_.clock.now()] {
    return reject_file(layout_, batch, name, rejection, now);
  };
  auto moved = co_await parts_.pool.run(std::move(move));
  if (!moved) co_return moved.error();
  co_return Result<void>();
}

asio::awaitable<Result<void>> Taking::clear(BatchId batch) {
  std::function<Result<void>()> work = [this, batch] { return clear_claim(layout_, batch); };
  co_return co_await parts_.pool.run(std::move(work));
}

}  // namespace reeld::spool
