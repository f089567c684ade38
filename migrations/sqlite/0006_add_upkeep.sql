-- 0006_add_upkeep.sql
-- Why:    finished jobs are forgotten after a while, and what was paid for stays on record.
-- Units:  instants are UTC milliseconds since 1970.
-- Safe:   adds columns without values, a table and indexes. Reads jobs, attempts and batches once.

-- Jobs by their end: what is old enough is found without a look at the rest.
CREATE INDEX job_finished ON job (finished_at, id) WHERE finished_at IS NOT NULL;
CREATE INDEX batch_finished ON batch (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX batch_duplicate_job ON batch_duplicate (job_id);

-- When the job of an attempt was forgotten. Its id keeps the generation from being taken for another job's.
ALTER TABLE attempt ADD COLUMN pruned_at INTEGER;
CREATE INDEX attempt_pruned ON attempt (pruned_at) WHERE pruned_at IS NOT NULL;

-- Since when the files of a job that succeeded are (about to be) removed.
ALTER TABLE job ADD COLUMN files_removed_at INTEGER;
CREATE INDEX job_with_files ON job (finished_at, id) WHERE state = 'succeeded' AND files_removed_at IS NULL;

-- Result files that are still to be removed. Written with the commit that lets go of them, so that none is left behind.
CREATE TABLE file_removal (
  job_id      TEXT PRIMARY KEY,
  output_path TEXT NOT NULL,
  ended_at    INTEGER NOT NULL,
  films       TEXT NOT NULL
) STRICT, WITHOUT ROWID;
