-- 0001_create_queue.sql
-- Why:    the queue's first shape: batches, jobs, attempts, films, history.
-- Units:  instants are UTC milliseconds since 1970 (columns *_at); durations are milliseconds (*_ms).
-- Safe:   creates everything anew.

CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

-- The highest rank that was ever claimed: batches that arrive later begin there, so that they are served in turn.
INSERT INTO meta (key, value) VALUES ('round', '0');
-- Which queue this is: a spool must not hand one queue's claimed files to another.
INSERT INTO meta (key, value) VALUES ('queue_id', lower(hex(randomblob(16))));

CREATE TABLE batch (
  id          TEXT PRIMARY KEY,
  name        TEXT NOT NULL,
  file_name   TEXT NOT NULL,
  submitter   TEXT NOT NULL,
  sha256      TEXT NOT NULL,
  accepted_at INTEGER NOT NULL,
  finished_at INTEGER,
  reported    INTEGER NOT NULL DEFAULT 0,
  stale       INTEGER NOT NULL DEFAULT 0,
  jobs        INTEGER NOT NULL DEFAULT 0,
  open_jobs   INTEGER NOT NULL DEFAULT 0 CHECK (open_jobs >= 0),
  succeeded   INTEGER NOT NULL DEFAULT 0,
  failed      INTEGER NOT NULL DEFAULT 0,
  cancelled   INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX batch_digest ON batch (sha256, accepted_at);
CREATE INDEX batch_stale ON batch (id) WHERE stale = 1;
CREATE INDEX batch_unreported ON batch (finished_at) WHERE finished_at IS NOT NULL AND reported = 0;

CREATE TABLE job (
  id            TEXT PRIMARY KEY,
  short_id      TEXT NOT NULL,
  batch_id      TEXT NOT NULL REFERENCES batch (id),
  position      INTEGER NOT NULL,
  name          TEXT NOT NULL,
  key           TEXT,
  tags          TEXT NOT NULL,
  model         TEXT NOT NULL,
  width         INTEGER NOT NULL,
  height        INTEGER NOT NULL,
  duration      INTEGER NOT NULL,
  quantity      INTEGER NOT NULL,
  seed          INTEGER,
  spec          TEXT NOT NULL,
  start_frame   TEXT NOT NULL,
  output_path   TEXT NOT NULL,
  accepted_at   INTEGER NOT NULL,
  priority      INTEGER NOT NULL,
  rank          INTEGER NOT NULL,
  deadline      INTEGER,
  state         TEXT NOT NULL CHECK (state IN ('scheduled', 'queued', 'held', 'submitting', 'generating',
                  'downloading', 'unknown', 'parked', 'succeeded', 'failed', 'cancelled')),
  state_since   INTEGER NOT NULL,
  due_at        INTEGER,
  lease_no      INTEGER NOT NULL DEFAULT 0,
  intent_id     TEXT,
  tries         INTEGER NOT NULL DEFAULT 0,
  accepted      INTEGER NOT NULL DEFAULT 0,
  overdue       INTEGER NOT NULL DEFAULT 0,
  generation_id TEXT,
  finished_at   INTEGER,
  error_class   TEXT NOT NULL DEFAULT '',
  error         TEXT NOT NULL DEFAULT '',
  CHECK ((state = 'scheduled') = (due_at IS NOT NULL)),
  CHECK ((state IN ('succeeded', 'failed', 'cancelled')) = (finished_at IS NOT NULL)),
  CHECK (state NOT IN ('generating', 'downloading') OR generation_id IS NOT NULL),
  CHECK (state NOT IN ('unknown', 'parked') OR intent_id IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX job_key ON job (key) WHERE key IS NOT NULL;
CREATE INDEX job_short_id ON job (short_id);
CREATE INDEX job_batch ON job (batch_id, position);
CREATE INDEX job_claim ON job (priority DESC, rank, id) WHERE state = 'queued';
CREATE INDEX job_due ON job (due_at) WHERE state = 'scheduled';
CREATE INDEX job_deadline ON job (deadline) WHERE deadline IS NOT NULL AND state IN ('scheduled', 'queued', 'held');
CREATE INDEX job_in_flight ON job (state, id)
  WHERE state IN ('submitting', 'generating', 'downloading', 'unknown', 'parked');

-- Jobs of a batch that is still being read; they become jobs in the commit that accepts the batch.
CREATE TABLE staged_job (
  id          TEXT PRIMARY KEY,
  batch_id    TEXT NOT NULL,
  position    INTEGER NOT NULL,
  name        TEXT NOT NULL,
  key         TEXT,
  tags        TEXT NOT NULL,
  model       TEXT NOT NULL,
  width       INTEGER NOT NULL,
  height      INTEGER NOT NULL,
  duration    INTEGER NOT NULL,
  quantity    INTEGER NOT NULL,
  seed        INTEGER,
  spec        TEXT NOT NULL,
  start_frame TEXT NOT NULL,
  output_path TEXT NOT NULL,
  priority    INTEGER NOT NULL,
  not_before  INTEGER,
  deadline    INTEGER
) STRICT;
CREATE INDEX staged_job_batch ON staged_job (batch_id, position);
CREATE INDEX staged_job_key ON staged_job (key) WHERE key IS NOT NULL;

-- Lines of a batch that named a job which is there already.
CREATE TABLE batch_duplicate (
  batch_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  job_id   TEXT NOT NULL,
  PRIMARY KEY (batch_id, position)
) STRICT, WITHOUT ROWID;

-- Every stem below results that some job's films or result file will have.
CREATE TABLE result_path (
  stem   TEXT PRIMARY KEY,
  job_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX result_path_job ON result_path (job_id);

-- One row for each request that may have been sent. Written before the first byte, never deleted with its job.
CREATE TABLE attempt (
  intent_id     TEXT PRIMARY KEY,
  job_id        TEXT NOT NULL,
  lease_no      INTEGER NOT NULL,
  seed          INTEGER NOT NULL,
  body          TEXT NOT NULL,
  base_url      TEXT NOT NULL,
  account       TEXT NOT NULL,
  intent_at     INTEGER NOT NULL,
  upstream_at   INTEGER NOT NULL,
  outcome       TEXT NOT NULL DEFAULT 'open' CHECK (outcome IN ('open', 'accepted', 'refused', 'not_sent')),
  generation_id TEXT UNIQUE,
  accepted_at   INTEGER,
  cost_amount   TEXT NOT NULL DEFAULT '',
  cost_unit     TEXT NOT NULL DEFAULT '',
  CHECK ((outcome = 'accepted') = (generation_id IS NOT NULL))
) STRICT;
CREATE INDEX attempt_job ON attempt (job_id, intent_at);
CREATE INDEX attempt_time ON attempt (intent_at);

CREATE TABLE film (
  job_id        TEXT NOT NULL REFERENCES job (id),
  generation_id TEXT NOT NULL,
  number        INTEGER NOT NULL,
  url           TEXT NOT NULL,
  poster_url    TEXT NOT NULL,
  path          TEXT NOT NULL DEFAULT '',
  size          INTEGER NOT NULL DEFAULT 0,
  sha256        TEXT NOT NULL DEFAULT '',
  published     INTEGER NOT NULL DEFAULT 0,
  synced        INTEGER NOT NULL DEFAULT 0,
  validator     TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (job_id, number),
  CHECK (published = 0 OR (path <> '' AND sha256 <> ''))
) STRICT, WITHOUT ROWID;

-- The history: append-only, one row for each change of state or remark.
CREATE TABLE job_event (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  at         INTEGER NOT NULL,
  batch_id   TEXT NOT NULL,
  job_id     TEXT,
  from_state TEXT,
  to_state   TEXT,
  text       TEXT NOT NULL,
  detail     TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE INDEX job_event_job ON job_event (job_id, id) WHERE job_id IS NOT NULL;
CREATE INDEX job_event_batch ON job_event (batch_id, id) WHERE job_id IS NULL;

-- How long renders took, by kind: what the first poll is planned by.
CREATE TABLE render_time (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  model     TEXT NOT NULL,
  width     INTEGER NOT NULL,
  height    INTEGER NOT NULL,
  duration  INTEGER NOT NULL,
  render_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX render_time_kind ON render_time (model, width, height, duration, id DESC);

-- Counts are kept, not counted: asking for them costs the same whatever the queue's length.
CREATE TABLE state_count (
  state TEXT PRIMARY KEY,
  jobs  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO state_count (state, jobs) VALUES
  ('scheduled', 0), ('queued', 0), ('held', 0), ('submitting', 0), ('generating', 0), ('downloading', 0),
  ('unknown', 0), ('parked', 0), ('succeeded', 0), ('failed', 0), ('cancelled', 0);

CREATE TRIGGER job_counted AFTER INSERT ON job BEGIN
  UPDATE state_count SET jobs = jobs + 1 WHERE state = NEW.state;
END;
CREATE TRIGGER job_recounted AFTER UPDATE OF state ON job WHEN OLD.state <> NEW.state BEGIN
  UPDATE state_count SET jobs = jobs - 1 WHERE state = OLD.state;
  UPDATE state_count SET jobs = jobs + 1 WHERE state = NEW.state;
END;
CREATE TRIGGER job_uncounted AFTER DELETE ON job BEGIN
  UPDATE state_count SET jobs = jobs - 1 WHERE state = OLD.state;
END;

-- A batch knows how it stands, so that its end is noticed by the commit that ends its last job.
CREATE TRIGGER job_ended AFTER UPDATE OF state ON job
WHEN OLD.state NOT IN ('succeeded', 'failed', 'cancelled') AND NEW.state IN ('succeeded', 'failed', 'cancelled') BEGIN
  UPDATE batch SET
    open_jobs = open_jobs - 1,
    succeeded = succeeded + (NEW.state = 'succeeded'),
    failed = failed + (NEW.state = 'failed'),
    cancelled = cancelled + (NEW.state = 'cancelled'),
    finished_at = CASE WHEN open_jobs = 1 THEN NEW.finished_at END
  WHERE id = NEW.batch_id;
END;
CREATE TRIGGER job_reopened AFTER UPDATE OF state ON job
WHEN OLD.state IN ('succeeded', 'failed', 'cancelled') AND NEW.state NOT IN ('succeeded', 'failed', 'cancelled') BEGIN
  UPDATE batch SET
    open_jobs = open_jobs + 1,
    failed = failed - (OLD.state = 'failed'),
    cancelled = cancelled - (OLD.state = 'cancelled'),
    finished_at = NULL,
    reported = 0
  WHERE id = NEW.batch_id;
END;
