// The steps about images, the live stream, and who may come in.
import { EventStream } from './stream.mjs';

// A red picture of 16x8.
const FRAME = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAABAAAAAICAIAAAB/FOjAAAAACXBIWXMAAAABAAAAAQBPJcTWAAAAFElEQVR4nGP4' +
    'y8BAEiJN9agGIhEAX7d+gfptJZ4AAAAASUVORK5CYII=',
  'base64',
);

export async function uploadImage({ api, report }) {
  const body = FRAME;
  const { json } = await api.call('POST', '/v1/images', { body, type: 'image/png', expect: 201 });
  report.expect(json.format === 'png' && json.width === 16 && json.height === 8, 'an image is not what it is');
  const job = {
    model: 'ltxv-2.0-fast',
    parameters: { prompt: 'With a frame', duration: 6, start_frame: { id: json.id, type: json.type } },
  };
  await api.call('POST', '/v1/jobs', { json: job, expect: 201 });
  await api.call('POST', '/v1/images', { body: 'no image', type: 'image/png', expect: 400 });
  await api.call('POST', '/v1/images', { body, type: 'image/gif', expect: 415 });
  await api.call('POST', '/v1/images', { body, expect: 415 });
}

/** A second reader resumes behind an event, and one comes with the id of another queue. */
export async function resumeStream({ api, report, stream }) {
  const events = stream.events.slice(1);
  report.expect(stream.events[0]?.event === 'hello', 'a stream does not begin with hello');
  report.expect(events.every((event, i) => i === 0 || event.data.id > events[i - 1].data.id), 'ids do not grow');
  const from = events[2];
  for (const options of [{ headers: { 'last-event-id': from.id } }, { target: `/v1/events?after=${from.id}` }]) {
    const second = await EventStream.open(api, options);
    await second.until('the rest of the events', (seen) => seen.length >= events.length - 3);
    const expected = events.slice(3).map((event) => event.id);
    const seen = second.events.slice(0, expected.length).map((event) => event.id);
    report.expect(seen.join() === expected.join(), `resumed at ${from.id}: ${seen.join()}, not ${expected.join()}`);
    second.close();
  }
  const foreign = await EventStream.open(api, { headers: { 'last-event-id': '999999999' } });
  await foreign.until('reset', (seen) => seen[0]?.event === 'reset');
  foreign.close();
  await api.call('GET', '/v1/events?after=x', { expect: 400 });
}

export async function refuseStrangers({ stranger, guest, api }) {
  await stranger.call('GET', '/healthz', { expect: 200 });
  await stranger.call('GET', '/v1/jobs', { expect: 401 });
  await stranger.call('GET', '/v1/jobs', { headers: { authorization: 'Bearer wrong' }, expect: 401 });
  await guest.call('GET', '/v1/jobs', { expect: 200 });
  await guest.call('GET', '/v1/jobs', { headers: { host: 'example.com' }, expect: 421 });
  await guest.call('POST', '/v1/queue/pause', { headers: { origin: 'https://example.com' }, expect: 403 });
  await guest.call('POST', '/v1/queue/pause', { headers: { 'sec-fetch-site': 'cross-site' }, expect: 403 });
  await api.call('GET', '/v1/nowhere', { expect: 404 });
  await api.call('DELETE', '/v1/jobs', { expect: 405 });
}

export async function logIn({ api, stranger, report }) {
  const { json } = await api.call('POST', '/v1/login', { expect: 200 });
  const followed = await stranger.call('GET', json.path, { expect: 303 });
  const [cookie] = followed.headers['set-cookie']?.[0].split(';') ?? [''];
  report.expect(cookie.startsWith('reeld_session='), 'the cookie has another name than the document says');
  await stranger.call('GET', '/v1/jobs', { headers: { cookie }, expect: 200 });
  await stranger.call('GET', json.path, { expect: 403 });
  await stranger.call('GET', '/login?code=wrong', { expect: 403 });
}
