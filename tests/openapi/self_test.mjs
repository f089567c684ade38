// Checks the document for what needs no daemon, and that this check would notice a daemon that strays from it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { Api } from './api.mjs';
import { step } from './document.mjs';
import { Report } from './report.mjs';
import { BAD, GOOD } from './samples.mjs';
import { EventParser, EventStream } from './stream.mjs';

/** Calls `visit(node, pointer)` for every object in the document. */
function walk(node, visit, pointer = '#') {
  if (node === null || typeof node !== 'object') return;
  if (!Array.isArray(node)) visit(node, pointer);
  for (const [name, child] of Object.entries(node)) walk(child, visit, step(pointer, name));
}

function everySchemaCompiles(document) {
  for (const name of Object.keys(document.root.components.schemas)) {
    document.problems(`#/components/schemas/${name}`, null);
  }
  walk(document.root.paths, (node, pointer) => node.schema && document.problems(`${pointer}/schema`, null), '#/paths');
}

/** Examples beside a schema, and those that a schema itself holds. */
function everyExampleIsTrue(document) {
  let examples = 0;
  const fits = (pointer, value) => {
    examples += 1;
    assert.deepEqual(document.problems(pointer, value), [], `the example at ${pointer}`);
  };
  walk(document.root, (node, pointer) => {
    if (node.schema && 'example' in node) fits(`${pointer}/schema`, node.example);
    if (node.schema && node.examples) Object.values(node.examples).forEach(({ value }) => fits(`${pointer}/schema`, value));
    if (Array.isArray(node.examples)) node.examples.forEach((value) => fits(pointer, value));
  });
  assert.ok(examples > 20, 'the document has examples');
}

function everyOperationIsComplete(document) {
  const ids = document.operations.map((operation) => operation.id);
  assert.equal(new Set(ids).size, ids.length, 'each operation has an id of its own');
  for (const operation of document.operations) {
    assert.ok(operation.summary && operation.tags?.length, `${operation.id} has a summary and a tag`);
    assert.ok('default' in operation.responses, `${operation.id} says what any other answer is`);
    const variables = [...operation.path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1]);
    const declared = operation.parameters.filter((parameter) => parameter.in === 'path').map((parameter) => parameter.name);
    for (const name of variables) assert.ok(declared.includes(name), `${operation.id} declares ${name}`);
  }
}

function samplesAreToldApart(document) {
  for (const [schema, value] of GOOD) {
    assert.deepEqual(document.problems(`#/components/schemas/${schema}`, value), [], `a good ${schema}`);
  }
  for (const [schema, value, why] of BAD) {
    assert.notDeepEqual(document.problems(`#/components/schemas/${schema}`, value), [], `a ${schema} ${why}`);
  }
}

function pathsAreTold(document) {
  const id = (method, path) => document.find(method, path)?.id;
  assert.equal(id('POST', '/v1/jobs/cancel'), 'cancelJobs');
  assert.equal(id('GET', '/v1/jobs/019ac1f0'), 'getJob');
  assert.equal(id('POST', '/v1/jobs/019ac1f0/cancel'), 'cancelJob');
  assert.equal(id('GET', '/v1/jobs/019ac1f0/files/1.jpg'), 'getJobFile');
  assert.equal(id('DELETE', '/v1/jobs'), undefined);
}

/** The guide may name only what there is. */
function theGuideIsTrue(document) {
  const guide = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8');
  const named = [...guide.matchAll(/\/(?:v1\/[\w/.$-]+|healthz|readyz|metrics|login)/g)].map(([path]) => path);
  assert.ok(named.length > 10, 'the guide names paths');
  for (const path of named) {
    const known = ['GET', 'POST', 'PATCH'].some((method) => document.find(method, path.replace(/\$\w+/g, '019ac1f0')));
    assert.ok(known, `docs/api.md names ${path}`);
  }
}

function eventsAreReadInPieces() {
  const text = 'retry: 2000\n\n: still here\n\nid: 7\nevent: note\ndata: {"a":1}\n\nid: 8\ndata: x\ndata: y\n\n';
  for (const size of [1, 2, 7, text.length]) {
    const parser = new EventParser();
    const events = [];
    for (let at = 0; at < text.length; at += size) events.push(...parser.push(text.slice(at, at + size)));
    assert.deepEqual(events, [{ id: '7', event: 'note', data: '{"a":1}' }, { id: '8', data: 'x\ny' }]);
  }
}

/** A server that gives `answers` in turn; what the check says of each. */
async function judged(document, method, target, answers) {
  const left = [...answers];
  const server = http.createServer((_, response) => {
    const { status = 200, type = 'application/json', headers = {}, body = '' } = left.shift();
    response.writeHead(status, type ? { 'content-type': type, ...headers } : headers);
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const verdicts = [];
  for (const { expect } of answers) {
    const report = new CollectingReport();
    const api = new Api(document, report, { host: '127.0.0.1', port: server.address().port, agent: false });
    if (target === '/v1/events') {
      const stream = await EventStream.open(api);
      await stream.until('an event', (events) => events.length > 0, 5000).finally(() => stream.close());
    } else {
      await api.call(method, target, { expect });
    }
    verdicts.push(report.words);
  }
  server.close();
  return verdicts;
}

class CollectingReport extends Report {
  words = [];
  problem(words) {
    this.words.push(words);
  }
}

async function strayingAnswersAreNoticed(document) {
  const page = { jobs: [], next: null };
  const problem = { type: 'about:blank', title: 'Not Found', status: 404, detail: 'there is no such job', code: 'not_found' };
  const refused = { status: 404, type: 'application/problem+json', body: problem };
  const verdicts = await judged(document, 'GET', '/v1/jobs', [
    { body: page },
    { ...refused, expect: 404 },
    { body: { jobs: [] } },
    { body: { ...page, more: 1 } },
    { body: page, type: 'text/html' },
    { body: page, expect: 404 },
    { ...refused, type: 'application/json' },
    { ...refused, body: { ...problem, status: 400 } },
    { ...refused, body: { ...problem, code: 'oh_no' } },
    { status: 204, type: '', body: '' },
  ]);
  assert.deepEqual(verdicts.slice(0, 2), [[], []], 'right answers pass');
  verdicts.slice(2).forEach((words, i) => assert.ok(words.length > 0, `wrong answer ${i + 1} is noticed`));
}

async function strayingEventsAreNoticed(document) {
  const event = GOOD.find(([schema]) => schema === 'Event')[1];
  const text = (name, data, id = data.id ?? data.last_event) => `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
  const type = 'text/event-stream';
  const verdicts = await judged(document, 'GET', '/v1/events', [
    { type, body: text('hello', { last_event: 5 }) },
    { type, body: text(event.kind, event) },
    { type, body: text('note', event) },
    { type, body: text(event.kind, event, 1) },
    { type, body: text(event.kind, { ...event, at: 'today' }) },
    { type: 'text/plain', body: text(event.kind, event) },
  ]);
  assert.deepEqual(verdicts.slice(0, 2), [[], []], 'right events pass');
  verdicts.slice(2).forEach((words, i) => assert.ok(words.length > 0, `wrong event ${i + 1} is noticed`));
}

function whatIsMissedFails(document) {
  const report = new Report();
  const quiet = console.log;
  console.log = () => {};
  try {
    for (const operation of document.operations) {
      for (const status of document.successes(operation)) {
        if (operation.id !== 'getJobFile' || status !== '206') report.saw(operation, status);
      }
    }
    assert.equal(report.finish(document), false, 'a status that was never seen');
    report.saw(document.find('GET', '/v1/jobs/019ac1f0/files/1'), 206);
    assert.equal(report.finish(document), true, 'everything was seen');
    report.problem('something');
    assert.equal(report.finish(document), false, 'a problem');
  } finally {
    console.log = quiet;
  }
}

const TESTS = [
  everySchemaCompiles,
  everyExampleIsTrue,
  everyOperationIsComplete,
  samplesAreToldApart,
  pathsAreTold,
  theGuideIsTrue,
  eventsAreReadInPieces,
  strayingAnswersAreNoticed,
  strayingEventsAreNoticed,
  whatIsMissedFails,
];

/** True when every test passed. */
export async function selfTest(document) {
  let failed = 0;
  for (const test of TESTS) {
    try {
      await test(document);
      console.log(`ok      ${test.name}`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED  ${test.name}: ${error.message}`);
    }
  }
  return failed === 0;
}
