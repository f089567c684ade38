// The steps that only look.
const NOBODY = '00000000-0000-7000-8000-000000000000';

export async function look({ api, report }) {
  await api.call('GET', '/healthz', { expect: 200 });
  await api.call('HEAD', '/healthz', { expect: 200 });
  await api.call('GET', '/readyz', { expect: 200 });
  const { json } = await api.call('GET', '/v1/models', { expect: 200 });
  report.expect(json.models.some((model) => model.name === 'ltxv-2.0-fast'), 'a model of the catalogue is missing');
  const metrics = await api.call('GET', '/metrics', { expect: 200 });
  report.expect(/version=0\.0\.4/.test(metrics.headers['content-type']), 'the metrics do not say their version');
  report.expect(/^# TYPE /m.test(metrics.body.toString()), 'the metrics are none');
}

export async function listAndPage({ api, report, ids }) {
  const all = await api.call('GET', '/v1/jobs', { expect: 200 });
  const walked = [];
  for (let next = ''; next !== null; ) {
    const page = await api.call('GET', `/v1/jobs?limit=3${next && `&after=${next}`}`, { expect: 200 });
    report.expect(page.json.jobs.length <= 3, 'a page is longer than asked for');
    walked.push(...page.json.jobs.map((job) => job.id));
    next = page.json.next;
  }
  report.expect(walked.join() === all.json.jobs.map((job) => job.id).join(), 'the pages are not the list');
  const found = async (query) => (await api.call('GET', `/v1/jobs?${query}`, { expect: 200 })).json.jobs.map((job) => job.id);
  report.expect((await found('batch=single&tag=check&model=ltxv-2.0-fast')).join() === ids.rain, 'filters find another job');
  report.expect((await found('q=LIGHTHOUSE')).join() === ids.rain, 'text is not found');
  report.expect((await found('state=scheduled')).join() === ids.later, 'a state is not found');
  report.expect((await found('state=failed,cancelled')).length === 0, 'there are ended jobs already');
  report.expect((await found(`id=${ids.rain.slice(-8)}`)).join() === ids.rain, 'the end of an id is not found');
  for (const query of ['state=odd', 'limit=0', 'limit=1001', 'limit=x', 'after=x', 'id=abc']) {
    await api.call('GET', `/v1/jobs?${query}`, { expect: 400 });
  }
}

export async function showJobs({ api, report, ids }) {
  for (const id of Object.entries(ids).flatMap(([name, id]) => (name === 'batch' ? [] : [id]))) {
    await api.call('GET', `/v1/jobs/${id}`, { expect: 200 });
    await api.call('GET', `/v1/jobs/${id}/events`, { expect: 200 });
  }
  const { json } = await api.call('GET', `/v1/jobs/${ids.rain.slice(-8)}`, { expect: 200 });
  report.expect(json.id === ids.rain, 'a short id leads to another job');
  await api.call('GET', `/v1/jobs/${NOBODY}`, { expect: 404 });
  await api.call('GET', `/v1/jobs/${NOBODY}/events`, { expect: 404 });
  await api.call('GET', '/v1/jobs/not-an-id', { expect: 404 });
}

export async function showBatches({ api, report, ids }) {
  const page = await api.call('GET', '/v1/batches?limit=1', { expect: 200 });
  await api.call('GET', `/v1/batches?limit=1000&after=${page.json.next}`, { expect: 200 });
  await api.call('GET', '/v1/batches?limit=0', { expect: 400 });
  const { json } = await api.call('GET', '/v1/batches/single', { expect: 200 });
  report.expect(json.id === ids.batch, 'a name leads to another batch');
  await api.call('GET', `/v1/batches/${ids.batch}`, { expect: 200 });
  await api.call('GET', '/v1/batches/nowhere', { expect: 404 });
}

export async function showFigures({ api, report }) {
  const { json } = await api.call('GET', '/v1/stats', { expect: 200 });
  const open = Object.entries(json.counts).filter(([state]) => !['succeeded', 'failed', 'cancelled'].includes(state));
  report.expect(json.open === open.reduce((sum, [, jobs]) => sum + jobs, 0), '"open" is not the sum of the open states');
  await api.call('GET', '/v1/queue', { expect: 200 });
  for (const by of ['hour', 'day', 'model', 'batch', 'tag']) {
    const costs = await api.call('GET', `/v1/costs?by=${by}`, { expect: 200 });
    report.expect(costs.json.by === by, `costs by ${by} are by ${costs.json.by}`);
  }
  await api.call('GET', '/v1/costs?since=2026-01-01T00:00:00Z&until=2026-02-01T00:00:00Z', { expect: 200 });
  await api.call('GET', '/v1/costs?by=colour', { expect: 400 });
  await api.call('GET', '/v1/costs?since=yesterday', { expect: 400 });
}

export async function fetchFiles({ api, report, ids }) {
  const { json } = await api.call('GET', `/v1/jobs/${ids.rain}`, { expect: 200 });
  const [film] = json.film_files;
  const whole = await api.call('GET', film.file, { expect: 200 });
  report.expect(whole.body.length === film.size, 'a film has another size than its job says');
  const { etag } = whole.headers;
  const part = await api.call('GET', film.file, { headers: { range: 'bytes=100-199', 'if-range': etag }, expect: 206 });
  report.expect(part.body.equals(whole.body.subarray(100, 200)), 'a range has other bytes');
  const stale = { range: 'bytes=100-199', 'if-range': '"another"' };
  await api.call('GET', film.file, { headers: stale, expect: 200 });
  await api.call('GET', film.file, { headers: { 'if-none-match': etag }, expect: 304 });
  await api.call('GET', film.file, { headers: { range: 'bytes=999999999-' }, expect: 416 });
  const saved = await api.call('GET', `${film.file}?download=1`, { expect: 200 });
  report.expect(/^attachment/.test(saved.headers['content-disposition']), 'a download is no attachment');
  const head = await api.call('HEAD', film.file, { expect: 200 });
  report.expect(head.headers['content-length'] === String(film.size), 'HEAD tells another length');
  await api.call('GET', film.poster, { expect: 200 });
  await api.call('GET', json.result, { expect: 200 });
  for (const file of [`${ids.rain}/files/2`, `${ids.later}/files/1`, `${ids.rain}/files/secret`, `${NOBODY}/files/1`]) {
    await api.call('GET', `/v1/jobs/${file}`, { expect: 404 });
  }
  await api.call('HEAD', `/v1/jobs/${ids.later}/files/1`, { expect: 404 });
}

export { NOBODY };
