#pragma once

#include "common/util/error.hpp"
#include "daemon/store/frame_store.hpp"
#include "daemon/store/records.hpp"
#include "daemon/store/sqlite/connection.hpp"

/// Local pictures. See FrameStore.
namespace reeld::store::sqlite {

Result<void> stage_frames(Connection& db, const std::vector<FramesOfJob>& jobs);

/// Writes the warnings of a batch that is being accepted into the history.
void add_frame_warnings(Connection& db, const BatchId& batch, Time now);

Result<JobFrames> job_frames(Connection& db, const JobId& job);
Result<std::optional<std::string>> uploaded_image(Connection& db, const ImageKey& key);
Result<void> remember_image(Connection& db, const ImageKey& key, const std::string& image_id, Time now);
Result<bool> forget_images(Connection& db, const JobId& job, const std::vector<std::string>& image_ids);
Result<std::vector<std::string>> unneeded_frames(Connection& db, const std::vector<std::string>& copies);

}  // namespace reeld::store::sqlite
