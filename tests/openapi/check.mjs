// Checks docs/openapi.yaml, and a running reeld against it.
//
//   node check.mjs --self-test                 the document, and this check, without a daemon
//   node check.mjs REELD REELD-SIM             every operation of a fresh daemon
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Api } from './api.mjs';
import * as acting from './acting.mjs';
import { Document } from './document.mjs';
import { Cloud, Daemon, stop } from './programs.mjs';
import * as reading from './reading.mjs';
import { Report } from './report.mjs';
import { selfTest } from './self_test.mjs';
import { EventStream } from './stream.mjs';
import * as submitting from './submitting.mjs';
import * as visiting from './visiting.mjs';

const DOCUMENT = new URL('../../docs/openapi.yaml', import.meta.url);

// In this order: what is handed in waits until the queue is let go.
const STEPS = [
  submitting.pause,
  submitting.submitOne,
  submitting.submitArrayTwice,
  submitting.submitLines,
  submitting.checkOnly,
  submitting.refuseWrongJobs,
  submitting.refuseTooLarge,
  reading.look,
  reading.listAndPage,
  reading.showJobs,
  acting.edit,
  acting.actOnOne,
  acting.refuseActions,
  acting.actOnMany,
  acting.actOnBatchAndQueue,
  acting.prune,
  acting.run,
  acting.resolve,
  reading.showJobs,
  reading.showBatches,
  reading.showFigures,
  reading.fetchFiles,
  visiting.uploadImage,
  visiting.resumeStream,
  visiting.refuseStrangers,
  visiting.logIn,
];

async function runSteps(world) {
  for (const step of STEPS) {
    world.report.begin(step.name);
    try {
      await step(world);
    } catch (error) {
      world.report.problem(error.message);
    }
  }
}

async function checkDaemon(document, reeld, simulator) {
  const folder = mkdtempSync(join(tmpdir(), 'reeld-openapi-'));
  const report = new Report();
  const programs = [];
  let passed = false;
  try {
    const cloud = await Cloud.start(simulator, folder);
    programs.push(cloud.program);
    const daemon = await Daemon.start(reeld, folder, cloud);
    programs.push(daemon.program);
    const tcp = { host: '127.0.0.1', port: daemon.port };
    const api = new Api(document, report, { socketPath: daemon.socketPath });
    const stranger = new Api(document, report, tcp);
    const guest = new Api(document, report, tcp, { authorization: `Bearer ${daemon.token}` });
    const stream = await EventStream.open(api);
    await runSteps({ report, cloud, api, stranger, guest, stream, ids: {} });
    stream.close();
    report.begin('stop');
    report.expect((await stop(daemon.program)) === 0, 'reeld serve did not end with 0');
    passed = report.finish(document);
    if (!passed) console.log(readFileSync(daemon.log, 'utf8').split('\n').slice(-60).join('\n'));
  } finally {
    for (const program of programs.reverse()) await stop(program);
    rmSync(folder, { recursive: true, force: true });
  }
  return passed;
}

const [first, second] = process.argv.slice(2);
const document = new Document(DOCUMENT);
await document.validate();
if (first === '--self-test') {
  process.exit((await selfTest(document)) ? 0 : 1);
} else if (first && second) {
  process.exit((await checkDaemon(document, first, second)) ? 0 : 1);
}
console.error('usage: node check.mjs --self-test | REELD REELD-SIM');
process.exit(2);
