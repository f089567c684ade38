// Values as a daemon gives them, and values that it must not give.
const JOB_ID = '019ac1f0-7c3e-7a41-9b2d-5f0c6e1d2a3b';
const BATCH_ID = '019ac1f0-7c3e-7a41-9b2d-5f0c6e1d2a00';
const GENERATION_ID = '1f1a06db-37cd-6c60-9cac-182717e03f42';
const AT = '2026-12-01T02:00:00.000Z';
const SHA256 = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

const cost = { amount: '0.48', unit: 'DOLLARS' };

const job = {
  id: JOB_ID, short_id: '6e1d2a3b', name: 'rain', state: 'generating', batch: BATCH_ID, batch_name: 'episode-1',
  model: 'ltxv-2.0-pro', width: 1920, height: 1080, duration: 8, quantity: 1, priority: 0, tags: ['ep1'],
  accepted_at: AT, since: AT, due_at: null, deadline: null, finished_at: null, generation_id: GENERATION_ID,
  overdue: false, error_class: null, error: null, output: '2026-12-01/episode-1/rain', films: 0, cost,
  waiting: null, progress: { elapsed_ms: 1200, expected_ms: null },
};

const event = {
  id: 17, at: AT, kind: 'transition', job: JOB_ID, batch: BATCH_ID, from: 'submitting', to: 'generating',
  text: `accepted as ${GENERATION_ID}`, detail: {},
};

const film = {
  number: 1, path: '2026-12-01/episode-1/rain.mp4', size: 50000, sha256: SHA256, published: true,
  source_url: 'https://cdn.leonardo.ai/x.mp4', file: `/v1/jobs/${JOB_ID}/files/1`, poster: `/v1/jobs/${JOB_ID}/files/1.jpg`,
};

const detail = {
  ...job, submitter: 'kim', key: null, spec: { model: 'ltxv-2.0-pro' }, request: null,
  attempts: [{ intent: 'i', at: AT, seed: 7, outcome: 'accepted', generation_id: GENERATION_ID, cost }],
  film_files: [film], result: null, events: [event],
};

const batch = {
  id: BATCH_ID, name: 'episode-1', file: null, submitter: null, accepted_at: AT, finished_at: null, held: null,
  counts: { jobs: 1, open: 1, succeeded: 0, failed: 0, cancelled: 0 },
};

const queue = {
  paused: { reason: 'lunch', by: 'kim', since: AT }, account_held: { reason: 'the key is wrong', class: 'unauthorized', next_probe_ms: 500 },
  disk_low: null,
  store_trouble: null,
};

const counts = Object.fromEntries(
  ['scheduled', 'queued', 'held', 'submitting', 'generating', 'downloading', 'unknown', 'parked', 'succeeded', 'failed',
    'cancelled'].map((state) => [state, 0]),
);

const stats = {
  version: '0.1.0', now: AT, started_at: AT, counts, open: 0,
  age_limits_ms: [300000, 600000, 1200000, 2400000, 4800000, 9600000, 19200000],
  shape: [{ state: 'queued', model: 'ltxv-2.0-pro', ages: [1, 0, 0, 0, 0, 0, 0, 0] }],
  oldest: { queued: AT }, hours: [{ hour: AT, succeeded: 1, failed: 0, cancelled: 0 }], queue,
  limits: {
    in_flight: 0, window: 10, max_generations: 10, submits_per_minute: 100, requests_per_minute: 2000, next_submit_ms: 0,
    downloads: 0, max_downloads: 4,
  },
  budget: { day: '2026-12-01', spent: { DOLLARS: '1.20' }, reserved: {}, per_day: '25.00', per_batch: null, total: null },
  connections: 1, last_event: 17, paths: { incoming: '/data/spool/incoming', results: '/data/results' },
};

const spent = {
  renders: 1, without_cost: 0, estimated: 0, costs: { DOLLARS: '0.48' }, refunded: {}, reserved: {},
};
const costs = { by: 'batch', since: AT, until: AT, costs: [{ group: BATCH_ID, label: 'episode-1', ...spent }], total: spent };

const problem = {
  type: 'about:blank', title: 'Unprocessable Content', status: 422, detail: '1 problem', code: 'bad_input',
  problems: [{ line: null, pointer: '/model', message: 'is missing' }], problem_count: 1,
};

export const GOOD = [
  ['Job', job],
  ['Job', { ...job, state: 'queued', generation_id: null, cost: null, progress: null, waiting: 'waits for its turn' }],
  ['JobDetail', detail],
  ['JobDetail', { ...detail, submitter: null, key: 'ep1-rain', request: { model: 'x' }, attempts: [], film_files: [], events: [] }],
  ['Event', event],
  ['Event', { ...event, kind: 'queue_paused', job: null, batch: null, from: null, to: null, detail: { by: 'kim' } }],
  ['Batch', batch],
  ['Queue', queue],
  ['Queue', { paused: null, account_held: null, disk_low: '1 GB is left', store_trouble: 'its disk is full' }],
  ['Stats', stats],
  ['Stats', { ...stats, shape: [], oldest: {}, hours: [] }],
  ['Costs', costs],
  ['Problem', problem],
  ['Submitted', { batch, jobs: [{ position: 1, id: JOB_ID, name: 'rain', output: 'a/b', duplicate: false }] }],
  ['UploadedImage', { id: GENERATION_ID, type: 'UPLOADED', sha256: SHA256, format: 'png', width: 16, height: 8 }],
  ['Selection', { ids: [JOB_ID], dry_run: true }],
  ['Selection', { filter: {}, all: true }],
  ['JobRequest', { model: 'ltxv-2.0-pro', parameters: { prompt: 'Rain', duration: 8 } }],
];

const without = (value, name) => Object.fromEntries(Object.entries(value).filter(([key]) => key !== name));

export const BAD = [
  ['Job', without(job, 'waiting'), 'that leaves out what is null'],
  ['Job', { ...job, colour: 'red' }, 'with a member that nobody declared'],
  ['Job', { ...job, state: 'running' }, 'in a state that there is not'],
  ['Job', { ...job, accepted_at: '2026-12-01T02:00:00Z' }, 'whose time has no milliseconds'],
  ['Job', { ...job, cost: { amount: 0.48, unit: 'DOLLARS' } }, 'whose cost is a floating-point number'],
  ['Job', { ...job, progress: { elapsed_ms: 1 } }, 'with half a progress'],
  ['Job', detail, 'that is a JobDetail'],
  ['JobDetail', job, 'that is a Job'],
  ['JobDetail', { ...detail, film_files: [{ ...film, sha256: 'abc' }] }, 'with a short digest'],
  ['Event', { ...event, kind: 'odd' }, 'of a kind that there is not'],
  ['Event', { ...event, detail: null }, 'without a detail'],
  ['Batch', { ...batch, counts: without(batch.counts, 'open') }, 'with incomplete counts'],
  ['Queue', { ...queue, paused: true }, 'with a bare truth value'],
  ['Stats', { ...stats, counts: without(counts, 'parked') }, 'that leaves out a state'],
  ['Stats', { ...stats, oldest: { running: AT } }, 'with a state that there is not'],
  ['Stats', { ...stats, shape: [{ state: 'queued', model: 'x', ages: [1] }] }, 'with too few ages'],
  ['Costs', { ...costs, total: { ...spent, group: 'x' } }, 'whose total has a group'],
  ['Problem', { ...problem, code: 'oops' }, 'with a code that there is not'],
  ['Problem', without(problem, 'code'), 'without a code'],
  ['Selection', { ids: [JOB_ID], filter: {} }, 'by ids and by filter'],
  ['Selection', { dry_run: true }, 'of nothing'],
  ['JobRequest', { parameters: { prompt: 'Rain', duration: 8 } }, 'without a model'],
];
