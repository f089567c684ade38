-- 0005_add_start_frames.sql
-- Why:    local pictures are copied at intake, uploaded once for each account, and remembered.
-- Units:  instants are UTC milliseconds since 1970 (columns *_at).
-- Safe:   adds two tables. No job from before has a local picture.

-- The copies of a job's local pictures, by their names in the folder of frames (SHA256.png); '': it has none there.
CREATE TABLE job_frame (
  job_id      TEXT PRIMARY KEY,
  start_frame TEXT NOT NULL,
  end_frame   TEXT NOT NULL,
  -- A remark for the history when the job is accepted; '': none.
  warning     TEXT NOT NULL,
  -- The service lost the uploaded picture once, and it was uploaded again: that is not done twice.
  renewed     INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX job_frame_start ON job_frame (start_frame) WHERE start_frame <> '';
CREATE INDEX job_frame_end ON job_frame (end_frame) WHERE end_frame <> '';

CREATE TABLE uploaded_image (
  sha256      TEXT NOT NULL,
  account     TEXT NOT NULL,
  base_url    TEXT NOT NULL,
  image_id    TEXT NOT NULL,
  uploaded_at INTEGER NOT NULL,
  PRIMARY KEY (sha256, account, base_url)
) STRICT, WITHOUT ROWID;
CREATE INDEX uploaded_image_id ON uploaded_image (image_id);
