// The steps that hand jobs in. They run while the queue is paused, so that the later steps find waiting jobs.
const MAX_JSON = 16 * 1024 * 1024;

const film = (prompt, own = {}, parameters = {}) => ({
  model: 'ltxv-2.0-fast',
  parameters: { prompt, duration: 6, ...parameters },
  reeld: { tags: ['check'], ...own },
});

export async function pause({ api, report }) {
  const { json } = await api.call('POST', '/v1/queue/pause', { json: { reason: 'the check looks around' }, expect: 200 });
  report.expect(json.paused?.reason === 'the check looks around', 'the pause does not give its reason');
}

export async function submitOne({ api, report, ids }) {
  const answer = await api.call('POST', '/v1/jobs?batch=single', { json: film('A lighthouse', { name: 'rain' }), expect: 201 });
  const { batch, jobs } = answer.json;
  ids.batch = batch.id;
  ids.rain = jobs[0].id;
  report.expect(batch.name === 'single' && batch.counts.jobs === 1, 'the batch is not as asked for');
  report.expect(answer.headers.location === `/v1/batches/${batch.id}`, `Location is ${answer.headers.location}`);
  report.expect(jobs[0].name === 'rain' && jobs[0].position === 1, 'the job is not as asked for');
}

export async function submitArrayTwice({ api, report, ids }) {
  const json = [
    film('Two films', { name: 'pair' }, { quantity: 2 }),
    film('A forbidden thing', { name: 'refused' }),
    film('adopted one', { name: 'adopted' }),
    film('given up one', { name: 'given-up' }),
    film('Much later', { name: 'later', not_before: '1h', deadline: '2d' }),
    film('To be held', { name: 'held' }),
    film('To be cancelled', { name: 'cancelled' }),
  ];
  const headers = { 'idempotency-key': 'check-array' };
  const first = await api.call('POST', '/v1/jobs', { json, headers, expect: 201 });
  for (const job of first.json.jobs) ids[job.name] = job.id;
  report.expect(first.json.jobs.map((job) => job.position).join() === '1,2,3,4,5,6,7', 'the jobs are not in order');
  const again = await api.call('POST', '/v1/jobs', { json, headers, expect: 200 });
  report.expect(again.headers['idempotency-replayed'] === 'true', 'a replay does not say that it is one');
  report.expect(again.body.equals(first.body), 'a replay has another body');
  const other = await api.call('POST', '/v1/jobs', { json: json.slice(1), headers, expect: 422 });
  report.expect(other.json.code === 'conflict', `another body under a used key: ${other.json.code}`);
}

export async function submitLines({ api, report, ids }) {
  const jobs = [film('One', { id: 'check-key', name: 'keyed' }), film('Two', { id: 'check-key' })];
  const body = `${jobs.map((job) => JSON.stringify(job)).join('\r\n')}\n\n`;
  const { json } = await api.call('POST', '/v1/jobs?batch=lines', { body, type: 'application/x-ndjson', expect: 201 });
  ids.keyed = json.jobs[0].id;
  report.expect(json.jobs[1].duplicate && json.jobs[1].id === ids.keyed, 'the second job of one key is no duplicate');
  report.expect(json.batch.counts.jobs === 1, 'a duplicate counts as a job of its batch');
}

export async function checkOnly({ api, report }) {
  const right = await api.call('POST', '/v1/jobs?check=1', { json: [film('One'), film('Two')], expect: 200 });
  report.expect(right.json.jobs === 2 && right.json.problem_count === 0, 'two right jobs are not');
  const body = `${JSON.stringify(film('One'))}\n${JSON.stringify({ ...film('Two'), model: 'none' })}\n`;
  const wrong = await api.call('POST', '/v1/jobs?check=1', { body, type: 'application/x-ndjson', expect: 200 });
  report.expect(wrong.json.problems[0]?.line === 2, 'the problem of line 2 is not told with its line');
  report.expect(wrong.json.problems[0]?.pointer === '/model', 'the problem is not told with its place');
}

export async function refuseWrongJobs({ api, report }) {
  const json = [film('One'), film('Two', {}, { duration: 7 }), film('Three', {}, { seeed: 1 })];
  const answer = await api.call('POST', '/v1/jobs', { json, expect: 422 });
  report.expect(answer.json.code === 'bad_input' && answer.json.problem_count === 2, 'two problems are not counted');
  report.expect(answer.json.problems?.[0]?.message.includes('7'), 'the problem does not name the value');
  await api.call('POST', '/v1/jobs', { json: [] , expect: 422 });
  const broken = await api.call('POST', '/v1/jobs', { body: '{"model":', type: 'application/json' });
  report.expect([400, 422].includes(broken.status), `broken JSON is answered with ${broken.status}`);
  await api.call('POST', '/v1/jobs', { body: '{}', type: 'text/plain', expect: 415 });
  await api.call('POST', '/v1/jobs', { body: '{}', expect: 415 });
}

export async function refuseTooLarge({ api }) {
  await api.call('POST', '/v1/jobs', { body: Buffer.alloc(MAX_JSON + 1, ' '), type: 'application/json', expect: 413 });
}
