#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/job/ids.hpp"
#include "daemon/store/calls.hpp"

namespace reeld::store {

/// The copies of a job's local pictures: names of files, empty where the job has none.
struct JobFrames {
  std::string start;
  std::string end;
  std::string warning;  ///< a remark for the history when the job is accepted; empty: none
};

/// A job on its way into the queue, and its pictures.
struct FramesOfJob {
  JobId job;
  JobFrames frames;
};

/// A picture's place in an account of the service.
struct ImageKey {
  std::string sha256;    ///< of the picture's bytes
  std::string account;   ///< the account's user id
  std::string base_url;  ///< of the API
};

/// What is known of local pictures: whose they are, where they were uploaded, and who needs their copies.
class FrameStore : public Calls {
 public:
  /// Says which pictures jobs have that are about to be staged.
  virtual Async<void> stage_frames(std::vector<FramesOfJob> jobs) = 0;

  /// The pictures of a job; all empty where it has none.
  virtual Async<JobFrames> job_frames(JobId job) = 0;

  /// The id of the account's image; nothing where the picture is not there, or no longer.
  virtual Async<std::optional<std::string>> uploaded_image(ImageKey key) = 0;

  /// The picture is in the account under this id.
  virtual Async<void> remember_image(ImageKey key, std::string image_id) = 0;

  /// The service refused a submit of `job` because it does not find one of these images: they are uploaded
  /// anew when somebody needs them. False: this job had that before.
  virtual Async<bool> forget_images(JobId job, std::vector<std::string> image_ids) = 0;

  /// Those of `copies` (names of files) that no job needs: all of their jobs succeeded, or are gone. A failed
  /// or cancelled one may be retried. Between two files: what is being staged counts as gone.
  virtual Async<std::vector<std::string>> unneeded_frames(std::vector<std::string> copies) = 0;
};

}  // namespace reeld::store
