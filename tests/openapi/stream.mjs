// Reads /v1/events, and holds every event against the document.
import http from 'node:http';

/** Takes the blocks of a text/event-stream apart as they come. */
export class EventParser {
  #rest = '';

  /** The events that are complete now: { id, event, data }. Comments and bare retries are none. */
  push(text) {
    const blocks = (this.#rest + text).split('\n\n');
    this.#rest = blocks.pop();
    return blocks.map(readBlock).filter((event) => event.data !== undefined);
  }
}

function readBlock(block) {
  const event = {};
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    if (colon === 0) continue;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    event[name] = name === 'data' && event.data !== undefined ? `${event.data}\n${value}` : value;
  }
  return event;
}

export class EventStream {
  /** Opens the stream; `events` grows from then on. */
  static async open(api, { target = '/v1/events', headers = {} } = {}) {
    const stream = new EventStream(api);
    await stream.#connect(target, headers);
    return stream;
  }

  constructor(api) {
    this.events = [];
    this.#api = api;
  }
  #api;
  #request;
  #waiting = new Set();

  #connect(target, headers) {
    const { connection, document, report, headers: own } = this.#api;
    const parser = new EventParser();
    return new Promise((resolve, reject) => {
      this.#request = http.get({ ...connection, path: target, headers: { ...own, ...headers } }, (response) => {
        const type = (response.headers['content-type'] ?? '').split(';')[0];
        report.saw(document.find('get', '/v1/events'), response.statusCode);
        report.expect(response.statusCode === 200 && type === 'text/event-stream', `${target}: ${response.statusCode} ${type}`);
        response.setEncoding('utf8');
        response.on('data', (text) => parser.push(text).forEach((event) => this.#take(event)));
        response.on('error', () => this.#wake());
        response.on('end', () => this.#wake());
        resolve();
      });
      this.#request.on('error', reject);
    });
  }

  #take(event) {
    const { document, report } = this.#api;
    const schemas = document.find('get', '/v1/events').responses['200'].content['text/event-stream']['x-event-data'];
    const data = JSON.parse(event.data);
    const { $ref } = schemas[event.event] ?? schemas.default;
    for (const problem of document.problems($ref, data)) report.problem(`event ${event.id} ${event.event}: ${problem}`);
    if (!schemas[event.event]) report.expect(data.kind === event.event, `event ${event.id}: ${event.event} is not ${data.kind}`);
    const id = schemas[event.event] ? data.last_event : data.id;
    report.expect(String(id) === event.id, `event ${event.id}: its data says ${id}`);
    this.events.push({ ...event, data });
    this.#wake();
  }

  #wake() {
    for (const look of this.#waiting) look();
  }

  /** Waits until `holds(events)`; throws after `ms`. */
  until(what, holds, ms = 60_000) {
    return new Promise((resolve, reject) => {
      const finish = (act) => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        act();
      };
      const look = () => holds(this.events) && finish(resolve);
      const timer = setTimeout(() => finish(() => reject(new Error(`waited in vain for ${what}`))), ms);
      this.#waiting.add(look);
      look();
    });
  }

  /** Waits until each of these jobs has come into one of the states. */
  untilJobs(ids, states, ms) {
    return this.until(`${ids.length} jobs to be ${states.join(' or ')}`, (events) =>
      ids.every((id) => states.includes(events.findLast((event) => event.data.job === id && event.data.to)?.data.to)), ms);
  }

  close() {
    this.#request.on('error', () => {});
    this.#request.destroy();
  }
}
