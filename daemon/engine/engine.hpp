#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <filesystem>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "common/job/catalogue.hpp"
#include "common/util/async/nursery.hpp"
#include "common/util/clock.hpp"
#include "common/util/random.hpp"
#include "common/util/uuid.hpp"
#include "daemon/engine/breaker.hpp"
#include "daemon/engine/disk_room.hpp"
#include "daemon/engine/frame_uploads.hpp"
#include "daemon/engine/governor.hpp"
#include "daemon/engine/hold.hpp"
#include "daemon/engine/observer.hpp"
#include "daemon/engine/poll_plan.hpp"
#include "daemon/engine/reconciler.hpp"
#include "daemon/engine/situation.hpp"
#include "daemon/files/pool.hpp"
#include "daemon/leonardo/api.hpp"
#include "daemon/leonardo/cdn.hpp"
#include "daemon/store/store.hpp"

namespace reeld::engine {

class JobRun;

/// What may change while jobs are in flight.
struct EngineRules {
  Limits limits;
  PollPolicy poll;
  BackoffPolicy retry;
  int render_attempts = 2;
  Duration render_timeout{3'600'000};
  Duration download_for{7LL * 86'400'000};
  Duration settle_time{180'000};   ///< when the account's list is trusted to show a submit
  std::string if_absent = "park";  ///< or "resend": what becomes of a submit that never arrived
  std::uint64_t min_free_bytes =
      0;  ///< on the disk of the results: with less, nothing new is begun; 0: no limit
  store::Caps caps = {};
};

struct EngineOptions {
  std::string base_url;  ///< on record with every attempt
  std::filesystem::path results;
  bool results_are_marked =
      false;                     ///< nothing is written there without the marker of files/results_marker.hpp
  std::filesystem::path frames;  ///< the copies of local pictures
  int results_mode = 0640;
  std::string missing_key;  ///< why there is no API key; empty: there is one
  EngineRules rules;
};

/// Drains the queue: claims jobs while there is room, and lives each one's life in a coroutine of its own
/// (JobRun).
class Engine {
 public:
  /// What it works with; all of it outlives the engine.
  struct Parts {
    store::Store& store;
    leonardo::Api& api;
    leonardo::Cdn& cdn;
    leonardo::Images& images;
    files::Pool& pool;
    Clock& clock;
    Random& random;
    UuidGenerator& uuids;
    const Catalogue& catalogue;
    Observer& observer;
  };

  /// `on_job_end` is called when a job reached a final state.
  Engine(boost::asio::any_io_executor executor, Parts parts, EngineOptions options,
         std::function<void()> on_job_end);
  ~Engine();

  /// Takes up what was in flight, then claims jobs and starts their runs until stop() is called.
  boost::asio::awaitable<void> run();

  /// There may be work to claim.
  void poke() { work_.poke(); }

  /// Winds down: claims no more, lets submits in flight be heard for `grace`, and leaves renders for the next
  /// start. True when every run ended by itself.
  boost::asio::awaitable<bool> stop(Duration grace);

  bool stopping() const { return stopping_; }
  /// What was in flight before the start is taken up.
  bool recovered() const { return recovered_; }

  /// Other rules from now on, for what is under way too. Waits that were planned by the old ones end.
  void set_rules(EngineRules rules);
  /// Another API key from now on. Submits are held until the account has said by a probe, which comes at
  /// once, whose it is; nothing that was heard under the old key is taken for an answer to that.
  void set_key(const std::string& key);
  /// Still no API key, by now for this reason.
  void miss_key(std::string reason);
  /// False while submits are held because there is none.
  bool has_key() const { return options_.missing_key.empty(); }

  // What people ask for. Errors as the store gives them.

  template <class T>
  using Async = boost::asio::awaitable<Result<T>>;

  /// Cancels, retries, holds or releases jobs; work on them that is under way ends or begins accordingly.
  /// `delete_upstream` also removes what a cancelled job has rendered from the account.
  Async<store::ActionResult> act(store::Action action, std::vector<JobId> jobs, std::string by,
                                 bool delete_upstream);
  Async<store::ActionResult> resolve(JobId job, store::Resolution resolution, std::string by);
  Async<int> release_batch(BatchId batch, std::string by);
  /// Stops submits; what is rendering goes on.
  Async<void> pause(store::Pause pause);
  /// Lets submits go on, and asks an account in trouble at once.
  Async<void> resume(std::string by);

  /// How things stand now.
  Situation situation() const;

  /// Adds a line about the queue as a whole to the history.
  boost::asio::awaitable<void> announce(store::EventKind kind, std::string text, Json detail);

  // For the runs.
  const Parts& parts() const { return parts_; }
  const EngineOptions& options() const { return options_; }
  const EngineRules& rules() const { return options_.rules; }
  Governor& governor() { return governor_; }
  FrameUploads& frame_uploads() { return frame_uploads_; }
  const std::string& account() const { return account_; }
  /// Grows with each change of the API key: what was asked for with two of them proves nothing.
  int key_no() const { return key_no_; }

  /// Submits are held or paused: jobs that have not been sent go back to the queue.
  bool submits_held() const { return hold_.stands() || pause_.has_value() || restored_from_.has_value(); }
  /// True when a download may begin now. After much trouble that is the only one until it told how it went.
  bool may_download();
  /// Why no download begins now; "" when they may.
  std::string downloads_paused() const;
  /// Whether the folder of the results is the one that was marked, and not the mount point of a disk that is
  /// gone. kUnavailable: it is not. Blocking.
  Result<void> look_for_results() const;
  /// Until it is worth to look whether downloads may go on.
  Duration downloads_pause() const;
  /// What the films' server is like; told by each download.
  Breaker& download_breaker() { return download_breaker_; }
  /// A submit was accepted, or refused for what it asks: the account is in order.
  void submit_answered();
  /// An answer was understood: the service lives.
  void service_answered() { failures_in_a_row_ = 0; }
  /// A run has the job in its hands: its submit may still be answered.
  bool is_live(const JobId& job) const;
  /// Goes on with a job that waited for what became of its submit.
  void take_up(store::ClaimedJob job) { start(std::move(job)); }
  /// The backup that the queue was restored from, while it is not known what was sent since.
  const std::optional<store::Restored>& restored_from() const { return restored_from_; }
  /// That is known now: takes up what was in flight, and submits.
  boost::asio::awaitable<void> go_on_restored();
  /// Takes the turn of all jobs with this fingerprint; false while a twin has it.
  bool take_turn(const std::string& fingerprint) { return sending_.insert(fingerprint).second; }
  void give_turn_back(const std::string& fingerprint);
  /// An older run of the same job, taken from it by a person, has not ended yet.
  bool has_older_run(const JobRun& run) const;
  /// A submit's outcome is unknown, or the service failed: after 10 in a row submits pause.
  void service_failed(const std::string& words);
  /// The account or the connection is in trouble: submits pause until a probe succeeds.
  void hold_submits(const std::string& reason, leonardo::ErrorClass error_class);

 private:
  boost::asio::awaitable<void> recover();
  boost::asio::awaitable<void> wait_recovered();
  boost::asio::awaitable<void> dispatch();
  /// Claims what there is room for; true when there may be more.
  boost::asio::awaitable<bool> claim();
  boost::asio::awaitable<void> probe();
  boost::asio::awaitable<void> live(std::list<std::unique_ptr<JobRun>>::iterator run);
  void start(store::ClaimedJob job);
  /// What was asked for has been done in the store: ends and begins runs accordingly.
  void follow(const store::ActionResult& result);
  boost::asio::awaitable<void> delete_upstream(std::vector<store::ActionOutcome> cancelled);
  boost::asio::awaitable<void> announce_hold();
  /// Watches the room on the disk of the results.
  boost::asio::awaitable<void> watch_disk();
  boost::asio::awaitable<void> disk_changed(DiskRoom room, std::uintmax_t free);
  /// Watches whether the disk of the results is there at all.
  boost::asio::awaitable<void> watch_results();
  /// How many jobs may be claimed now.
  int claimable() const;
  /// The service's clock and this machine's agree well enough for deadlines.
  bool clocks_agree() const;
  /// Logs it when they begin or cease to.
  void tell_of_clocks();
  /// Jobs that are about to be sent.
  int submitting() const;
  Duration look_wait() const;
  /// How long the dispatcher may sleep if nothing pokes it.
  Duration idle_time() const;

  Parts parts_;
  EngineOptions options_;
  int key_no_ = 1;
  std::function<void()> on_job_end_;
  Governor governor_;
  FrameUploads frame_uploads_;
  Hold hold_;
  std::string hold_class_;  ///< of ErrorClass: what the hold is about
  std::string account_;     ///< the account's user id; empty until a probe told it
  int failures_in_a_row_ = 0;
  bool stopping_ = false;
  bool recovered_ = false;
  bool hold_announced_ = false;  ///< the history says that submits are held
  std::optional<store::Pause> pause_;
  std::optional<store::Restored> restored_from_;
  bool clocks_agreed_ = true;
  DiskRoom disk_room_ = DiskRoom::kEnough;
  std::string disk_low_;      ///< why nothing new is begun; empty: there is room
  std::string results_gone_;  ///< the results' disk is not there, in words; empty: it is
  Breaker download_breaker_;
  Wakeup work_;
  Wakeup disk_wakeup_;
  Wakeup results_wakeup_;
  std::optional<Time> next_due_;
  Duration looked_at_{0};  ///< Clock::elapsed() of the last claim, also of one of none
  std::list<std::unique_ptr<JobRun>> runs_;
  std::set<std::string> sending_;  ///< fingerprints whose submit is under way
  Reconciler reconciler_;
  Nursery nursery_;
};

}  // namespace reeld::engine
