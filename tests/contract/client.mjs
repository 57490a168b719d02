// A client of the interface that looks at every answer: is it what api/openapi.yaml says, does it carry the headers that
// every answer must carry, is it never a fault of the server?

import assert from 'node:assert/strict';
import { operations, problemFaults } from './document.mjs';

const directives = {
  'default-src': "'none'",
  'script-src': "'self'",
  'object-src': "'none'",
  'base-uri': "'none'",
  'frame-ancestors': "'none'",
  'form-action': "'self'",
};
const fixed = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** SES-6: on every answer, whatever it is. `get` gives a header's value. */
export function checkHeaders(get, where) {
  const policy = Object.fromEntries(
    (get('content-security-policy') ?? '').split(';').map((one) => {
      const [name, ...values] = one.trim().split(/\s+/);
      return [name, values.join(' ')];
    }),
  );
  for (const [name, value] of Object.entries(directives)) assert.equal(policy[name], value, `${where}: ${name}`);
  assert.doesNotMatch(get('content-security-policy'), /unsafe|\*/, where);
  for (const [name, value] of Object.entries(fixed)) assert.equal(get(name), value, `${where}: ${name}`);
  assert.match(get('permissions-policy') ?? '', /camera=\(\)/, `${where}: permissions-policy`);
}

/** What the run has seen, for the last test. */
export const seen = { answers: 0, succeeded: new Set(), samples: {} };

export class Client {
  constructor(origin) {
    this.origin = origin;
    this.cookies = new Map();
  }

  /** Sends one request of an operation; any part of it may be wrong on purpose. The answer is checked, then returned. */
  async send(id, { path = {}, query = {}, body, raw, headers = {} } = {}) {
    const operation = operations[id];
    const where = operation.path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(path[name]));
    const search = new URLSearchParams(
      Object.entries(query).flatMap(([name, value]) => [value].flat().map((one) => [name, one])),
    );
    const url = `${this.origin}/api/v1${where}${search.size ? `?${search}` : ''}`;
    const sent = { ...(operation.method === 'GET' ? {} : { 'x-stallward': '1' }), ...headers };
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    if (payload !== undefined) sent['content-type'] ??= 'application/json';
    if (this.cookies.size) sent.cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    for (const name of Object.keys(sent)) if (sent[name] === undefined) delete sent[name];
    const response = await fetch(url, { method: operation.method, headers: sent, body: payload, redirect: 'manual' });
    return this.#checked(operation, `${id} ${where}`, response);
  }

  /** A request that has to succeed. Its input has to be valid by the document. */
  async ok(id, input = {}) {
    const operation = operations[id];
    if (operation.bodySchema) assert.deepEqual(operation.bodyFaults(input.body), [], `${id}: the test's own body`);
    else assert.equal(input.body, undefined, `${id} takes no body`);
    const answer = await this.send(id, input);
    assert.ok(answer.status < 300, `${id}: ${answer.status} ${JSON.stringify(answer.body)}`);
    seen.succeeded.add(id);
    seen.samples[id] ??= input;
    return answer.body;
  }

  /** A request that has to be refused with this status (and this code, when one is given). */
  async refused(id, status, input = {}, code = undefined) {
    const answer = await this.send(id, input);
    const told = `${id} ${JSON.stringify(input).slice(0, 300)}: ${answer.status} ${JSON.stringify(answer.body)?.slice(0, 300)}`;
    assert.ok([status].flat().includes(answer.status), `${told}, expected ${status}`);
    if (code) assert.equal(answer.body.code, code, told);
    return answer.body;
  }

  async #checked(operation, where, response) {
    seen.answers += 1;
    const get = (name) => response.headers.get(name);
    checkHeaders(get, where);
    assert.match(get('cache-control') ?? '', /no-store/, `${where}: cache-control`);
    assert.match(get('x-request-id') ?? '', /^[0-9a-f]{32}$/, `${where}: x-request-id`);
    for (const line of response.headers.getSetCookie()) this.#keep(line, where);
    const type = get('content-type')?.split(';')[0];
    if (type === 'text/event-stream') {
      assert.deepEqual(operation.answerFaults(String(response.status), type), [], where);
      return { status: response.status, stream: response.body };
    }
    const text = await response.text();
    assert.ok(response.status < 500, `${where}: ${response.status} ${text}`);
    const body = text === '' ? undefined : JSON.parse(text);
    const answer = { status: response.status, body, headers: response.headers };
    if (response.status < 400) {
      assert.deepEqual(operation.answerFaults(String(response.status), type, body), [], `${where}: ${response.status}`);
      return answer;
    }
    assert.equal(type, 'application/problem+json', where);
    assert.deepEqual(problemFaults(body), [], `${where}: ${text}`);
    assert.equal(body.status, response.status, `${where}: the problem's status is the answer's`);
    assert.equal(body.request_id, get('x-request-id'), where);
    assert.doesNotMatch(text, /SQL|sqlite|Exception|\/src\/|\.cpp/i, `${where}: nothing of the inside`);
    return answer;
  }

  #keep(line, where) {
    const [pair] = line.split(';');
    const at = pair.indexOf('=');
    assert.match(pair, /^__Host-/, where);
    for (const part of ['Secure', 'HttpOnly', 'Path=/', 'SameSite='])
      assert.ok(line.includes(part), `${where}: ${line}`);
    if (at === pair.length - 1 || /Max-Age=0/i.test(line)) this.cookies.delete(pair.slice(0, at));
    else this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
  }
}
