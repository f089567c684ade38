// A job's third stage: from the finished render to bytes that are whole. publish.cpp puts them in their
// place.
#include <fmt/format.h>

#include <algorithm>

#include "daemon/engine/job_run.hpp"
#include "daemon/files/mp4.hpp"

namespace reeld::engine {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using store::Film;
using store::Move;

namespace {

/// After this many bytes they are synced and their number is recorded: what a crash costs at the most.
constexpr std::uint64_t kSyncEvery = 16U << 20;
constexpr Duration kDiskFullPause = 10s;
/// Many times what a film of 20 seconds takes. A server that sends more, or does not end, shall not fill the
/// disk.
constexpr std::uint64_t kLargestFilm = 4ULL << 30;
constexpr std::uint64_t kLargestUnannounced = 256ULL << 20;

/// A place among the downloads: waited for, held, and given back however the wait or the work ends.
class DownloadPlace {
 public:
  DownloadPlace(Governor& governor, Wakeup& wakeup) : governor_(governor), wakeup_(wakeup) {}
  ~DownloadPlace() {
    if (held_) {
      governor_.download_ends();
    } else {
      governor_.leave_download_queue(wakeup_);
    }
  }
  DownloadPlace(const DownloadPlace&) = delete;
  DownloadPlace& operator=(const DownloadPlace&) = delete;

  bool take() { return held_ = governor_.take_download(wakeup_); }

 private:
  Governor& governor_;
  Wakeup& wakeup_;
  bool held_ = false;
};

/// A download that the breaker let begin: what it did not tell of the films' server by its end, it will not.
class BreakerTurn {
 public:
  explicit BreakerTurn(Breaker& breaker) : breaker_(breaker), trial_(breaker.trial()) {}
  ~BreakerTurn() { breaker_.given_up(trial_); }
  BreakerTurn(const BreakerTurn&) = delete;
  BreakerTurn& operator=(const BreakerTurn&) = delete;

 private:
  Breaker& breaker_;
  int trial_;
};

/// True for trouble that lies with the films' server, not with one address or with this side.
bool is_the_servers(Errc code) {
  return code == Errc::kNotSent || code == Errc::kMaybeSent || code == Errc::kTimedOut ||
         code == Errc::kPeerRejected || code == Errc::kPeerBroken;
}

/// Writes a film's bytes into its .part file, and records now and then how many are safe.
class PartSink final : public leonardo::FilmSink {
 public:
  using Record =
      std::function<asio::awaitable<Result<void>>(std::uint64_t synced, const std::string& validator)>;

  PartSink(files::PartFile& part, const JobRun& run, Record record)
      : part_(part), run_(run), record_(std::move(record)) {}

  asio::awaitable<Result<void>> begin(leonardo::FilmHead head) override {
    head_ = std::move(head);
    if (head_.total && *head_.total > kLargestFilm) {
      co_return Error{Errc::kPeerBroken, "engine.download",
                      fmt::format("{} bytes are no film", *head_.total)};
    }
    recorded_ = head_.offset;
    if (head_.offset == 0 && part_.size() > 0) co_return co_await part_.restart();
    co_return Result<void>();
  }

  asio::awaitable<Result<void>> write(std::string chunk) override {
    if (run_.must_end()) {
      auto saved = co_await save();
      if (!saved) co_return saved;
      co_return Error{Errc::kCancelled, "engine.download", "the run must end"};
    }
    if (part_.size() + chunk.size() > head_.total.value_or(kLargestUnannounced)) {
      co_return Error{Errc::kPeerBroken, "engine.download",
                      head_.total ? "more bytes came than were announced" : "the film does not end"};
    }
    auto written = co_await part_.write(std::move(chunk));
    if (!written || part_.size() - recorded_ < kSyncEvery) co_return written;
    co_return co_await save();
  }

  const leonardo::FilmHead& head() const { return head_; }

 private:
  asio::awaitable<Result<void>> save() {
    if (head_.validator.empty()) co_return Result<void>();
    auto synced = co_await part_.sync();
    if (!synced) co_return synced.error();
    recorded_ = *synced;
    co_return co_await record_(*synced, head_.validator);
  }

  files::PartFile& part_;
  const JobRun& run_;
  Record record_;
  leonardo::FilmHead head_;
  std::uint64_t recorded_ = 0;
};

}  // namespace

asio::awaitable<void> JobRun::download() {
  for (int tries = 1;; ++tries) {
    Result<void> stored;
    {
      // Held while bytes move, not while a failed try waits for the next: others go on meanwhile.
      DownloadPlace place(engine_.governor(), wakeup_);
      while (!place.take()) {
        if (!co_await pause(1h)) co_return;
      }
      while (!engine_.may_download()) {
        if (!co_await pause(std::max<Duration>(engine_.downloads_pause(), 1s))) co_return;
      }
      const BreakerTurn turn(engine_.download_breaker());
      stored = co_await store_films();
    }
    if (stored) break;
    if (!co_await download_trouble(stored.error(), tries)) co_return;
  }
  const std::size_t films = job_.films.size();
  std::string words = fmt::format("{} of {} films stored", films, job_.quantity);
  if (!warnings_.empty()) words += fmt::format(" ({})", fmt::join(warnings_, "; "));
  Move succeeded(JobState::kDownloading, JobState::kSucceeded, words);
  succeeded.detail = Json{{"output", job_.output_path}, {"warnings", warnings_}};
  co_await move(std::move(succeeded));
}

/// Everything between the render and the end, from wherever an earlier try (or life) left it.
asio::awaitable<Result<void>> JobRun::store_films() {
  warnings_.clear();
  if (static_cast<int>(job_.films.size()) < job_.quantity) {
    warnings_.push_back(fmt::format("the service made {} of {} films", job_.films.size(), job_.quantity));
  }
  auto chosen = co_await choose_place();
  if (!chosen) co_return chosen;
  for (Film& film : job_.films) {
    auto here = co_await is_here(film);
    if (!here) co_return here.error();
    if (*here) continue;
    auto downloaded = co_await download_film(film);
    if (!downloaded) co_return downloaded;
  }
  co_return co_await publish();
}

/// True when the film's bytes are on this disk already, whole: in their place, or in the .part file.
asio::awaitable<Result<bool>> JobRun::is_here(const Film& film) {
  if (film.published) co_return true;
  if (film.sha256.empty()) co_return false;
  const std::function<Result<bool>()> look = [this, &film]() -> Result<bool> {
    for (const auto& path : {part_path(film.number), film_path(film.number, ".mp4")}) {
      const auto digest = files::digest(path);
      if (digest && digest->sha256 == film.sha256) return true;
      if (!digest && digest.error().code != Errc::kNotFound) return digest.error();
    }
    return false;
  };
  co_return co_await engine_.parts().pool.run<bool>(look);
}

asio::awaitable<Result<void>> JobRun::download_film(Film& film) {
  const Engine::Parts& parts = engine_.parts();
  if (fresh_urls(film) == nullptr) {
    auto refreshed = co_await refresh_urls();
    if (!refreshed) co_return refreshed;
  }
  // The folder may have been removed since the place was chosen.
  const std::function<Result<void>()> make_folder = [this] { return make_result_folder(); };
  auto made = co_await parts.pool.run<void>(make_folder);
  if (!made) co_return made;
  const std::uint64_t keep = film.validator.empty() ? 0 : film.synced;
  const auto mode = static_cast<mode_t>(engine_.options().results_mode);
  auto part = co_await files::PartFile::open(parts.pool, part_path(film.number), keep, mode);
  if (!part) co_return part.error();
  auto fetched = co_await fetch_into(**part, film);
  if (!fetched) co_return fetched;
  auto digest = co_await (*part)->finish();
  if (!digest) co_return digest.error();
  const std::function<Result<void>()> check = [this, &film] {
    return files::check_mp4(part_path(film.number));
  };
  auto whole = co_await parts.pool.run<void>(check);
  if (!whole) {
    film.validator.clear();
    co_return Error{Errc::kPeerBroken, "engine.download", "not a whole film: " + whole.error().detail};
  }
  film.size = digest->size;
  film.sha256 = digest->sha256;
  store::FilmFile recorded{film.number, film.path, film.size, film.sha256};
  co_return co_await insist([&] { return parts.store.record_film_file(job_.lease, recorded); });
}

/// Brings the rest of a film's bytes into its .part file.
asio::awaitable<Result<void>> JobRun::fetch_into(files::PartFile& part, Film& film) {
  const Engine::Parts& parts = engine_.parts();
  const PartSink::Record record = [&](std::uint64_t synced,
                                      const std::string& validator) -> asio::awaitable<Result<void>> {
    film.synced = synced;
    film.validator = validator;
    store::FilmProgress progress{film.number, synced, validator};
    co_return co_await parts.store.record_progress(job_.lease, std::move(progress));
  };
  PartSink sink(part, *this, record);
  leonardo::FilmRequest request{fresh_urls(film)->video_url, part.size(), film.validator};
  auto fetched = co_await parts.cdn.fetch_film(std::move(request), sink);
  if (fetched) engine_.download_breaker().succeeded();
  if (!fetched) {
    const Errc code = fetched.error().code;
    if (is_the_servers(code))
      engine_.download_breaker().failed(fetched.error().detail, parts.clock.elapsed());
    // What is here does not belong to the film that is there now.
    if (code == Errc::kConflict) film.validator.clear();
    // The address no longer serves it: a signature ran out, or it moved.
    if (code == Errc::kNotFound || code == Errc::kPeerRejected) fresh_urls_.clear();
    co_return fetched;
  }
  if (sink.head().total && part.size() != *sink.head().total) {
    co_return Error{Errc::kPeerBroken, "engine.download",
                    fmt::format("{} of {} bytes came", part.size(), *sink.head().total)};
  }
  co_return Result<void>();
}

const leonardo::RenderedFilm* JobRun::fresh_urls(const Film& film) const {
  for (const leonardo::RenderedFilm& fresh : fresh_urls_) {
    if (leonardo::without_query(fresh.video_url) == film.url) return &fresh;
  }
  // The service may have moved its films. Nobody promises their order, so it is believed only while none is
  // here.
  const auto index = static_cast<std::size_t>(film.number - 1);
  const bool none_here =
      std::ranges::all_of(job_.films, [](const Film& other) { return other.sha256.empty(); });
  return none_here && index < fresh_urls_.size() ? &fresh_urls_[index] : nullptr;
}

/// Asks the status again: addresses may be signed and expire, and only stripped ones are on record.
asio::awaitable<Result<void>> JobRun::refresh_urls() {
  if (!co_await wait_to_ask()) co_return Error{Errc::kCancelled, "engine.download", "the daemon stops"};
  auto generation = co_await look();
  if (generation) fresh_urls_ = std::move(generation->films);
  const bool all_known = std::ranges::all_of(
      job_.films, [this](const Film& film) { return film.published || fresh_urls(film) != nullptr; });
  if (!all_known) {
    co_return Error{Errc::kUnavailable, "engine.download",
                    "the service does not show the films' addresses now"};
  }
  co_return Result<void>();
}

/// What a failed try means. True: try again now. Never a new render: what is paid for is only fetched again.
asio::awaitable<bool> JobRun::download_trouble(const Error& error, int tries) {
  if (error.code == Errc::kLeaseLost || must_end()) {
    log(spdlog::level::info, "the download stops", {{"why", error.detail}});
    co_return false;
  }
  const EngineRules& rules = engine_.rules();
  const Engine::Parts& parts = engine_.parts();
  log(spdlog::level::warn, "the films are not stored yet, trying on",
      {{"error", describe(error)}, {"try", tries}});
  if (tries == 1 || tries % 10 == 0) co_await note("not stored yet: " + error.detail, Json{{"try", tries}});
  // Time in which the daemon was down does not count.
  if (parts.clock.elapsed() - started_ > rules.download_for) {
    Move failed(JobState::kDownloading, JobState::kFailed, "the films could not be stored");
    failed.error_class = "download_failed";
    failed.error =
        fmt::format("not stored within {}: {}. The render is paid for and kept: retry takes it up again",
                    humanize(rules.download_for), error.detail);
    co_await move(std::move(failed));
    co_return false;
  }
  parts.observer.retried(RetryReason::kDownload);
  const Duration own = rules.retry.base + backoff_delay(rules.retry, tries, parts.random.unit());
  co_return co_await pause(error.code == Errc::kNoSpace ? kDiskFullPause : own);
}

}  // namespace reeld::engine
