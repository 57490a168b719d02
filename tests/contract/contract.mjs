// The programs as built, against api/openapi.yaml: every operation succeeds once, and is asked for wrongly in every way
// that the document knows. From the top folder:
//   node --test tests/contract/contract.mjs
// STALLWARD_BIN: the folder that holds the programs, default build/release/bin.

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { Authenticator, startSandbox, startServer } from '../../web/e2e/programs.mjs';
import { Client, checkHeaders, seen } from './client.mjs';
import { operations } from './document.mjs';
import { wrongRequests } from './wrong.mjs';

const password = 'nine violet umbrellas over Hat Yai';
const otherPassword = 'eleven copper kettles by the lake';
const scam =
  'Hello, TikTok Shop security here. Your shop is frozen. Log in at tiktok-shop-verify.example and send me the 6-digit code within 30 minutes.';

let sandbox;
let server;
let owner;
let authenticator;
let recoveryCodes;
let store;

/** Asks until `found` makes something of the answer. */
async function until(what, found) {
  const end = Date.now() + 60_000;
  for (;;) {
    const value = await found();
    if (value) return value;
    if (Date.now() > end) throw new Error(`${what} did not come; the log of the server:\n${server.log()}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

const freshCode = async () => owner.ok('stepUp', { body: { code: await authenticator.next() } });
const checked = new Set();
/** The wrong requests of all operations that have succeeded by now and were not asked for wrongly yet. */
async function allWrongRequests(t, leftOut = []) {
  for (const id of Object.keys(seen.samples)) {
    if (checked.has(id) || leftOut.includes(id)) continue;
    checked.add(id);
    await t.test(id, () => wrongRequests(owner, id));
  }
}

before(async () => {
  sandbox = await startSandbox('--stores', '3', '--seed', '5', '--history', '30');
  await sandbox.ask('PUT', '/life', { on: false });
  server = await startServer({ sandbox, demo: true });
  owner = new Client(server.origin);
});

after(async () => {
  await server?.stop();
  await sandbox?.stop();
});

test('before the set-up', async () => {
  assert.equal((await owner.ok('getSession')).state, 'setup');
  const weak = await owner.ok('passwordStrength', { body: { password: 'password1', context: ['shop'] } });
  assert.equal(weak.acceptable, false);
  await owner.refused('setUp', [403, 404, 409, 422], { body: { token: 'wrong', login: 'lin', name: 'Lin', password } });
  await owner.refused('signIn', [401, 403, 409, 422], { body: { login: 'lin', password } });
});

test('set-up, second factor, step-up', async () => {
  const token = new URL(server.setup).hash.replace('#token=', '');
  const body = { token, login: 'lin@example.com', name: 'Lin', password, team_name: 'Lin Trading', language: 'en' };
  assert.equal((await owner.ok('setUp', { body })).state, 'enrol');
  await owner.refused('listStores', 401, {}, 'session.enrol_required');
  const { secret } = await owner.ok('beginSecondFactor');
  authenticator = new Authenticator(secret);
  await owner.refused('confirmSecondFactor', [401, 403, 422], { body: { code: '000000' } });
  const enrolled = await owner.ok('confirmSecondFactor', { body: { code: await authenticator.next() } });
  assert.equal(enrolled.session.state, 'signed_in');
  assert.equal(enrolled.recovery_codes.length, 10);
  recoveryCodes = enrolled.recovery_codes;
  await freshCode();
});

test('a second browser signs in', async () => {
  const other = new Client(server.origin);
  await other.refused('signIn', 401, { body: { login: 'lin@example.com', password: otherPassword } });
  assert.equal((await other.ok('signIn', { body: { login: 'lin@example.com', password } })).state, 'code');
  await other.refused('listStores', 401, {}, 'session.code_required');
  assert.equal((await other.ok('signInCode', { body: { recovery_code: recoveryCodes.pop() } })).state, 'signed_in');
  const { rows } = await owner.ok('listSessions');
  assert.equal(rows.length, 2);
  await owner.ok('endSession', { path: { session: rows.find((row) => !row.current).id } });
  await other.refused('listStores', 401, {}, 'session.required');
  await other.ok('signIn', { body: { login: 'lin@example.com', password } });
  await other.ok('signOut');
});

test('the demo stores and their orders', async () => {
  const listed = await until('the demo fleet', async () => {
    const { rows } = await owner.ok('listStores');
    return rows.length >= 3 && rows.every((row) => row.connection === 'connected') && rows;
  });
  store = listed[0];
  const page = await until('orders', async () => {
    const answer = await owner.ok('listOrders', { query: { limit: 5, store: store.id } });
    return answer.rows.length === 5 && answer.next && answer;
  });
  assert.ok(page.rows.every((row) => row.store === store.id));
  const next = await owner.ok('listOrders', { query: { limit: 5, store: store.id, cursor: page.next } });
  assert.ok(next.rows.every((row) => !page.rows.some((earlier) => earlier.id === row.id)));
  for (const query of [
    { tab: 'unpaid' },
    { tab: 'to_ship' },
    { tab: 'abnormal' },
    { platform: 'tiktok_shop' },
    { platform: 'lazada' },
    { status: ['to_ship', 'cancelled'] },
    { search: page.rows[0].ext_id },
    { store: listed.map((one) => one.id) },
    { from: '2020-01-01T00:00:00Z', to: '2040-01-01T00:00:00Z' },
  ])
    await owner.ok('listOrders', { query });
  const detail = await owner.ok('getOrder', { path: { order: page.rows[0].id } });
  assert.equal(detail.order.id, page.rows[0].id);
  assert.equal((await owner.ok('getOverview')).stores.length, listed.length);
  assert.equal((await owner.ok('getStore', { path: { store: store.id } })).name, store.name);
  await owner.ok('syncStore', { path: { store: store.id } });
});

test('a return comes by webhook, another by reading alone', async () => {
  /** A delivered order of this store, and its buyer's return. */
  const returned = async () => {
    const { orders } = await sandbox.ask('POST', '/orders', { shop: store.ext_id, count: 1 });
    const [order] = orders;
    for (let tries = 0; tries < 8 && (await sandbox.ask('GET', `/orders/${order}`)).status !== 'DELIVERED'; tries += 1)
      await sandbox.ask('POST', `/orders/${order}/steps`, {});
    return { order, ...(await sandbox.ask('POST', '/returns', { order })) };
  };
  const here = async (id) => {
    const { rows } = await owner.ok('listReturns', { query: { store: store.id } });
    return rows.find((row) => row.ext_id === id);
  };
  const first = await returned();
  const began = Date.now();
  const row = await until('the return', () => here(first.id));
  console.log(`return here ${Date.now() - began} ms after it was opened`);
  assert.equal(row.status, 'waiting_for_seller');
  assert.equal(row.order_ext_id, first.order);
  assert.equal(row.raw_status, first.status);
  assert.ok(Date.parse(row.answer_by) > Date.now());
  const detail = await owner.ok('getReturn', { path: { return: row.id } });
  assert.equal(detail.return.ext_id, first.id);
  assert.equal(detail.timeline[0].kind, 'return.opened');
  assert.ok((await owner.ok('getOverview')).counts.returns_open > 0);
  // What the seller did elsewhere is seen too.
  await sandbox.ask('POST', `/returns/${first.id}/steps`, { step: 'reject' });
  await until('the rejection', async () => {
    const { return: now } = await owner.ok('getReturn', { path: { return: row.id } });
    return now.status === 'rejected';
  });
  assert.equal(await here(first.id), undefined);
  await sandbox.ask('PUT', '/faults', { webhooks: [{ kind: 'drop' }] });
  const second = await returned();
  await until('the return that no webhook told of', () => here(second.id));
  await sandbox.ask('DELETE', '/faults');
  for (const query of [
    { tab: 'due' },
    { tab: 'all', status: 'rejected' },
    { tab: 'all', kind: 'cancellation' },
    { platform: 'tiktok_shop', limit: 1 },
  ])
    await owner.ok('listReturns', { query });
});

/** Topics are subscribed one after the other, messages last. */
const hearsMessages = (of) =>
  until('the subscription to messages', async () =>
    (await sandbox.ask('GET', '/ledger?limit=100000')).entries.some(
      (entry) => entry.what === 'webhook_set' && entry.topic === 'NEW_MESSAGE' && entry.shop === of.ext_id,
    ),
  );

test('an alert from a message of a scammer', async () => {
  await until('webhooks', async () => (await owner.ok('getStore', { path: { store: store.id } })).webhooks === 'on');
  await hearsMessages(store);
  await sandbox.ask('POST', '/messages', { shop: store.ext_id, text: scam, lang: 'en' });
  await owner.ok('syncStore', { path: { store: store.id } });
  const { rows } = await until('an alert', async () => {
    const answer = await owner.ok('listAlerts', { query: { store: store.id } });
    return answer.rows.length > 0 && answer;
  });
  const path = { alert: rows[0].id };
  const detail = await owner.ok('getAlert', { path });
  assert.ok(detail.reasons.length > 0);
  const { version } = detail.alert;
  const closed = await owner.ok('closeAlert', { path, body: { version, reason: 'false_alarm', note: 'Known.' } });
  assert.equal(closed.state, 'closed');
  await owner.refused('closeAlert', 409, { path, body: { version, reason: 'done' } });
  await owner.ok('listAlerts', { query: { state: 'closed', limit: 1 } });
  await owner.ok('listWeakFindings');
  assert.equal((await owner.ok('reopenAlert', { path, body: { version: closed.version } })).state, 'open');
});

test('editing a store', async () => {
  const path = { store: store.id };
  const { version } = await owner.ok('getStore', { path });
  const edited = await owner.ok('editStore', {
    path,
    body: { version, name: 'Front shop', time_zone: 'Asia/Bangkok' },
  });
  assert.equal(edited.name, 'Front shop');
  await owner.refused('editStore', 409, { path, body: { version, name: 'Too late' } });
  const body = { version: edited.version, proxy: 'socks5h://127.0.0.1:9', user: 'lin', password: 'kettle' };
  const behind = await owner.ok('setProxy', { path, body });
  assert.equal(behind.proxy.password_set, true);
  assert.equal((await owner.ok('checkProxy', { path })).ok, false);
  const blind = await owner.ok('lookAtExit', { path });
  assert.equal(blind.error, 'egress.not_reached');
  assert.equal(blind.address, undefined, 'an address seen directly is not that of a proxy');
  const direct = await owner.ok('setProxy', { path, body: { version: behind.version, proxy: '' } });
  assert.equal(direct.proxy.password_set, false);
  assert.equal((await owner.ok('checkProxy', { path })).ok, true);
  assert.equal((await owner.ok('lookAtExit', { path })).address, '127.0.0.1');

  const { service, rows } = await owner.ok('getNetwork');
  assert.match(service, /\/exit-address$/, "the demo's");
  assert.equal(rows.find((row) => row.store === store.id).address, '127.0.0.1');
  for (const bad of ['http://address.example/', 'https://u:p@address.example/', 'https://address.example/?key=7'])
    await owner.refused('setExitService', [400, 422], { body: { service: bad } });
  assert.equal((await owner.ok('setExitService', { body: { service: '' } })).service, '');
  await owner.refused('lookAtExit', 409, { path }, 'network.no_service');
  await owner.ok('setExitService', { body: { service } });
});

test('the checker', async () => {
  const judged = await owner.ok('checkMessage', { body: { channel: 'chat', text: scam, subject: '', from: '' } });
  assert.notEqual(judged.verdict, 'clean');
  const mail = `From: "Lin" <lin@example.com>\r\nTo: you@example.org\r\nSubject: Hello\r\nContent-Type: text/plain\r\n\r\n${scam}\r\n`;
  const read = await owner.ok('checkMessage', {
    body: { channel: 'email', eml_base64: Buffer.from(mail).toString('base64') },
  });
  assert.equal(read.sender.address, 'lin@example.com');
  await owner.refused('checkMessage', 422, { body: { channel: 'chat', text: ' ' } }, 'checker.empty');
  await owner.refused('checkMessage', 422, { body: { channel: 'email', eml_base64: '***' } });
});

test('views, settings, own preferences', async () => {
  const view = await owner.ok('saveView', {
    body: { screen: 'orders', name: 'Unpaid', query: 'tab=unpaid', team: true },
  });
  assert.ok((await owner.ok('listViews', { query: { screen: 'orders' } })).rows.some((row) => row.id === view.id));
  await owner.ok('deleteView', { path: { view: view.id } });
  await owner.ok('getSettings');
  const settings = { team_name: 'Lin & Partners', language: 'zh-CN', time_zone: 'Asia/Shanghai' };
  assert.equal((await owner.ok('editSettings', { body: settings })).team_name, settings.team_name);
  assert.ok((await owner.ok('getSettings')).rules_version);
  const shorter = await owner.ok('editRetention', { body: { buyers: 60, messages: 120 } });
  assert.deepEqual(
    shorter.retention.map((one) => one.days),
    [14, 30, 60, 120],
  );
  await owner.refused('editRetention', 422, { body: { buyers: 91 } });
  await new Client(server.origin).ok('reportPolicyViolation', {
    raw: JSON.stringify({ 'csp-report': { 'effective-directive': 'img-src', 'blocked-uri': 'inline' } }),
    headers: { 'content-type': 'application/csp-report', 'x-stallward': undefined },
  });
  const mine = {
    name: 'Lin Mei',
    language: 'en',
    time_zone: 'Asia/Ho_Chi_Minh',
    theme: 'dark',
    density: 'roomy',
    letter_keys: false,
  };
  assert.equal((await owner.ok('editMe', { body: mine })).theme, 'dark');
});

test('conversations with buyers, a page at a time', async () => {
  // Beside the scammer's, one at another store.
  const other = (await owner.ok('listStores')).rows.find((row) => row.id !== store.id && row.connection === 'connected');
  await hearsMessages(other);
  await sandbox.ask('POST', '/messages', { shop: other.ext_id, text: 'Hello, is this still there?', lang: 'en' });
  const all = await until('two conversations', async () => {
    const page = await owner.ok('listConversations');
    return page.rows.length >= 2 && page;
  });
  const first = await owner.ok('listConversations', { query: { limit: 1 } });
  const second = await owner.ok('listConversations', { query: { limit: 1, cursor: first.next } });
  assert.notEqual(first.rows[0].id, second.rows[0]?.id);
  const queries = [{ tab: 'unread' }, { tab: 'waiting' }, { tab: 'danger' }, { platform: 'shopee' }, { store: store.id }];
  for (const query of queries) await owner.ok('listConversations', { query });
  const [row] = all.rows;
  const path = { conversation: row.id };
  assert.equal((await owner.ok('getConversation', { path })).conversation.id, row.id);
  const messages = await owner.ok('listMessages', { path });
  assert.ok(messages.rows.length > 0);
  await owner.ok('listMessages', { path, query: { limit: 1 } });
});

test('people: a member who is limited to one store sees that store alone', async () => {
  const person = { login: 'may@example.com', name: 'May', role: 'manager', stores: [store.id] };
  const invitation = await owner.ok('addPerson', { body: person });
  assert.equal(invitation.person.invited, true);
  const token = new URL(invitation.link).hash.replace('#token=', '');
  const may = new Client(server.origin);
  assert.equal((await may.ok('acceptInvitation', { body: { token, password: otherPassword } })).state, 'enrol');
  const { secret } = await may.ok('beginSecondFactor');
  await may.ok('confirmSecondFactor', { body: { code: await new Authenticator(secret).next() } });

  const others = (await owner.ok('listStores')).rows.filter((row) => row.id !== store.id).map((row) => row.id);
  assert.deepEqual(
    (await may.ok('listStores')).rows.map((row) => row.id),
    [store.id],
  );
  assert.deepEqual(
    (await may.ok('getOverview')).stores.map((row) => row.store.id),
    [store.id],
  );
  assert.ok((await may.ok('listOrders')).rows.every((row) => row.store === store.id));
  assert.ok((await may.ok('listConversations')).rows.every((row) => row.store === store.id));
  assert.ok((await may.ok('listAlerts')).rows.every((row) => row.store === store.id));
  assert.ok((await may.ok('listAudit')).rows.every((row) => !row.store || row.store === store.id));
  const foreign = await until(
    'an order of another store',
    async () => (await owner.ok('listOrders', { query: { store: others, limit: 1 } })).rows[0],
  );
  const chat = await until(
    'a conversation of another store',
    async () => (await owner.ok('listConversations', { query: { store: others, limit: 1 } })).rows[0],
  );
  for (const id of ['getConversation', 'listMessages']) {
    await may.refused(id, 404, { path: { conversation: chat.id } });
  }
  await may.refused('getOrder', 404, { path: { order: foreign.id } });
  await may.refused('listOrders', 404, { query: { store: foreign.store } });
  for (const id of ['getStore', 'syncStore', 'confirmStore', 'disconnectStore', 'checkProxy', 'lookAtExit']) {
    await may.refused(id, 403, { path: { store: foreign.store } }, 'permission.denied');
  }
  const upload = { kind: 'orders', store: foreign.store, file_name: 'a.csv', content_base64: '' };
  await may.refused('previewImport', 404, { body: upload });
  await may.ok('listPeople');
  await may.refused('addPerson', 403, { body: { ...person, login: 'zoe' } }, 'permission.denied');
  await may.refused('leaveDemo', 403, {}, 'permission.denied');

  const path = { person: invitation.person.id };
  assert.equal(
    (await owner.ok('editPerson', { path, body: { role: 'viewer', stores: [], disabled: false } })).role,
    'viewer',
  );
  // Another role begins with a new sign-in.
  await may.refused('syncStore', 401, { path: { store: store.id } }, 'session.required');
  await owner.ok('resetPerson', { path });
  await owner.ok('editPerson', { path, body: { disabled: true } });
  assert.equal((await owner.ok('listPeople')).rows.length, 2);
});

test('the audit log', async () => {
  const first = await owner.ok('listAudit', { query: { limit: 3 } });
  assert.ok(first.next);
  await owner.ok('listAudit', { query: { cursor: first.next, limit: 3 } });
  const { person } = await owner.ok('getSession');
  const filters = {
    person: person.id,
    kind: 'store',
    store: store.id,
    from: '2020-01-01T00:00:00Z',
    to: '2040-01-01T00:00:00Z',
  };
  await owner.ok('listAudit', { query: filters });
  assert.equal((await owner.ok('checkAudit')).state, 'ok');
});

test('the stream of changes', async () => {
  const answer = await owner.send('streamEvents');
  assert.equal(answer.status, 200);
  const reader = answer.stream.pipeThrough(new TextDecoderStream()).getReader();
  // Asked for again until the stream tells of it: it may have begun a moment later.
  let got = '';
  const asking = setInterval(() => owner.send('syncStore', { path: { store: store.id } }).catch(() => {}), 500);
  try {
    await owner.ok('editStore', {
      path: { store: store.id },
      body: { version: (await owner.ok('getStore', { path: { store: store.id } })).version, name: 'Front' },
    });
    await until('a change', async () => {
      const { value } = await reader.read();
      got += value ?? '';
      return /^event: change\ndata: (\{.*\})$/m.test(got);
    });
  } finally {
    clearInterval(asking);
    await reader.cancel();
  }
  assert.ok(JSON.parse(got.match(/^event: change\ndata: (\{.*\})$/m)[1]).what);
  seen.succeeded.add('streamEvents');
  seen.samples.streamEvents = {};
});

test('wrong requests, with the demo fleet there', async (t) => {
  await freshCode();
  await allWrongRequests(t);
});

test('after the demo: an app, a store of one’s own, a shop that is held', async () => {
  await owner.ok('leaveDemo');
  await until('the end of the demo', async () => (await owner.ok('listStores')).rows.length === 0);
  await freshCode();

  const platform = { platform: 'tiktok_shop' };
  await owner.ok('getApp', { path: platform });
  await owner.refused('getApp', 404, { path: { platform: 'nowhere' } });
  assert.equal((await owner.ok('getApp', { path: { platform: 'lazada' } })).configured, false);
  const base = { consent_base: sandbox.tiktok_shop, api_base: sandbox.tiktok_shop, auth_base: sandbox.tiktok_shop };
  const app = { key: sandbox.app_key, secret: sandbox.app_secret, service_id: sandbox.service_id, ...base };
  assert.equal((await owner.ok('setApp', { path: platform, body: app })).configured, true);

  const made = await owner.ok('addStore', {
    body: { ...platform, name: 'Market stall', region: 'TH', time_zone: 'Asia/Bangkok' },
  });
  assert.equal(made.connection, 'none');
  store = made;

  // Accepted on the marketplace's own page, without having begun here: held until somebody says that it is ours.
  const { url } = await owner.ok('connectStore', { body: platform });
  const { sellers } = await sandbox.ask('GET', '/sellers');
  const form = new URLSearchParams({
    service_id: new URL(url).searchParams.get('service_id'),
    seller: sellers[0].open_id,
    decision: 'accept',
  });
  const consent = await fetch(url.split('?')[0], { method: 'POST', body: form, redirect: 'manual' });
  const back = await fetch(consent.headers.get('location'), { redirect: 'manual' });
  assert.equal(back.status, 303);
  checkHeaders((name) => back.headers.get(name), 'the way back from the marketplace');
  const held = (await owner.ok('listStores')).rows.find((row) => row.connection === 'held');
  assert.ok(held, back.headers.get('location'));
  assert.equal((await owner.ok('confirmStore', { path: { store: held.id } })).connection, 'connected');
  assert.equal((await owner.ok('disconnectStore', { path: { store: held.id } })).connection, 'disconnected');
});

test('imports: shown first, then applied whole, or discarded', async () => {
  const line = (id, quantity = 1) =>
    `${id},To ship,sku-1,Jasmine rice,${quantity},"THB 1,234.50",31/01/2026 10:20:30,may`;
  const file = (...lines) =>
    Buffer.from(
      [
        'Order ID,Order Status,SKU ID,Product Name,Quantity,Order Amount,Created Time,Buyer Username',
        ...lines,
        '',
      ].join('\r\n'),
    ).toString('base64');
  const body = {
    kind: 'orders',
    store: store.id,
    file_name: 'orders.csv',
    content_base64: file(line('700001'), line('700002'), line('700003', 'many')),
    format: '',
    mapping: {},
  };
  const shown = await owner.ok('previewImport', { body });
  assert.deepEqual([shown.state, shown.good, shown.new, shown.bad], ['ready', 2, 2, 1]);
  const path = { import: shown.id };
  assert.equal((await owner.ok('getImport', { path })).id, shown.id);
  assert.equal((await owner.ok('listOrders', { query: { store: store.id } })).rows.length, 0);
  await owner.ok('applyImport', { path });
  await until('the end of the import', async () => (await owner.ok('getImport', { path })).state === 'applied');
  const { rows } = await owner.ok('listOrders', { query: { store: store.id } });
  assert.deepEqual(rows.map((row) => row.ext_id).sort(), ['700001', '700002']);
  const again = await owner.ok('previewImport', { body });
  assert.deepEqual([again.new, again.same], [0, 2]);
  await owner.ok('discardImport', { path: { import: again.id } });
  await owner.refused('applyImport', [404, 409], { path: { import: again.id } });
  await owner.refused('previewImport', 404, { body: { ...body, store: 's_999999999' } });
  await owner.refused('previewImport', 422, { body: { ...body, content_base64: '***' } });
  const strange = await owner.ok('previewImport', {
    body: { ...body, content_base64: Buffer.from('a,b\r\n1,2\r\n').toString('base64') },
  });
  assert.equal(strange.failure, 'import.columns_missing');
  await owner.refused('applyImport', 409, { path: { import: strange.id } }, 'import.columns_missing');
});

test('wrong requests of the rest', async (t) => {
  await freshCode();
  await allWrongRequests(t);
});

test('what is outside the interface carries the same headers', async () => {
  for (const [method, path, statuses] of [
    ['GET', '/', [200, 503]],
    ['GET', '/orders', [200, 404]],
    ['GET', '/assets/nothing.js', [404]],
    ['POST', '/', [405, 503]],
    ['GET', '/healthz', [200]],
    ['GET', '/api/v1/nothing', [404]],
    ['GET', '/api/v2/stores', [404]],
    ['PUT', '/api/v1/stores', [405]],
    ['OPTIONS', '/api/v1/stores', [405]],
    ['GET', '/hooks/tiktok_shop', [405]],
    ['POST', '/hooks/tiktok_shop', [401]],
    ['POST', '/hooks/nowhere', [404]],
    ['GET', '/oauth/nowhere/callback', [404]],
    ['GET', '/oauth/tiktok_shop/callback?state=forged&code=1', [303]],
  ]) {
    const answer = await fetch(server.origin + path, { method, redirect: 'manual', headers: { 'x-stallward': '1' } });
    assert.ok(statuses.includes(answer.status), `${method} ${path}: ${answer.status}`);
    checkHeaders((name) => answer.headers.get(name), `${method} ${path}`);
    if (path.startsWith('/api/')) {
      const problem = await answer.json();
      assert.equal(problem.status, answer.status, `${method} ${path}`);
    }
    if (answer.status === 405 && path.startsWith('/api/')) assert.match(answer.headers.get('allow'), /GET/);
  }
});

test('what is no request of HTTP is refused, with the same headers', async () => {
  const { hostname, port } = new URL(server.origin);
  for (const text of [
    'GET / HTTP/1.1\r\n\r\n',
    'GET /../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n',
    'POST /api/v1/sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    `GET / HTTP/1.1\r\nHost: a\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`,
    'NONSENSE\r\n\r\n',
  ]) {
    const answer = await new Promise((resolve, reject) => {
      let got = '';
      const socket = connect(Number(port), hostname, () => socket.write(text));
      socket.setTimeout(10_000, () => socket.destroy());
      socket
        .on('data', (chunk) => (got += chunk))
        .on('close', () => resolve(got))
        .on('error', reject);
    });
    const [status, ...lines] = answer.split('\r\n\r\n')[0].split('\r\n');
    assert.match(status, /^HTTP\/1\.1 4\d\d /, JSON.stringify(text.slice(0, 60)));
    const headers = new Map(
      lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
    );
    checkHeaders((name) => headers.get(name), JSON.stringify(text.slice(0, 60)));
  }
});

test('a new password ends the other sessions; signing out everywhere ends all', async () => {
  const other = new Client(server.origin);
  await other.ok('signIn', { body: { login: 'lin@example.com', password } });
  await other.ok('signInCode', { body: { recovery_code: recoveryCodes.pop() } });
  await owner.refused('changePassword', [401, 403, 422], { body: { current: otherPassword, new: otherPassword } });
  await owner.ok('changePassword', { body: { current: password, new: otherPassword } });
  await other.refused('listStores', 401, {}, 'session.required');
  await wrongRequests(owner, 'changePassword');
  await owner.ok('endAllSessions');
  assert.equal((await owner.ok('getSession')).state, 'signed_out');
  await owner.refused('listStores', 401, {}, 'session.required');
  await owner.ok('signIn', { body: { login: 'lin@example.com', password: otherPassword } });
  await owner.ok('signInCode', { body: { recovery_code: recoveryCodes.pop() } });
  await wrongRequests(owner, 'endAllSessions');
});

test('every operation of the document succeeded once', () => {
  const missing = Object.keys(operations).filter((id) => !seen.succeeded.has(id));
  assert.deepEqual(missing, []);
  console.log(
    `${seen.succeeded.size} of ${Object.keys(operations).length} operations, ${seen.answers} answers looked at`,
  );
});
