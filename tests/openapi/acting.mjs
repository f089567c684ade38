// The steps that change something.
import { NOBODY } from './reading.mjs';

export async function edit({ api, report, ids }) {
  const target = `/v1/jobs/${ids.held}`;
  const { json } = await api.call('PATCH', target, { json: { priority: 5, tags: ['a', 'b'] }, expect: 200 });
  report.expect(json.job.priority === 5 && json.job.tags.join() === 'a,b', 'a change does not show');
  for (const wrong of [{}, { priority: 1001 }, { priority: '5' }, { tags: [''] }, { colour: 'red' }, [1]]) {
    await api.call('PATCH', target, { json: wrong, expect: 400 });
  }
  await api.call('PATCH', target, { body: '{"priority":1}', type: 'text/plain', expect: 415 });
  await api.call('PATCH', `/v1/jobs/${NOBODY}`, { json: { priority: 1 }, expect: 404 });
}

export async function actOnOne({ api, report, ids }) {
  const act = async (action, id, options, state) => {
    const { json } = await api.call('POST', `/v1/jobs/${id}/${action}`, { expect: 200, ...options });
    report.expect(json.job?.state === state, `after ${action} a job is ${json.job?.state}, not ${state}`);
  };
  await act('hold', ids.held, {}, 'held');
  await act('release', ids.held, { json: {} }, 'queued');
  await act('hold', ids.held, { json: {} }, 'held');
  await act('cancel', ids.cancelled, { json: { delete_upstream: false } }, 'cancelled');
  await act('retry', ids.cancelled, {}, 'queued');
  await act('cancel', ids.cancelled, {}, 'cancelled');
}

export async function refuseActions({ api, report, ids }) {
  const refused = await api.call('POST', `/v1/jobs/${ids.rain}/retry`, { expect: 409 });
  report.expect(refused.json.detail.length > 0, 'a refusal has no words');
  await api.call('POST', `/v1/jobs/${ids.rain}/release`, { expect: 409 });
  await api.call('POST', `/v1/jobs/${ids.rain}/resolve`, { json: { verdict: 'fail' }, expect: 409 });
  await api.call('POST', `/v1/jobs/${ids.rain}/resolve`, { json: { verdict: 'hope' }, expect: 400 });
  await api.call('POST', `/v1/jobs/${ids.rain}/resolve`, { json: { verdict: 'adopt' }, expect: 400 });
  await api.call('POST', `/v1/jobs/${ids.rain}/resolve`, { json: {}, expect: 400 });
  await api.call('POST', `/v1/jobs/${ids.rain}/cancel`, { json: { delete_upstream: 'yes' }, expect: 400 });
  await api.call('POST', `/v1/jobs/${ids.rain}/cancel`, { body: 'now', type: 'text/plain', expect: 415 });
  for (const action of ['cancel', 'retry', 'hold', 'release']) {
    await api.call('POST', `/v1/jobs/${NOBODY}/${action}`, { expect: 404 });
  }
  await api.call('POST', `/v1/jobs/${NOBODY}/resolve`, { json: { verdict: 'fail' }, expect: 404 });
}

export async function actOnMany({ api, report, ids }) {
  const act = async (action, json, changed) => {
    const answer = await api.call('POST', `/v1/jobs/${action}`, { json, expect: 200 });
    const { matched, refused, outcomes } = answer.json;
    const what = `${action} ${JSON.stringify(json)}`;
    report.expect(answer.json.changed === changed, `${what} changed ${answer.json.changed}, not ${changed}`);
    report.expect(matched === answer.json.changed + refused, `${what}: the counts do not add up`);
    const isTold = (outcome) => (outcome.state === null) !== (outcome.refusal === null);
    report.expect(outcomes.every(isTold), `${what}: an outcome is neither yes nor no`);
  };
  await act('hold', { filter: { batch: 'lines' }, dry_run: true }, 1);
  await act('hold', { filter: { batch: 'lines' } }, 1);
  await act('release', { filter: { state: ['held'], batch: 'lines' } }, 1);
  await act('cancel', { ids: [ids.keyed, ids.cancelled] }, 1);
  await act('retry', { filter: { state: ['cancelled'], q: 'One' } }, 1);
  await act('cancel', { filter: {}, all: true, dry_run: true, delete_upstream: true }, Object.keys(ids).length - 2);
  await act('release', { filter: { tag: 'nobody', model: 'ltxv-2.0-fast' } }, 0);
  for (const action of ['cancel', 'retry', 'hold', 'release']) {
    for (const json of [{}, { filter: {} }, { filter: { state: ['odd'] } }, { ids: 'x' }, { ids: [], colour: 1 }]) {
      await api.call('POST', `/v1/jobs/${action}`, { json, expect: 400 });
    }
    await api.call('POST', `/v1/jobs/${action}`, { body: '{}', type: 'text/plain', expect: 415 });
  }
}

export async function actOnBatchAndQueue({ api, report }) {
  const { json } = await api.call('POST', '/v1/batches/single/release', { expect: 200 });
  report.expect(json.released === 0, 'a batch that was not held has released jobs');
  await api.call('POST', '/v1/batches/nowhere/release', { expect: 404 });
  await api.call('POST', '/v1/queue/pause', { json: { reason: 7 }, expect: 400 });
  await api.call('POST', '/v1/queue/pause', { body: 'x', type: 'text/plain', expect: 415 });
}

export async function prune({ api, report }) {
  const { json } = await api.call('POST', '/v1/prune', { json: { older_than: '365d', files: true }, expect: 200 });
  report.expect(json.jobs === 0 && json.more === false, 'young jobs were forgotten');
  for (const wrong of [{}, { older_than: 'soon' }, { older_than: '1d', states: ['queued'] }, { older_than: '1d', x: 1 }]) {
    await api.call('POST', '/v1/prune', { json: wrong, expect: 400 });
  }
  await api.call('POST', '/v1/prune', { body: 'all', type: 'text/plain', expect: 415 });
}

/** Lets the queue run. Two submits lose their answers on the way. */
export async function run({ api, report, cloud, ids, stream }) {
  for (const match of ['adopted one', 'given up one']) {
    await cloud.control('POST', '/_sim/faults', { on: 'submit', do: 'drop_after', match });
  }
  const { json } = await api.call('POST', '/v1/queue/resume', { expect: 200 });
  report.expect(json.paused === null, 'the queue is still paused');
  await stream.untilJobs([ids.rain, ids.pair, ids.keyed], ['succeeded']);
  await stream.untilJobs([ids.refused], ['failed']);
  await stream.untilJobs([ids.adopted, ids['given-up']], ['unknown', 'parked']);
}

export async function resolve({ api, report, cloud, ids, stream }) {
  const { json } = await api.call('POST', `/v1/jobs/${ids['given-up']}/resolve`, { json: { verdict: 'fail' }, expect: 200 });
  report.expect(json.job?.state === 'failed', `a job that was given up is ${json.job?.state}`);
  const ledger = await cloud.control('GET', '/_sim/ledger');
  const accepted = ledger.find((entry) => entry.prompt === 'adopted one');
  const verdict = { verdict: 'adopt', generation_id: accepted.id };
  await api.call('POST', `/v1/jobs/${ids.adopted}/resolve`, { json: verdict, expect: 200 });
  await stream.untilJobs([ids.adopted], ['succeeded']);
}
