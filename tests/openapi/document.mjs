// docs/openapi.yaml: is it valid, and which schema is meant for which answer?
import { Validator } from '@seriousme/openapi-schema-validator';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

const METHODS = ['get', 'head', 'post', 'put', 'patch', 'delete'];
const KEY = 'openapi';

/** One step deeper in a JSON pointer that stands in a URI's fragment. */
const step = (pointer, name) =>
  `${pointer}/${encodeURIComponent(String(name).replaceAll('~', '~0').replaceAll('/', '~1'))}`;

/** "/v1/jobs/{id}" as an expression for paths. */
const expressionOf = (path) => new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{[^}]+\}/g, '[^/]+')}$`);

export class Document {
  constructor(file) {
    this.text = readFileSync(file, 'utf8');
    this.root = parse(this.text);
    this.ajv = new Ajv2020({
      strict: true,
      strictTypes: false,
      strictRequired: false,
      allErrors: true,
      validateSchema: false,
    });
    addFormats(this.ajv);
    // Schemas are looked up inside the document, whose own members are not a schema's.
    this.ajv.addVocabulary(Object.keys(this.root));
    this.ajv.addSchema(this.root, KEY);
    this.compiled = new Map();
    this.operations = this.#operations();
  }

  /** Throws when the document is no valid OpenAPI. */
  async validate() {
    const result = await new Validator().validate(structuredClone(this.root));
    if (!result.valid) throw new Error(`not valid OpenAPI: ${JSON.stringify(result.errors, null, 2)}`);
  }

  #operations() {
    const found = [];
    for (const [path, item] of Object.entries(this.root.paths)) {
      for (const method of METHODS.filter((name) => name in item)) {
        const pointer = step(step('#/paths', path), method);
        const parameters = [...(item.parameters ?? []), ...(item[method].parameters ?? [])].map(
          (parameter) => this.resolve(parameter).node,
        );
        found.push({ ...item[method], id: item[method].operationId, method, path, pointer, parameters });
      }
    }
    return found;
  }

  /** The operation that a request is for; a path without variables wins. Undefined where there is none. */
  find(method, path) {
    return this.operations
      .filter((operation) => operation.method === method.toLowerCase() && expressionOf(operation.path).test(path))
      .sort((a, b) => a.path.split('{').length - b.path.split('{').length)[0];
  }

  /** Follows a reference, so that the node's own pointer is known. */
  resolve(node, pointer) {
    while (node && node.$ref) {
      pointer = node.$ref;
      node = pointer
        .slice(2)
        .split('/')
        .reduce((at, name) => at[decodeURIComponent(name).replaceAll('~1', '/').replaceAll('~0', '~')], this.root);
    }
    return { node, pointer };
  }

  /** What the document says of an answer: the response's node and pointer, or nothing. */
  response(operation, status) {
    const name = String(status) in operation.responses ? String(status) : 'default';
    if (!(name in operation.responses)) return undefined;
    return this.resolve(operation.responses[name], step(step(operation.pointer, 'responses'), name));
  }

  /** The pointer of a content's schema; "" where the type is declared without one, undefined where it is not. */
  schemaOf(node, pointer, type) {
    const media = node.content?.[type];
    if (!media) return undefined;
    return media.schema ? step(step(step(pointer, 'content'), type), 'schema') : '';
  }

  /** What `value` does against the schema at `pointer`, in words; empty where it fits. */
  problems(pointer, value) {
    if (!this.compiled.has(pointer)) this.compiled.set(pointer, this.ajv.compile({ $ref: `${KEY}${pointer}` }));
    const validate = this.compiled.get(pointer);
    if (validate(value)) return [];
    return validate.errors.map((error) => {
      const more = error.params.additionalProperty ?? error.params.unevaluatedProperty ?? '';
      return `${error.instancePath || '/'} ${error.message}${more ? ` (${more})` : ''}`;
    });
  }

  /** The statuses that an operation promises for requests that go well. */
  successes(operation) {
    return Object.keys(operation.responses).filter((status) => /^[23]/.test(status));
  }
}

export { step };
