#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/util/async/wakeup.hpp"
#include "common/util/log.hpp"
#include "daemon/engine/engine.hpp"
#include "daemon/files/part_file.hpp"

namespace reeld::engine {

/// Of folders below results.
inline constexpr mode_t kResultFolderMode = 0750;

/// One job in flight: its life as one coroutine, from claim to the end or to the daemon's.
///
/// Every step that matters is in the store before the next one is taken, so that a run may vanish at any
/// point and the next start goes on from there.
class JobRun {
 public:
  JobRun(Engine& engine, boost::asio::any_io_executor executor, store::ClaimedJob job);
  ~JobRun();

  /// Lives the job's life. Returns when it is final, waits for another time, has another owner, or the engine
  /// stops.
  boost::asio::awaitable<void> run();

  /// Ends the current pause: something happened that the run should look at.
  void poke() { wakeup_.poke(); }

  /// A person took the job from this run, which ends at its next wait: its lease is void.
  void abandon() {
    abandoned_ = true;
    wakeup_.poke();
  }

  /// Nothing more is to be begun: the job is taken away, or the engine stops.
  bool must_end() const { return abandoned_ || engine_.stopping(); }

  const store::ClaimedJob& job() const { return job_; }

 private:
  /// What a step says about the rest of the life.
  enum class Next { kGoOn, kEnd };
  using Step = boost::asio::awaitable<Next>;

  // submit.cpp
  Step submit();
  boost::asio::awaitable<bool> wait_to_submit(const std::function<bool()>& take_turn);
  Step leave_unsent();
  Step back_to_queue(std::string words);
  Step accepted(const leonardo::Accepted& answer, const IntentId& intent);
  Step refused(leonardo::ApiError error);
  boost::asio::awaitable<void> close_attempt(bool was_sent);
  std::string request_body(std::int64_t seed) const;

  // frames.cpp
  boost::asio::awaitable<bool> bring_frames(JobSpec& spec);
  boost::asio::awaitable<bool> bring_frame(std::string copy, std::string name,
                                           std::optional<FrameSource>& frame);
  boost::asio::awaitable<void> frame_failed(std::string name, leonardo::ApiError error);
  boost::asio::awaitable<bool> frames_lost(const leonardo::ApiError& error);

  // render.cpp
  Step wait_for_render();
  boost::asio::awaitable<std::optional<leonardo::Generation>> look();
  Step rendered(leonardo::Generation generation);
  Step render_failed(const leonardo::Generation& generation);
  boost::asio::awaitable<void> warn_when_overdue(Duration age);

  // download.cpp
  boost::asio::awaitable<void> download();
  boost::asio::awaitable<Result<void>> store_films();
  boost::asio::awaitable<Result<void>> download_film(store::Film& film);
  boost::asio::awaitable<Result<bool>> is_here(const store::Film& film);
  boost::asio::awaitable<Result<void>> fetch_into(files::PartFile& part, store::Film& film);
  boost::asio::awaitable<Result<void>> refresh_urls();
  /// The addresses the service shows for a film now, or null when they must be asked for.
  const leonardo::RenderedFilm* fresh_urls(const store::Film& film) const;
  boost::asio::awaitable<bool> download_trouble(const Error& error, int tries);

  // publish.cpp
  boost::asio::awaitable<Result<void>> choose_place();
  boost::asio::awaitable<Result<void>> publish();
  boost::asio::awaitable<Result<bool>> place_is_ours();
  boost::asio::awaitable<void> save_posters(bool ours);
  boost::asio::awaitable<Result<void>> save_poster(const store::Film& film);
  boost::asio::awaitable<Result<void>> write_result_file();
  boost::asio::awaitable<Result<void>> publish_film(store::Film& film);
  boost::asio::awaitable<Result<void>> leave_place();
  boost::asio::awaitable<Result<void>> withdraw();
  Result<void> make_result_folder() const;
  Result<bool> place_is_free() const;
  /// PATH.SUFFIX below results, or PATH-N.SUFFIX where the job makes several films.
  std::filesystem::path film_path(int film, std::string_view suffix) const;
  std::filesystem::path result_path() const;
  std::filesystem::path part_path(int film) const;

  // job_run.cpp
  /// Sleeps, at most `limit`; false when the run must end.
  boost::asio::awaitable<bool> pause(Duration limit);
  /// Waits until the governor lets a request through; false when the run must end.
  boost::asio::awaitable<bool> wait_to_ask();
  /// Moves the job and logs it; insists while the store is unavailable. True when the job is still ours.
  boost::asio::awaitable<bool> move(store::Move move);
  boost::asio::awaitable<void> note(std::string text, Json detail = Json::object());
  void log(spdlog::level::level_enum level, std::string_view words, Json fields = Json::object()) const;
  void end_generation();

  /// Repeats a store call while the store is unavailable (disk full, I/O error): what has happened must be
  /// recorded before anything else may.
  template <class Call>
  auto insist(Call call) -> decltype(call());

  Engine& engine_;
  store::ClaimedJob job_;
  Wakeup wakeup_;
  const bool taken_up_;     ///< in flight already when this run began: after a restart or a retry
  const Duration started_;  ///< Clock::elapsed() when this run began
  bool abandoned_ = false;
  bool counts_as_generation_ = false;
  std::vector<std::string> uploaded_;  ///< ids of the account's images that stand for local pictures
  std::vector<leonardo::RenderedFilm>
      fresh_urls_;                    ///< with their signatures; empty: the status must be asked
  std::vector<std::string> posters_;  ///< file names of saved posters, by film; "": none
  std::vector<std::string> warnings_;
};

template <class Call>
auto JobRun::insist(Call call) -> decltype(call()) {
  using namespace std::chrono_literals;
  for (int tries = 1;; ++tries) {
    auto result = co_await call();
    if (result || result.error().code != Errc::kUnavailable) co_return result;
    if (tries == 1)
      log(spdlog::level::err, "the queue cannot be written, trying on", {{"error", result.error().detail}});
    if (engine_.stopping() && tries > 3) co_return result;
    co_await engine_.parts().clock.sleep_for(1s);
  }
}

}  // namespace reeld::engine
