#include "daemon/store/sqlite/frames.hpp"

#include <algorithm>
#include <iterator>

namespace reeld::store::sqlite {
namespace {

bool is_needed(Connection& db, const std::string& copy) {
  Query job = db.query(
      "SELECT 1 FROM job_frame f JOIN job j ON j.id = f.job_id"
      " WHERE f.start_frame = ?1 AND f.start_frame <> '' AND j.state <> 'succeeded'"
      " UNION ALL SELECT 1 FROM job_frame f JOIN job j ON j.id = f.job_id"
      " WHERE f.end_frame = ?1 AND f.end_frame <> '' AND j.state <> 'succeeded'",
      copy);
  return job.step();
}

}  // namespace

Result<void> stage_frames(Connection& db, const std::vector<FramesOfJob>& jobs) {
  for (const FramesOfJob& job : jobs) {
    db.run("INSERT INTO job_frame (job_id, start_frame, end_frame, warning) VALUES (?1, ?2, ?3, ?4)", job.job,
           job.frames.start, job.frames.end, job.frames.warning);
  }
  return {};
}

void add_frame_warnings(Connection& db, const BatchId& batch, Time now) {
  db.run(
      "INSERT INTO job_event (at, batch_id, job_id, text, kind)"
      " SELECT ?2, s.batch_id, s.id, f.warning, 'note' FROM staged_job s JOIN job_frame f ON f.job_id = s.id"
      " WHERE s.batch_id = ?1 AND f.warning <> '' ORDER BY s.position",
      batch, now);
}

Result<JobFrames> job_frames(Connection& db, const JobId& job) {
  Query row = db.query("SELECT start_frame, end_frame, warning FROM job_frame WHERE job_id = ?1", job);
  if (!row.step()) return JobFrames{};
  return JobFrames{row.text(0), row.text(1), row.text(2)};
}

Result<std::optional<std::string>> uploaded_image(Connection& db, const ImageKey& key) {
  Query row =
      db.query("SELECT image_id FROM uploaded_image WHERE sha256 = ?1 AND account = ?2 AND base_url = ?3",
               key.sha256, key.account, key.base_url);
  if (!row.step()) return std::optional<std::string>();
  return std::optional(row.text(0));
}

Result<void> remember_image(Connection& db, const ImageKey& key, const std::string& image_id, Time now) {
  db.run(
      "INSERT OR REPLACE INTO uploaded_image (sha256, account, base_url, image_id, uploaded_at)"
      " VALUES (?1, ?2, ?3, ?4, ?5)",
      key.sha256, key.account, key.base_url, image_id, now);
  return {};
}

Result<bool> forget_images(Connection& db, const JobId& job, const std::vector<std::string>& image_ids) {
  for (const std::string& image_id : image_ids) {
    db.run("DELETE FROM uploaded_image WHERE image_id = ?1", image_id);
  }
  return db.run("UPDATE job_frame SET renewed = 1 WHERE job_id = ?1 AND renewed = 0", job) > 0;
}

Result<std::vector<std::string>> unneeded_frames(Connection& db, const std::vector<std::string>& copies) {
  db.run("DELETE FROM job_frame WHERE NOT EXISTS (SELECT 1 FROM job WHERE job.id = job_frame.job_id)");
  std::vector<std::string> unneeded;
  std::ranges::copy_if(copies, std::back_inserter(unneeded),
                       [&db](const std::string& copy) { return !is_needed(db, copy); });
  return unneeded;
}

}  // namespace reeld::store::sqlite
