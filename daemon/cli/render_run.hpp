#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "daemon/cli/control.hpp"
#include "daemon/cli/follow.hpp"
#include "daemon/cli/render_inputs.hpp"
#include "daemon/cli/render_watch.hpp"
#include "daemon/cli/upload.hpp"

namespace reeld::cli {

/// One run of `reeld render` over its daemon: takes the files in, and follows them until they are at rest.
/// Nothing is sent to the service before all files are taken in, for the queue is paused until then.
class RenderRun {
 public:
  struct Options {
    bool json = false;  ///< an object for each event and problem on standard output
    FollowStyle style = FollowStyle::kJson;
    bool retry_failed = false;
    Terminal terminal;
    std::function<bool()> interrupted;  ///< the daemon winds down or has ended
  };

  /// `control` outlives it.
  RenderRun(Control& control, Options options)
      : control_(control),
        options_(std::move(options)),
        watch_(control, jobs_, options_.style != FollowStyle::kBars) {}

  /// The exit code of what went wrong; 0: all files were taken in, and no given job goes on by itself. What
  /// was wrong is told.
  int run(std::vector<RenderInput> inputs);

  const RenderJobs& jobs() const { return jobs_; }
  /// All files were taken in: jobs() is complete.
  bool has_all() const { return has_all_; }
  /// Why they were not, in words that were told already; empty where the daemon was interrupted.
  const std::string& trouble() const { return trouble_; }
  const RenderWatch& watch() const { return watch_; }

 private:
  int look();
  int check(RenderInput& input);
  int submit(const RenderInput& input);
  Answer send(const RenderInput& input, Upload& upload, const std::string& key);
  int for_each_job(const char* states, const std::function<void(const Json&)>& visit);
  int release_given();
  int hold_superseded();
  int release(const std::string& batch, const std::string& job, const std::vector<std::string>& held);
  int act(const std::string& action, const std::vector<std::string>& ids);
  int follow_all();
  int retry_failed();
  int told(const Trouble& trouble);

  Control& control_;
  Options options_;
  RenderJobs jobs_;
  RenderWatch watch_;
  std::set<std::string> names_;  ///< of the files' batches
  std::string begin_;            ///< the last event before the run
  bool was_empty_ = false;       ///< the queue had no unfinished job before
  bool has_all_ = false;
  std::string trouble_;
};

}  // namespace reeld::cli
