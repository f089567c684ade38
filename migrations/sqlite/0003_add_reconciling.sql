-- 0003_add_reconciling.sql
-- Why:    a submit whose outcome nobody knows is looked for in the account's list, and its twins wait meanwhile.
-- Units:  none are added.
-- Safe:   adds columns with defaults and indexes. Attempts from before have no fingerprint, and no twin waits for them.

-- What a submit asked for, in the words that the account's list shows: two with the same one cannot be told apart.
ALTER TABLE attempt ADD COLUMN fingerprint TEXT NOT NULL DEFAULT '';
-- The id was found in the account's list, not heard in the attempt's own answer.
ALTER TABLE attempt ADD COLUMN adopted INTEGER NOT NULL DEFAULT 0;

-- Nobody waits any more for what became of it, and nothing can find it out; a late answer is still kept.
ALTER TABLE attempt ADD COLUMN given_up INTEGER NOT NULL DEFAULT 0;

-- One unresolved submit of a kind at a time. The database sees to it, whoever asks.
CREATE UNIQUE INDEX attempt_open_fingerprint ON attempt (fingerprint) WHERE outcome = 'open' AND given_up = 0 AND fingerprint <> '';
CREATE INDEX attempt_open ON attempt (intent_at) WHERE outcome = 'open';

-- The fingerprint of the unresolved submit that a scheduled job waits for.
ALTER TABLE job ADD COLUMN waits_for TEXT;
CREATE INDEX job_waits_for ON job (waits_for) WHERE waits_for IS NOT NULL;

CREATE TRIGGER twin_resolved AFTER UPDATE OF outcome, given_up ON attempt
WHEN OLD.outcome = 'open' AND OLD.given_up = 0 AND (NEW.outcome <> 'open' OR NEW.given_up = 1) AND OLD.fingerprint <> ''
BEGIN
  UPDATE job SET due_at = NEW.intent_at WHERE waits_for = OLD.fingerprint AND state = 'scheduled';
END;
