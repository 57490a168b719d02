// The programs as built: what buyers write on TikTok Shop is shown, also what no webhook brought, once each. From the top
// folder:
//   node --test tests/contract/chats.mjs
// STALLWARD_BIN: the folder that holds the programs, default build/release/bin.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Authenticator, startSandbox, startServer } from '../../web/e2e/programs.mjs';
import { Client } from './client.mjs';

let sandbox;
let server;
let owner;
let authenticator;
let shop;
let store;

/** Asks until `found` makes something of the answer. */
async function until(what, found) {
  const end = Date.now() + 90_000;
  for (;;) {
    const value = await found();
    if (value) return value;
    if (Date.now() > end) throw new Error(`${what} did not come; the log of the server:\n${server.log()}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

const write = (text) => sandbox.ask('POST', '/messages', { shop: shop.id, text });
const chats = (query = {}) => owner.ok('listConversations', { query });
const messagesOf = async (conversation) =>
  (await owner.ok('listMessages', { path: { conversation: conversation.id } })).rows;
/** All that is shown, by its text. */
async function shown() {
  const rows = (await chats()).rows.filter((row) => row.store === store.id);
  const messages = (await Promise.all(rows.map(messagesOf))).flat();
  return messages.map((message) => message.text);
}
const count = (texts, text) => texts.filter((one) => one === text).length;

before(async () => {
  sandbox = await startSandbox('--stores', '2', '--seed', '6', '--history', '10');
  await sandbox.ask('PUT', '/life', { on: false });
  server = await startServer({ sandbox });
  owner = new Client(server.origin);
  const token = new URL(server.setup).hash.replace('#token=', '');
  const password = 'nine violet umbrellas over Hat Yai';
  await owner.ok('setUp', {
    body: { token, login: 'lin@example.com', name: 'Lin', password, team_name: 'Lin Trading', language: 'en' },
  });
  const { secret } = await owner.ok('beginSecondFactor');
  authenticator = new Authenticator(secret);
  await owner.ok('confirmSecondFactor', { body: { code: await authenticator.next() } });
});

after(async () => {
  await server?.stop();
  await sandbox?.stop();
});

test('what was written before the store was connected is there', async () => {
  const { sellers } = await sandbox.ask('GET', '/sellers');
  [shop] = sellers[0].shops;
  await write('is it still in stock?');
  store = await connect();
  const row = await until('the first conversation', async () => (await chats()).rows.find((one) => one.last));
  assert.equal(row.store, store.id);
  assert.equal(row.last.text, 'is it still in stock?');
  assert.equal(row.unread, 1);
  assert.ok(row.waiting_since && row.answer_by > row.waiting_since);
  assert.match(row.buyer, /\*/, 'names are masked');
  const { conversation, orders } = await owner.ok('getConversation', { path: { conversation: row.id } });
  assert.equal(conversation.id, row.id);
  assert.ok(Array.isArray(orders));
});

test('a message whose webhook is lost is read, and nothing comes twice', async () => {
  await sandbox.ask('PUT', '/faults', { webhooks: [{ kind: 'drop', type: 14, share: 1 }] });
  await write('my webhook was lost');
  await sandbox.ask('DELETE', '/faults');
  await owner.ok('syncStore', { path: { store: store.id } });
  await until('the lost message', async () => count(await shown(), 'my webhook was lost') > 0);
  await write('mine was not');
  await until('the next message', async () => count(await shown(), 'mine was not') > 0);
  await owner.ok('syncStore', { path: { store: store.id } });
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const texts = await shown();
  for (const text of ['is it still in stock?', 'my webhook was lost', 'mine was not']) {
    assert.equal(count(texts, text), 1, text);
  }
});

test('a dangerous message is found, with its reasons', async () => {
  await sandbox.ask('POST', '/messages', { shop: shop.id, category: 'phishing', lang: 'en', scam: true });
  const row = await until('a finding', async () => (await chats({ tab: 'danger' })).rows[0]);
  const dangerous = (await messagesOf(row)).find((message) => message.finding);
  assert.ok(dangerous.finding.reasons.length > 0);
  assert.notEqual(row.severity, 'none');
  assert.equal((await chats()).counts.danger, 1);
});

/** The seller agrees on the marketplace's page, in the same browser. */
async function connect() {
  await owner.ok('stepUp', { body: { code: await authenticator.next() } });
  const base = sandbox.tiktok_shop;
  const addresses = { consent_base: base, api_base: base, auth_base: base };
  const app = { key: sandbox.app_key, secret: sandbox.app_secret, service_id: sandbox.service_id };
  const saved = await owner.ok('setApp', { path: { platform: 'tiktok_shop' }, body: { ...app, ...addresses } });
  await sandbox.ask('PATCH', `/apps/${app.key}`, { redirect_url: saved.callback_url });
  const { url } = await owner.ok('connectStore', { body: { platform: 'tiktok_shop' } });
  const link = new URL(url);
  const { sellers } = await sandbox.ask('GET', '/sellers');
  const consent = await fetch(`${link.origin}/open/authorize`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({
      service_id: link.searchParams.get('service_id'),
      state: link.searchParams.get('state'),
      seller: sellers[0].open_id,
      decision: 'accept',
    }),
  });
  const cookie = [...owner.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const back = await fetch(consent.headers.get('location'), { redirect: 'manual', headers: { cookie } });
  assert.match(back.headers.get('location'), /connected=/);
  return (await owner.ok('listStores')).rows.find((row) => row.ext_id === String(shop.id));
}
