-- 0004_add_budget.sql
-- Why:    every cent is on record: reserved before a submit, then charged or released, perhaps refunded.
-- Units:  amounts are billionths of their unit (DOLLARS, CREDITS), NULL where nobody knows; a day counts since 1970.
-- Safe:   adds tables and columns with defaults, and books what old attempts cost. Reads every attempt once. Whether a
--         render that failed before was refunded is not on record: it is booked as paid for.

-- Append-only. Every entry of an attempt repeats what the attempt was for, so that pruned jobs stay accounted for, and
-- belongs to the day of sent_at, whenever it is booked.
CREATE TABLE ledger (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  at            INTEGER NOT NULL,
  entry         TEXT NOT NULL CHECK (entry IN ('reserved', 'released', 'charged', 'refunded')),
  amount        INTEGER CHECK (amount >= 0),
  unit          TEXT NOT NULL,
  estimated     INTEGER NOT NULL DEFAULT 0,
  intent_id     TEXT NOT NULL,
  generation_id TEXT,
  job_id        TEXT NOT NULL,
  batch_id      TEXT NOT NULL,
  sent_at       INTEGER NOT NULL,
  model         TEXT NOT NULL,
  tags          TEXT NOT NULL,
  price_kind    TEXT NOT NULL
) STRICT;
CREATE INDEX ledger_intent ON ledger (intent_id, id);
CREATE INDEX ledger_sent ON ledger (sent_at);
CREATE INDEX ledger_unpriced ON ledger (price_kind) WHERE entry = 'charged' AND amount IS NULL;

CREATE TRIGGER ledger_keeps BEFORE UPDATE ON ledger BEGIN
  SELECT RAISE(ABORT, 'the ledger is append-only');
END;
CREATE TRIGGER ledger_loses_nothing BEFORE DELETE ON ledger BEGIN
  SELECT RAISE(ABORT, 'the ledger is append-only');
END;

-- Sums are kept, not added up: looking at a cap costs the same however long the ledger is. The unit '' counts the
-- submits whose amount nobody knows.
CREATE TABLE spend_day (
  day      INTEGER NOT NULL,
  unit     TEXT NOT NULL,
  spent    INTEGER NOT NULL DEFAULT 0,
  reserved INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (day, unit)
) STRICT, WITHOUT ROWID;
CREATE TABLE spend_batch (
  batch_id TEXT NOT NULL,
  unit     TEXT NOT NULL,
  spent    INTEGER NOT NULL DEFAULT 0,
  reserved INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (batch_id, unit)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER ledger_summed AFTER INSERT ON ledger WHEN NEW.amount IS NOT 0 BEGIN
  INSERT INTO spend_day (day, unit) VALUES (NEW.sent_at / 86400000, iif(NEW.amount, NEW.unit, ''))
    ON CONFLICT DO NOTHING;
  UPDATE spend_day SET
    spent = spent + coalesce(NEW.amount, 1) * ((NEW.entry = 'charged') - (NEW.entry = 'refunded')),
    reserved = reserved + coalesce(NEW.amount, 1) * ((NEW.entry = 'reserved') - (NEW.entry = 'released'))
  WHERE day = NEW.sent_at / 86400000 AND unit = iif(NEW.amount, NEW.unit, '');
  INSERT INTO spend_batch (batch_id, unit) VALUES (NEW.batch_id, iif(NEW.amount, NEW.unit, ''))
    ON CONFLICT DO NOTHING;
  UPDATE spend_batch SET
    spent = spent + coalesce(NEW.amount, 1) * ((NEW.entry = 'charged') - (NEW.entry = 'refunded')),
    reserved = reserved + coalesce(NEW.amount, 1) * ((NEW.entry = 'reserved') - (NEW.entry = 'released'))
  WHERE batch_id = NEW.batch_id AND unit = iif(NEW.amount, NEW.unit, '');
END;

-- What the service named last for a kind of render; an amount of NULL: it named nothing.
CREATE TABLE price (
  price_kind TEXT PRIMARY KEY,
  amount     INTEGER,
  unit       TEXT NOT NULL,
  learned_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Jobs that wait for the outcome of a submit of unknown price (waits_for: "price:" and its intent) come back with it,
-- or when its job is given up.
CREATE TRIGGER price_resolved AFTER UPDATE OF outcome ON attempt WHEN OLD.outcome = 'open' AND NEW.outcome <> 'open' BEGIN
  UPDATE job SET due_at = NEW.intent_at WHERE waits_for = 'price:' || NEW.intent_id AND state = 'scheduled';
END;
CREATE TRIGGER price_given_up AFTER UPDATE OF state ON job WHEN OLD.state = 'parked' AND NEW.state = 'failed' BEGIN
  UPDATE job SET due_at = NEW.state_since WHERE waits_for = 'price:' || NEW.intent_id AND state = 'scheduled';
END;

-- Dollars that releases have allowed a batch beyond its cap, and what the next release allows.
ALTER TABLE batch ADD COLUMN allowance INTEGER NOT NULL DEFAULT 0;
ALTER TABLE batch ADD COLUMN next_allowance INTEGER NOT NULL DEFAULT 0;

-- A decimal below a million with nine decimals survives this conversion: a double holds one digit more.
INSERT INTO ledger (at, entry, unit, estimated, intent_id, job_id, batch_id, sent_at, model, tags, price_kind)
  SELECT a.intent_at, 'reserved', '', 1, a.intent_id, j.id, j.batch_id, a.intent_at, j.model, j.tags, ''
  FROM attempt a JOIN job j ON j.id = a.job_id WHERE a.outcome IN ('open', 'accepted') ORDER BY a.intent_at;
INSERT INTO ledger (at, entry, unit, estimated, intent_id, generation_id, job_id, batch_id, sent_at, model, tags, price_kind)
  SELECT a.accepted_at, 'released', '', 1, a.intent_id, a.generation_id, l.job_id, l.batch_id, l.sent_at, l.model,
    l.tags, ''
  FROM attempt a JOIN ledger l ON l.intent_id = a.intent_id WHERE a.outcome = 'accepted' ORDER BY a.intent_at;
INSERT INTO ledger (at, entry, amount, unit, intent_id, generation_id, job_id, batch_id, sent_at, model, tags, price_kind)
  SELECT a.accepted_at, 'charged',
    CASE WHEN a.cost_unit <> '' AND a.cost_amount GLOB '[0-9]*' AND a.cost_amount NOT GLOB '*[^0-9.]*'
      AND a.cost_amount NOT GLOB '*.*.*' AND length(a.cost_amount) < 16 AND CAST(a.cost_amount AS REAL) < 1000000
      THEN CAST(round(CAST(a.cost_amount AS REAL) * 1000000000) AS INTEGER) END,
    a.cost_unit, a.intent_id, a.generation_id, l.job_id, l.batch_id, l.sent_at, l.model, l.tags, ''
  FROM attempt a JOIN ledger l ON l.intent_id = a.intent_id AND l.entry = 'reserved'
  WHERE a.outcome = 'accepted' ORDER BY a.intent_at;
