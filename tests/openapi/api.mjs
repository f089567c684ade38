// Calls the control API and holds every answer against the document.
import http from 'node:http';

const TIMEOUT_MS = 60_000;

const mediaType = (header) => (header ?? '').split(';')[0].trim().toLowerCase();

/** One HTTP exchange. A server that answers before it has read all of a body may end the connection. */
function exchange(options, body) {
  return new Promise((resolve, reject) => {
    const request = http.request({ ...options, timeout: TIMEOUT_MS }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    request.on('timeout', () => request.destroy(new Error('no answer within a minute')));
    request.on('error', reject);
    request.end(body);
  });
}

export class Api {
  /** `connection` is what http.request wants: { socketPath } or { host, port }. */
  constructor(document, report, connection, headers = {}) {
    this.document = document;
    this.report = report;
    this.connection = connection;
    this.headers = headers;
  }

  /**
   * Sends a request and checks the answer: its status where `expect` names one, its type, headers and body by the
   * document. `json` is sent as JSON; `body` with the `type` that is given. The answer has `json` where it is any.
   */
  async call(method, target, { json, body, type, headers = {}, expect } = {}) {
    const all = { ...this.headers, ...headers };
    const sent = json === undefined ? body : JSON.stringify(json);
    const sentType = json === undefined ? type : 'application/json';
    if (sentType) all['content-type'] = sentType;
    if (sent !== undefined) all['content-length'] = Buffer.byteLength(sent);
    const answer = await exchange({ ...this.connection, method, path: target, headers: all }, sent);
    const what = `${method} ${target} -> ${answer.status}`;
    if (expect !== undefined && answer.status !== expect) {
      this.report.problem(`${what}, not ${expect}: ${answer.body.toString().slice(0, 300)}`);
    }
    if (/\bjson$/.test(mediaType(answer.headers['content-type'])) && method !== 'HEAD') {
      answer.json = JSON.parse(answer.body.toString());
    }
    const operation = this.document.find(method, target.split('?')[0]);
    if (operation) {
      this.#checkAnswer(operation, answer, what);
      if (answer.status < 300) this.#checkRequest(operation, target, sentType, json, what);
    } else if (method === 'HEAD') {
      this.report.expect(answer.body.length === 0, `${what} has a body`);
    } else {
      this.#checkProblem(answer, what);
    }
    return answer;
  }

  #checkAnswer(operation, answer, what) {
    this.report.saw(operation, answer.status);
    const response = this.document.response(operation, answer.status);
    if (!response) return this.report.problem(`${what} is not declared`);
    for (const [name, header] of Object.entries(response.node.headers ?? {})) {
      this.#checkHeader(response.pointer, name, header, answer, what);
    }
    if (operation.method === 'head' || !response.node.content) {
      return this.report.expect(answer.body.length === 0, `${what} has a body`);
    }
    const type = mediaType(answer.headers['content-type']);
    const schema = this.document.schemaOf(response.node, response.pointer, type);
    if (schema === undefined) return this.report.problem(`${what} has the undeclared type "${type}"`);
    if (schema === '') return;
    for (const problem of this.document.problems(schema, answer.json ?? answer.body.toString())) {
      this.report.problem(`${what}: ${problem}`);
    }
    if (answer.status >= 400 && type === 'application/problem+json') this.#checkProblem(answer, what);
  }

  #checkHeader(pointer, name, header, answer, what) {
    const value = answer.headers[name.toLowerCase()];
    if (value === undefined) return;
    const { node, pointer: at } = this.document.resolve(header, `${pointer}/headers/${name}`);
    if (!node.schema) return;
    for (const problem of this.document.problems(`${at}/schema`, String(value))) {
      this.report.problem(`${what}: header ${name}: ${problem}`);
    }
  }

  /** The document must not forbid what the program takes. */
  #checkRequest(operation, target, type, json, what) {
    const names = operation.parameters.filter((parameter) => parameter.in === 'query').map((parameter) => parameter.name);
    for (const name of new URLSearchParams(target.split('?')[1]).keys()) {
      this.report.expect(names.includes(name), `${what}: the query's ${name} is not declared`);
    }
    if (!operation.requestBody || type === undefined) return;
    const { node, pointer } = this.document.resolve(operation.requestBody, `${operation.pointer}/requestBody`);
    const schema = this.document.schemaOf(node, pointer, mediaType(type));
    if (schema === undefined) return this.report.problem(`${what}: a body of ${type} is not declared`);
    if (json === undefined || schema === '') return;
    for (const problem of this.document.problems(schema, json)) {
      this.report.problem(`${what}: the request was taken, but: ${problem}`);
    }
  }

  #checkProblem(answer, what) {
    if (mediaType(answer.headers['content-type']) !== 'application/problem+json') {
      return this.report.problem(`${what} is no problem+json`);
    }
    for (const problem of this.document.problems('#/components/schemas/Problem', answer.json)) {
      this.report.problem(`${what}: ${problem}`);
    }
    this.report.expect(answer.json.status === answer.status, `${what}: the body says ${answer.json.status}`);
  }
}
