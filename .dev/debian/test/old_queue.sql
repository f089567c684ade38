-- A job that the queue of an older reeld, at migration 0002, holds: it was accepted and waits for its turn.
INSERT INTO batch (id, name, file_name, submitter, sha256, accepted_at, jobs, open_jobs)
VALUES ('01a204e1-43f8-7000-8886-ca94ec495703', 'old', 'old.json', 'root',
  'bc88b0163016930b6145514b196b896d184fe5a8a667cead7685d634e11000d3', 1795378201625, 1, 1);
INSERT INTO job (id, short_id, batch_id, position, name, tags, model, width, height, duration, quantity, spec, start_frame,
  output_path, accepted_at, priority, rank, state, state_since)
VALUES ('01a204e1-4416-7000-90c7-2daabd390571', 'bd390571', '01a204e1-43f8-7000-8886-ca94ec495703', 1, 'old', '[]',
  'ltxv-2.0-fast', 1920, 1080, 6, 1,
  '{"again":false,"duration":6,"extra_parameters":{},"height":1080,"key":"","mode":"RESOLUTION_1080",'
  || '"model":"ltxv-2.0-fast","name":"","output":"","priority":0,"prompt":"An old job","public":false,"quantity":1,'
  || '"tags":[],"width":1920}',
  '', 'kept/old', 1795378201625, 0, 1, 'queued', 1795378201625);
