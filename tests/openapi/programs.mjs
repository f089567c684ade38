// The programs under test: the simulated cloud and reeld serve, in a scratch folder.
import { spawn } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { join } from 'node:path';

const START_MS = 30_000;
const TOKEN = 'a-token-that-only-this-check-knows';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** What `look` gives as soon as it gives something; throws when a program ends or time is up first. */
async function eventually(what, program, look) {
  const end = Date.now() + START_MS;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (program.exitCode !== null) throw new Error(`${what} ended with ${program.exitCode}`);
    if (Date.now() > end) throw new Error(`${what} did not come up`);
    await pause(50);
  }
}

/** A port that was free a moment ago. */
function freePort() {
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

const answers = (options) =>
  new Promise((resolve) => {
    const request = http.get(options, (response) => resolve(response.resume() !== undefined));
    request.on('error', () => resolve(false));
  });

function start(binary, args, logFile, environment = {}) {
  const log = openSync(logFile, 'a');
  return spawn(binary, args, { stdio: ['ignore', log, log], env: { ...process.env, ...environment } });
}

/** Asks a program to end; its exit code, or null when it had to be killed. */
export function stop(program, ms = 30_000) {
  if (program.exitCode !== null) return Promise.resolve(program.exitCode);
  return new Promise((resolve) => {
    const timer = setTimeout(() => program.kill('SIGKILL'), ms);
    program.on('exit', (code) => {
      clearTimeout(timer);
      resolve(code);
    });
    program.kill('SIGTERM');
  });
}

export class Cloud {
  static async start(binary, folder) {
    const cloud = new Cloud();
    const dir = join(folder, 'cloud');
    mkdirSync(dir);
    const told = join(folder, 'cloud.log');
    cloud.program = start(binary, ['--dir', dir, '--render-time', '200ms', '--no-limits'], told);
    const line = await eventually('reeld-sim', cloud.program, () => readFileSync(told, 'utf8').match(/^\{.*\}$/m)?.[0]);
    Object.assign(cloud, JSON.parse(line));
    return cloud;
  }

  /** Asks the simulator's own controls: "/_sim/..." */
  control(method, path, json) {
    const url = new URL(path, this.base_url);
    const body = json === undefined ? undefined : JSON.stringify(json);
    return new Promise((resolve, reject) => {
      const request = https.request(url, { method, ca: readFileSync(this.ca_file) }, (response) => {
        let text = '';
        response.on('data', (chunk) => (text += chunk));
        response.on('end', () => resolve(JSON.parse(text)));
      });
      request.on('error', reject);
      request.end(body);
    });
  }
}

export class Daemon {
  static async start(binary, folder, cloud) {
    const daemon = new Daemon();
    const data = join(folder, 'data');
    const tokenFile = join(folder, 'token');
    writeFileSync(tokenFile, `${TOKEN}\n`, { mode: 0o600 });
    daemon.token = TOKEN;
    daemon.port = await freePort();
    daemon.socketPath = join(data, 'reeld.sock');
    daemon.log = join(folder, 'reeld.log');
    const settings = {
      'leonardo.base_url': cloud.base_url,
      'leonardo.ca_file': cloud.ca_file,
      'leonardo.allowed_download_hosts': 'localhost',
      'limits.submits_per_minute': '0',
      'limits.requests_per_minute': '0',
      'poll.first': '150ms',
      'poll.min_interval': '100ms',
      'poll.max_interval': '500ms',
      'retry.base_delay': '100ms',
      'retry.max_delay': '1s',
      'http.listen': `127.0.0.1:${daemon.port}`,
      'http.token_file': tokenFile,
    };
    const args = ['--config', '/dev/null', '--data-dir', data];
    for (const [key, value] of Object.entries(settings)) args.push('--set', `${key}=${value}`);
    daemon.program = start(binary, [...args, 'serve'], daemon.log, {
      LEONARDO_API_KEY: cloud.api_key,
      HTTPS_PROXY: '',
      https_proxy: '',
    });
    const { socketPath } = daemon;
    await eventually('reeld serve', daemon.program, () => answers({ socketPath, path: '/healthz' }));
    return daemon;
  }
}
