// The programs as built: the server connects stores of the sandbox's Shopee, reads their orders, hears of new ones by
// push, finds what no push told, and finds out that an authorisation ended. From the top folder:
//   node --test tests/contract/shopee.mjs
// STALLWARD_BIN: the folder that holds the programs, default build/release/bin.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Authenticator, startSandbox, startServer } from '../../web/e2e/programs.mjs';
import { Client } from './client.mjs';

let sandbox;
let server;
let owner;
let authenticator;

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

const shopee = (method, path, body) => sandbox.ask(method, `/shopee${path}`, body);
const storeOf = async (shop) => (await owner.ok('listStores')).rows.find((row) => row.ext_id === `${shop.id}`);
const orderHere = async (number) => (await owner.ok('listOrders', { query: { search: number } })).rows[0];

/** The seller agrees on the marketplace's page, in the same browser. */
async function agree(account) {
  await owner.ok('stepUp', { body: { code: await authenticator.next() } });
  const { url } = await owner.ok('connectStore', { body: { platform: 'shopee' } });
  const link = new URL(url);
  assert.equal((await fetch(url)).status, 200);
  const consent = await fetch(`${link.origin}/auth`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({
      partner_id: link.searchParams.get('partner_id'),
      redirect: link.searchParams.get('redirect'),
      account,
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
  sandbox = await startSandbox('--stores', '1', '--shopee', '4', '--seed', '6', '--history', '30');
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
  const base = sandbox.shopee;
  const saved = await owner.ok('setApp', {
    path: { platform: 'shopee' },
    body: {
      key: sandbox.shopee_partner_id,
      secret: sandbox.shopee_partner_key,
      consent_base: base,
      api_base: base,
      auth_base: base,
    },
  });
  assert.equal(saved.configured, true);
});

test('a main account connects its three stores, with names, states and all orders', async () => {
  await agree('main:1');
  const shops = (await shopee('GET', '/shops')).shops.filter((shop) => shop.main_account_id === 70010001);
  assert.equal(shops.length, 3);
  for (const shop of shops) {
    const store = await storeOf(shop);
    assert.equal(store.connection, 'connected');
    assert.equal(store.shop_name, shop.name);
    assert.equal(store.region, shop.region);
    await until('the shop’s status', async () => (await storeOf(shop)).status === 'active');
    const since = Date.now() / 1000 - 89 * 86_400;
    for (const order of (await shopee('GET', `/shops/${shop.id}/orders`)).orders)
      if (order.update_time > since) {
        const here = await until(`order ${order.order_sn}`, () => orderHere(order.order_sn));
        assert.equal(here.raw_status, order.status);
      }
  }
});

test('a new order comes by push', async () => {
  const [, shop] = (await shopee('GET', '/shops')).shops;
  await until('the push configuration', async () => {
    const { request } = await sandbox.ask('GET', '/ledger/counts');
    return request['shopee.set_push_config'];
  });
  const began = Date.now();
  const [number] = (await shopee('POST', `/shops/${shop.id}/orders`, { count: 1 })).orders;
  await until('the order', () => orderHere(number));
  console.log(`order here ${Date.now() - began} ms after it was made`);
});

test('an order that no push told of is found by reading', async () => {
  const [, shop] = (await shopee('GET', '/shops')).shops;
  await sandbox.ask('PUT', '/faults', { webhooks: [{ kind: 'drop' }] });
  const [number] = (await shopee('POST', `/shops/${shop.id}/orders`, { count: 1 })).orders;
  await until('the order', () => orderHere(number));
  await sandbox.ask('DELETE', '/faults');
});

test('an authorisation that the seller ended is found out', async () => {
  const [, shop] = (await shopee('GET', '/shops')).shops;
  await shopee('DELETE', `/shops/${shop.id}/consent`);
  await until('the end', async () => (await storeOf(shop)).connection === 'disconnected');
});
