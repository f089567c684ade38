#pragma once

#include <string>

#include "common/job/ids.hpp"
#include "common/job/output_path.hpp"
#include "common/job/spec.hpp"
#include "common/util/time.hpp"
#include "daemon/store/records.hpp"

namespace reeld::store {

/// What a checked job does not say itself: where it came from, and when.
struct NewJobContext {
  JobId id;
  int position = 0;        ///< from 1, in its batch
  std::string batch_name;  ///< what an unnamed job is called after
  bool numbered =
      false;           ///< the batch may hold several jobs: an unnamed one gets its position, "shots-00042"
  Time accepted{};     ///< what durations in the job count from
  LocalStamp stamp;    ///< the same in results.timezone
  std::string output;  ///< the template of result paths where the job has none
};

/// A checked job as the store takes it: named, its times resolved, its result path expanded.
NewJob make_new_job(const JobSpec& spec, const NewJobContext& context);

}  // namespace reeld::store
