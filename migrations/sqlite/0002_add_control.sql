-- 0002_add_control.sql
-- Why:    people look at the queue, act on it and are told of it: lists by filter, counts by age and hour, holds on
--         batches, keys of submit calls, messages to hooks.
-- Units:  instants are UTC milliseconds since 1970; a slot is 5 minutes, an hour is 60, both counted since 1970.
-- Safe:   adds columns with defaults, tables and indexes; rebuilds triggers. Reads every job once.

ALTER TABLE batch ADD COLUMN idempotency_key TEXT;
CREATE UNIQUE INDEX batch_idempotency_key ON batch (idempotency_key) WHERE idempotency_key IS NOT NULL;

-- Why the batch's jobs stay out of the queue, and the permanent failures in a row that lead there.
ALTER TABLE batch ADD COLUMN held TEXT NOT NULL DEFAULT '';
ALTER TABLE batch ADD COLUMN failures_in_row INTEGER NOT NULL DEFAULT 0;
ALTER TABLE batch ADD COLUMN failure_class TEXT NOT NULL DEFAULT '';
CREATE INDEX batch_name ON batch (name, id);

-- What a line of the history is about. One without a batch is about the queue as a whole.
ALTER TABLE job_event ADD COLUMN kind TEXT NOT NULL DEFAULT 'note';
UPDATE job_event SET kind = CASE WHEN to_state IS NOT NULL THEN 'transition' WHEN job_id IS NULL THEN 'batch_accepted'
  ELSE 'note' END;

-- A list by state reads one index in order, however long the queue is. It also finds what is in flight.
CREATE INDEX job_state ON job (state, id);
DROP INDEX job_in_flight;
CREATE INDEX job_model ON job (model, id);
CREATE INDEX job_batch_state ON job (batch_id, state, position);

CREATE TABLE job_tag (
  tag    TEXT NOT NULL,
  job_id TEXT NOT NULL,
  PRIMARY KEY (tag, job_id)
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO job_tag (tag, job_id) SELECT t.value, j.id FROM job j, json_each(j.tags) t;
CREATE TRIGGER job_tagged AFTER INSERT ON job WHEN NEW.tags <> '[]' BEGIN
  INSERT OR IGNORE INTO job_tag (tag, job_id) SELECT value, NEW.id FROM json_each(NEW.tags);
END;
CREATE TRIGGER job_retagged AFTER UPDATE OF tags ON job BEGIN
  DELETE FROM job_tag WHERE job_id = OLD.id AND tag IN (SELECT value FROM json_each(OLD.tags));
  INSERT OR IGNORE INTO job_tag (tag, job_id) SELECT value, NEW.id FROM json_each(NEW.tags);
END;

-- Unfinished jobs by state, model and age: kept, so that the picture costs the same at any length of the queue.
CREATE TABLE shape_count (
  state TEXT NOT NULL,
  model TEXT NOT NULL,
  slot  INTEGER NOT NULL,
  jobs  INTEGER NOT NULL,
  PRIMARY KEY (state, model, slot)
) STRICT, WITHOUT ROWID;
INSERT INTO shape_count (state, model, slot, jobs)
  SELECT state, model, accepted_at / 300000, COUNT(*) FROM job
  WHERE state NOT IN ('succeeded', 'failed', 'cancelled') GROUP BY 1, 2, 3;

-- Jobs that ended, by the hour in which they did.
CREATE TABLE hour_count (
  hour  INTEGER NOT NULL,
  state TEXT NOT NULL,
  jobs  INTEGER NOT NULL,
  PRIMARY KEY (hour, state)
) STRICT, WITHOUT ROWID;
INSERT INTO hour_count (hour, state, jobs)
  SELECT finished_at / 3600000, state, COUNT(*) FROM job WHERE finished_at IS NOT NULL GROUP BY 1, 2;

DROP TRIGGER job_counted;
CREATE TRIGGER job_counted AFTER INSERT ON job BEGIN
  UPDATE state_count SET jobs = jobs + 1 WHERE state = NEW.state;
  INSERT INTO shape_count (state, model, slot, jobs) VALUES (NEW.state, NEW.model, NEW.accepted_at / 300000, 1)
    ON CONFLICT DO UPDATE SET jobs = jobs + 1;
END;
DROP TRIGGER job_recounted;
CREATE TRIGGER job_recounted AFTER UPDATE OF state ON job WHEN OLD.state <> NEW.state BEGIN
  UPDATE state_count SET jobs = jobs - 1 WHERE state = OLD.state;
  UPDATE state_count SET jobs = jobs + 1 WHERE state = NEW.state;
  DELETE FROM shape_count
    WHERE state = OLD.state AND model = OLD.model AND slot = OLD.accepted_at / 300000 AND jobs <= 1;
  UPDATE shape_count SET jobs = jobs - 1
    WHERE state = OLD.state AND model = OLD.model AND slot = OLD.accepted_at / 300000;
  INSERT INTO shape_count (state, model, slot, jobs)
    SELECT NEW.state, NEW.model, NEW.accepted_at / 300000, 1
    WHERE NEW.state NOT IN ('succeeded', 'failed', 'cancelled')
    ON CONFLICT DO UPDATE SET jobs = jobs + 1;
END;
DROP TRIGGER job_uncounted;
CREATE TRIGGER job_uncounted AFTER DELETE ON job BEGIN
  UPDATE state_count SET jobs = jobs - 1 WHERE state = OLD.state;
  DELETE FROM shape_count
    WHERE state = OLD.state AND model = OLD.model AND slot = OLD.accepted_at / 300000 AND jobs <= 1;
  UPDATE shape_count SET jobs = jobs - 1
    WHERE state = OLD.state AND model = OLD.model AND slot = OLD.accepted_at / 300000;
  DELETE FROM job_tag WHERE job_id = OLD.id AND tag IN (SELECT value FROM json_each(OLD.tags));
END;

DROP TRIGGER job_ended;
CREATE TRIGGER job_ended AFTER UPDATE OF state ON job
WHEN OLD.state NOT IN ('succeeded', 'failed', 'cancelled') AND NEW.state IN ('succeeded', 'failed', 'cancelled') BEGIN
  INSERT INTO hour_count (hour, state, jobs) VALUES (NEW.finished_at / 3600000, NEW.state, 1)
    ON CONFLICT DO UPDATE SET jobs = jobs + 1;
  UPDATE batch SET
    open_jobs = open_jobs - 1,
    succeeded = succeeded + (NEW.state = 'succeeded'),
    failed = failed + (NEW.state = 'failed'),
    cancelled = cancelled + (NEW.state = 'cancelled'),
    finished_at = CASE WHEN open_jobs = 1 THEN NEW.finished_at END
  WHERE id = NEW.batch_id;
END;
DROP TRIGGER job_reopened;
CREATE TRIGGER job_reopened AFTER UPDATE OF state ON job
WHEN OLD.state IN ('succeeded', 'failed', 'cancelled') AND NEW.state NOT IN ('succeeded', 'failed', 'cancelled') BEGIN
  UPDATE hour_count SET jobs = jobs - 1 WHERE hour = OLD.finished_at / 3600000 AND state = OLD.state;
  UPDATE batch SET
    open_jobs = open_jobs + 1,
    failed = failed - (OLD.state = 'failed'),
    cancelled = cancelled - (OLD.state = 'cancelled'),
    finished_at = NULL,
    reported = 0
  WHERE id = NEW.batch_id;
END;

-- A batch's end is a line of the history, right behind the one that tells of its last job's.
CREATE TRIGGER batch_finished AFTER INSERT ON job_event WHEN NEW.to_state IN ('succeeded', 'failed', 'cancelled') BEGIN
  INSERT INTO job_event (at, batch_id, kind, text, detail)
    SELECT NEW.at, id, 'batch_finished',
      printf('finished: %d succeeded, %d failed, %d cancelled', succeeded, failed, cancelled),
      json_object('name', name, 'jobs', jobs, 'succeeded', succeeded, 'failed', failed, 'cancelled', cancelled)
    FROM batch WHERE id = NEW.batch_id AND open_jobs = 0;
END;

-- Messages to hooks that still have to go out. Of each order (a job, a batch, the queue) the oldest goes first.
CREATE TABLE hook_delivery (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  hook       TEXT NOT NULL,
  order_key  TEXT NOT NULL,
  event_id   INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  due_at     INTEGER NOT NULL,
  tries      INTEGER NOT NULL DEFAULT 0,
  error      TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX hook_delivery_order ON hook_delivery (hook, order_key, id);
CREATE INDEX hook_delivery_due ON hook_delivery (due_at);
