// The programs as built: the server connects stores of the sandbox's Lazada, reads their orders, hears of new ones by
// webhook, finds what no webhook told, and finds out that a shop was closed or an authorisation ended. From the top folder:
//   node --test tests/contract/lazada.mjs
// STALLWARD_BIN: the folder that holds the programs, default build/release/bin.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Authenticator, startSandbox, startServer } from '../../web/e2e/programs.mjs';
import { Client } from './client.mjs';

let sandbox;
let server;
let owner;
let authenticator;
let seller;
let stores;

/** Asks until `found` makes something of the answer. */
async function until(what, found) {
  const end = Date.now() + 60_000;
  for (;;) {
    const value = await found();
    if (value) return value;
    if (Date.now() > end) throw new Error(`${what} did not come; the log of the server:\n${server.log()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const lazada = (method, path, body) => sandbox.ask(method, `/lazada${path}`, body);
const known = async (store) => (await owner.ok('listStores')).rows.find((row) => row.id === store.id);
const orderHere = async (id) => (await owner.ok('listOrders', { query: { search: id } })).rows[0];
const storeOf = (shop) => stores.find((row) => row.ext_id === `${shop.id}_${shop.region.toLowerCase()}`);

/** The seller agrees on the marketplace's page, in the same browser. */
async function agree() {
  await owner.ok('stepUp', { body: { code: await authenticator.next() } });
  const { url } = await owner.ok('connectStore', { body: { platform: 'lazada' } });
  const link = new URL(url);
  assert.equal((await fetch(url)).status, 200);
  const consent = await fetch(`${link.origin}${link.pathname}`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({
      client_id: link.searchParams.get('client_id'),
      state: link.searchParams.get('state'),
      seller: seller.id,
      decision: 'accept',
    }),
  });
  assert.equal(consent.status, 302);
  const cookie = [...owner.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const back = await fetch(consent.headers.get('location'), { redirect: 'manual', headers: { cookie } });
  assert.equal(back.status, 303);
  assert.match(back.headers.get('location'), /connected=/);
}

before(async () => {
  sandbox = await startSandbox('--stores', '1', '--lazada', '5', '--seed', '6', '--history', '30');
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

test('the app', async () => {
  await owner.ok('stepUp', { body: { code: await authenticator.next() } });
  const base = sandbox.lazada;
  const app = { key: sandbox.lazada_app_key, secret: sandbox.lazada_app_secret };
  const addresses = { consent_base: base, api_base: base, auth_base: base };
  const saved = await owner.ok('setApp', { path: { platform: 'lazada' }, body: { ...app, ...addresses } });
  assert.equal(saved.configured, true);
  await lazada('PATCH', `/apps/${app.key}`, { redirect_url: saved.callback_url, webhook_url: saved.webhook_url });
});

test('one consent connects the seller’s stores in three markets, with names and all orders', async () => {
  seller = (await lazada('GET', '/sellers')).sellers.find((one) => one.shops.length === 3);
  await agree();
  stores = (await owner.ok('listStores')).rows;
  assert.equal(stores.length, 3);
  for (const shop of seller.shops) {
    const store = storeOf(shop);
    assert.equal(store.connection, 'connected');
    assert.equal(store.shop_name, shop.name);
    assert.equal(store.region, shop.region);
    await until('the shop’s status', async () => (await known(store)).status === 'active');
    const { orders } = await lazada('GET', `/state?shop=${shop.id}`);
    assert.ok(orders.length >= 30);
    for (const order of orders) {
      const here = await until(`order ${order.id}`, () => orderHere(order.id));
      assert.equal(here.store, store.id);
    }
  }
});

test('a new order and its payment come by webhook', async () => {
  const [shop] = seller.shops;
  const began = Date.now();
  const [id] = (await lazada('POST', '/orders', { shop: shop.id })).orders;
  const order = await until('the order', () => orderHere(id));
  console.log(`order here ${Date.now() - began} ms after it was made`);
  const step = order.raw_status === 'unpaid' ? 'pay' : 'hold_over';
  await lazada('POST', '/steps', { order: id, step });
  await until('its payment', async () => (await orderHere(id)).status === 'to_ship');
});

test('an order that no webhook told of is found by reading', async () => {
  const [, shop] = seller.shops;
  await lazada('PUT', '/faults', { webhooks: [{ kind: 'drop' }] });
  const [id] = (await lazada('POST', '/orders', { shop: shop.id })).orders;
  await owner.ok('syncStore', { path: { store: storeOf(shop).id } });
  await until('the order', () => orderHere(id));
  await lazada('DELETE', '/faults');
  const told = (await lazada('GET', '/notifications')).notifications.filter((one) => one.about === id);
  assert.ok(told.length > 0 && told.every((one) => one.delivery === 'dropped'));
});

test('forged webhooks change nothing, faults of the API are outlived', async () => {
  const [shop] = seller.shops;
  await lazada('PUT', '/faults', {
    webhooks: [{ kind: 'forge' }, { kind: 'duplicate', copies: 2, delay_s: 1 }],
    api: [
      { kind: 'rate_limited', operation: 'order.get', times: 1 },
      { kind: 'error_in_200', operation: 'orders.items.get', times: 1 },
    ],
  });
  const [id] = (await lazada('POST', '/orders', { shop: shop.id })).orders;
  await until('the order', () => orderHere(id));
  await until('the forged ones refused', async () => {
    const { notifications } = await lazada('GET', '/notifications');
    const forged = notifications.filter((one) => one.about === id && one.forged);
    return forged.length > 0 && forged.every((one) => one.attempts > 0 && one.delivery !== 'accepted');
  });
  await lazada('DELETE', '/faults');
});

test('a closed shop is found out from its webhook', async () => {
  const [, , shop] = seller.shops;
  await lazada('PATCH', `/shops/${shop.id}`, { state: 'closed' });
  await until('the closed shop', async () => (await known(storeOf(shop))).status === 'inactive');
  await lazada('PATCH', `/shops/${shop.id}`, { state: 'active' });
  await until('the open shop', async () => (await known(storeOf(shop))).status === 'active');
});

test('an expired token is renewed, an ended authorisation is told', async () => {
  const store = storeOf(seller.shops[0]);
  const ends = (await known(store)).authorisation_expires_at;
  await lazada('POST', '/tokens', { action: 'expire_access', seller: seller.id });
  await owner.ok('syncStore', { path: { store: store.id } });
  const renewed = async () => {
    const { effect } = await sandbox.ask('GET', '/ledger/counts');
    return effect['lazada.token_refreshed'] >= 1;
  };
  await until('the renewal', renewed);
  assert.equal((await known(store)).connection, 'connected');
  // A refresh does not move the end of the authorisation.
  assert.equal((await known(store)).authorisation_expires_at, ends);
  await lazada('POST', '/tokens', { action: 'revoke', seller: seller.id });
  await owner.ok('syncStore', { path: { store: store.id } });
  await until('the end', async () => (await known(store)).connection === 'reconnect');
  await agree();
  assert.equal((await known(store)).connection, 'connected');
});
