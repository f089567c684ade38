#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/util/clock.hpp"
#include "daemon/api/shapes.hpp"
#include "daemon/app/exit_codes.hpp"
#include "daemon/cli/queue_view.hpp"
#include "daemon/engine/situation.hpp"
#include "daemon/store/open.hpp"
#include "version.hpp"

namespace reeld::cli {
namespace {

namespace fs = std::filesystem;

class StoreView final : public QueueView {
 public:
  StoreView(const Config& config, store::QueueLock lock, std::unique_ptr<store::Reader> reader)
      : config_(config), lock_(std::move(lock)), reader_(std::move(reader)) {}

  Answer list(const JobChoice& choice, const std::string& after, int limit) override {
    const auto page = reader_->list(to_filter(choice), JobId(after), limit);
    if (!page) return own_trouble(page.error());
    Json jobs = Json::array();
    for (const store::JobLine& job : page->jobs) jobs.push_back(api::job_json(job));
    return Json{{"jobs", std::move(jobs)}, {"next", page->next.empty() ? Json() : Json(page->next.str())}};
  }

  Answer match(const std::string& part) override {
    const auto ids = reader_->match(part);
    if (!ids) return own_trouble(ids.error());
    Json jobs = Json::array();
    for (const JobId& id : *ids) jobs.push_back(Json{{"id", id.str()}});
    return Json{{"jobs", std::move(jobs)}};
  }

  Answer show(const std::string& id) override {
    const auto job = reader_->show(JobId(id));
    if (job) return api::job_json(*job);
    Trouble trouble = own_trouble(job.error());
    if (job.error().code == Errc::kNotFound) trouble.exit_code = app::kExitUsage;
    return trouble;
  }

  Answer stats() override {
    const auto stats = reader_->stats();
    if (!stats) return own_trouble(stats.error());
    const Time now = SystemClock().now();
    Json value = api::stats_json(*stats, now);
    engine::Situation situation;
    situation.pause = stats->pause;
    value["queue"] = api::queue_json(situation);
    value["budget"] = api::budget_json(*stats, situation, now);
    value["version"] = kVersion;
    for (const char* absent : {"started_at", "limits", "connections"}) value[absent] = nullptr;
    value["paths"] = {{"incoming", (config_.spool.dir / "incoming").string()},
                      {"results", config_.results.dir.string()}};
    return value;
  }

 private:
  const Config& config_;
  store::QueueLock lock_;  ///< no daemon starts while somebody looks
  std::unique_ptr<store::Reader> reader_;
};

/// Whose the file is, where this user may not read it.
std::string who_may(const fs::path& file) {
  struct stat info{};
  if (::stat(file.c_str(), &info) != 0) return "";
  const passwd* owner = ::getpwuid(info.st_uid);
  return owner != nullptr ? owner->pw_name : std::to_string(info.st_uid);
}

/// Nothing where the database is there and may be read.
std::optional<Trouble> look_at(const fs::path& database) {
  if (::access(database.c_str(), R_OK | W_OK) == 0) return std::nullopt;
  if (errno == ENOENT || errno == ENOTDIR) {
    return Trouble{fmt::format("the daemon is not running, and there is no queue at {}", database.string()),
                   app::kExitNoInput};
  }
  const std::string owner = who_may(database);
  return Trouble{fmt::format("the daemon is not running, and this user may not read the queue at {}: {} may",
                             database.string(), owner.empty() ? "root and the service's user" : owner),
                 app::kExitUnavailable};
}

}  // namespace

boost::system::result<std::unique_ptr<QueueView>, Trouble> open_queue_itself(const Config& config) {
  const auto database = store::database_file(config.store.url);
  if (!database) return own_trouble(database.error());
  if (auto trouble = look_at(*database)) return std::move(*trouble);
  auto lock = store::QueueLock::take(*database);
  if (!lock) {
    Trouble trouble = own_trouble(lock.error());
    if (lock.error().code == Errc::kConflict) {
      trouble.words +=
          "; it does not answer at its control socket (it may be starting or stopping, or have another "
          "configuration)";
    }
    return trouble;
  }
  auto reader = store::open_reader(*database);
  if (!reader) return own_trouble(reader.error());
  return std::unique_ptr<QueueView>(
      std::make_unique<StoreView>(config, std::move(*lock), std::move(*reader)));
}

}  // namespace reeld::cli
