// api/openapi.yaml, read: its operations, and whether an answer or a body is what it says (OpenAPI 3.1 schemas are JSON
// Schema 2020-12).

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

// The console's packages hold the two libraries.
const require = createRequire(new URL('../../web/package.json', import.meta.url));
const { Ajv2020 } = require('ajv/dist/2020.js');
const { parse } = require('yaml');

const text = readFileSync(new URL('../../api/openapi.yaml', import.meta.url), 'utf8');
export const openapi = parse(text);

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const pointer = (...parts) =>
  parts.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** A copy in which an object has only the members that are described: an answer that tells more is an error, too. */
function closed(value) {
  if (Array.isArray(value)) return value.map(closed);
  if (value === null || typeof value !== 'object') return value;
  const copy = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, closed(one)]));
  if (copy.type === 'object' && copy.properties && !('additionalProperties' in copy)) copy.additionalProperties = false;
  return copy;
}

const ajv = new Ajv2020({ strictSchema: true, strictTypes: false, strictRequired: false, allErrors: true });
ajv.addFormat('date-time', rfc3339);
ajv.addVocabulary(['paths', 'components', 'openapi', 'info', 'servers', 'security']);
ajv.addSchema(closed(openapi), 'api');

export const resolve = (value) =>
  value?.$ref
    ? value.$ref
        .slice(2)
        .split('/')
        .reduce((at, part) => at[part], openapi)
    : value;

const checkers = new Map();
function faults(where, value) {
  if (!checkers.has(where)) checkers.set(where, ajv.compile({ $ref: `api#${where}` }));
  const check = checkers.get(where);
  return check(value)
    ? []
    : check.errors.map(
        (error) => `${error.instancePath || 'the whole'} ${error.message} ${JSON.stringify(error.params)}`,
      );
}

/** Every operation by its operationId. */
export const operations = {};
for (const [path, item] of Object.entries(openapi.paths)) {
  for (const [method, operation] of Object.entries(item)) {
    if (method === 'parameters') continue;
    const at = ['paths', path, method];
    operations[operation.operationId] = {
      id: operation.operationId,
      path,
      method: method.toUpperCase(),
      open: operation.security?.length === 0,
      stepUp: operation['x-step-up'] === true,
      byBrowser: operation['x-by-browser'] === true,
      parameters: [...(item.parameters ?? []), ...(operation.parameters ?? [])].map(resolve),
      bodySchema: resolve(operation.requestBody?.content['application/json']?.schema),
      responses: operation.responses,
      bodyFaults: (body) => faults(pointer(...at, 'requestBody', 'content', 'application/json', 'schema'), body),
      answerFaults: (status, type, body) => {
        if (!operation.responses[status]) return [`status ${status} is not described`];
        const content = operation.responses[status].content;
        if (!content) return body === undefined && !type ? [] : ['a body that is not described'];
        if (!content[type]) return [`the type ${type} is not described`];
        return type === 'application/json'
          ? faults(pointer(...at, 'responses', status, 'content', type, 'schema'), body)
          : [];
      },
    };
  }
}

export const problemFaults = (body) => faults('/components/schemas/Problem', body);
