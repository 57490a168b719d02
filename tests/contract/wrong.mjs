// Wrong requests, made from the document: what is sent is a request that succeeded, with one thing wrong in it.

import assert from 'node:assert/strict';
import { Client, seen } from './client.mjs';
import { operations, resolve } from './document.mjs';

const none = 999_999_999;

/** Values of another type than the schema's. */
function otherTypes(schema) {
  const { type } = schema;
  if (type === 'integer' || type === 'number') return ['1', true, 1.5, {}];
  if (type === 'boolean') return ['true', 1, []];
  if (type === 'array') return ['one', {}, 7, [7]];
  if (type === 'object') return ['one', [], 7, { a: 7 }];
  return [7, true, {}, ['one']]; // Text, and lists of possible texts.
}

/** Values of the right type that the schema does not allow. */
function outside(schema) {
  const values = [];
  if (schema.enum) values.push('no such value');
  if (schema.maxLength !== undefined) values.push('x'.repeat(schema.maxLength + 1));
  if (schema.minLength) values.push('');
  if (schema.pattern) values.push('0!');
  if (schema.format === 'date-time') values.push('yesterday', '2026-13-01T00:00:00Z');
  if (schema.maxItems !== undefined) values.push(Array(schema.maxItems + 1).fill('x'));
  if (schema.type === 'integer') {
    if (schema.minimum !== undefined) values.push(schema.minimum - 1);
    if (schema.maximum !== undefined) values.push(schema.maximum + 1);
  }
  if (schema.type === 'array' && resolve(schema.items)?.enum) values.push(['no such value']);
  return values;
}

/** Everything that is wrong in the same way for every operation. The caller's second factor is fresh. */
export async function wrongRequests(client, id) {
  const operation = operations[id];
  const sample = seen.samples[id];
  const changes = operation.method !== 'GET';

  // It comes from the browser itself, of any page, and whatever it says changes nothing.
  if (operation.byBrowser) {
    for (const raw of ['{', '[]', 'null', '\u0000', `${'['.repeat(2000)}${']'.repeat(2000)}`])
      assert.equal((await client.send(id, { ...sample, raw })).status, 204, raw.slice(0, 20));
    await client.refused(id, 413, { ...sample, raw: 'x'.repeat(20_000) });
    return;
  }
  if (!operation.open) await new Client(client.origin).refused(id, 401, sample, 'session.required');
  if (changes) {
    await client.refused(id, 403, { ...sample, headers: { 'x-stallward': undefined } }, 'request.cross_site');
    await client.refused(id, 403, { ...sample, headers: { 'sec-fetch-site': 'cross-site' } }, 'request.cross_site');
    await client.refused(
      id,
      403,
      { ...sample, headers: { origin: 'https://elsewhere.example' } },
      'request.cross_site',
    );
    await client.refused(id, operation.bodySchema ? 415 : [413, 415], {
      ...sample,
      raw: '{}',
      headers: { 'content-type': 'text/plain' },
    });
    for (const raw of [
      '{',
      '{"a":1',
      'null',
      '[]',
      '"text"',
      '\u0000',
      '{"a":"\\ud800"}',
      `${'['.repeat(2000)}${']'.repeat(2000)}`,
    ]) {
      await client.refused(id, [413, 422], { ...sample, raw });
    }
  }
  if (operation.bodySchema) await wrongBodies(client, operation, sample);
  else if (changes) await client.refused(id, [413, 422], { ...sample, body: { surplus: 1 } });
  await wrongPlaces(client, operation, sample);
}

async function wrongBodies(client, operation, sample) {
  const { id, bodySchema } = operation;
  const unknown = await client.refused(
    id,
    422,
    { ...sample, body: { ...sample.body, surplus: 1 } },
    'request.unknown_field',
  );
  if (unknown.field !== 'surplus') throw new Error(`${id}: the problem names the field "${unknown.field}"`);
  for (const name of bodySchema.required ?? []) {
    const { [name]: _, ...body } = sample.body;
    await named(client, id, name, { ...sample, body });
  }
  for (const [name, part] of Object.entries(bodySchema.properties)) {
    const schema = resolve(part);
    for (const value of otherTypes(schema))
      await named(client, id, name, { ...sample, body: { ...sample.body, [name]: value } });
    for (const value of outside(schema)) {
      await client.refused(id, [403, 404, 409, 413, 422], { ...sample, body: { ...sample.body, [name]: value } });
    }
  }
}

/** Refused, and the problem says which input it is. */
async function named(client, id, name, input) {
  const problem = await client.refused(id, 422, input, 'request.field');
  if (problem.field !== name) throw new Error(`${id}: the problem names the field "${problem.field}", not "${name}"`);
}

/** Ids and query parameters. */
async function wrongPlaces(client, operation, sample) {
  for (const parameter of operation.parameters) {
    const { name } = parameter;
    const schema = resolve(parameter.schema);
    if (parameter.in === 'path') {
      const prefix = sample.path[name].match(/^[a-z]+_/)?.[0] ?? '';
      for (const value of [
        'nonsense',
        `${prefix}${none}`,
        `${prefix}-1`,
        `${prefix}99999999999999999999`,
        '%00',
        'é',
      ]) {
        await client.refused(operation.id, [400, 404], { ...sample, path: { ...sample.path, [name]: value } });
      }
    } else {
      const values = outside(schema);
      if (schema.type === 'integer') values.push('one', '1.5', '');
      if (name === 'cursor') values.push('!', 'MSwyLDM', 'eyJhIjoxfQ');
      if (name === 'store') values.push('nonsense');
      for (const value of values)
        await client.refused(operation.id, [404, 422], { ...sample, query: { ...sample.query, [name]: value } });
    }
  }
}
