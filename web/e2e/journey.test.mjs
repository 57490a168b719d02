// The main job, by one person in a real browser, against the real server and the sandbox: set up, connect a store, see
// an order arrive live, check a scam message and read why.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, launch, sizes, watch } from './browser.mjs';
import { confirmed, connectStore, enterApp, setUp, signIn } from './people.mjs';
import { startSandbox, startServer } from './programs.mjs';

let browser;
let sandbox;
let server;
let page;
let problems;
let authenticator;

before(async () => {
  sandbox = await startSandbox('--stores', '2', '--seed', '5', '--history', '30');
  await sandbox.ask('PUT', '/life', { on: false });
  server = await startServer({ sandbox });
  browser = await launch();
  const context = await browser.newContext({ viewport: sizes.small, locale: 'en-GB', reducedMotion: 'reduce' });
  page = await context.newPage();
  page.setDefaultTimeout(20_000);
  problems = watch(page, server.origin);
});

after(async () => {
  await browser?.close();
  await server?.stop();
  await sandbox?.stop();
});

const clean = async (where) => assert.deepEqual(await axe(page), [], where);

test('set up the owner, with a second factor', async () => {
  authenticator = await setUp(page, server, clean);
  await page.getByText('Your stores will appear here').waitFor();
  assert.equal(new URL(page.url()).hash, '', 'the one-time token does not stay in the address');
  await clean('empty overview');
});

test('the set-up link works once', async () => {
  const other = await browser.newContext({ locale: 'en-GB' });
  const visitor = await other.newPage();
  await visitor.goto(server.setup);
  await visitor.getByRole('heading', { name: 'Sign in' }).waitFor();
  await other.close();
});

test('enter the app and connect a store on the marketplace’s page', async () => {
  await enterApp(page, server, sandbox, authenticator);
  await connectStore(page, server, authenticator, clean);
  await page.getByRole('table', { name: 'Stores & connections' }).waitFor();
  await clean('stores');
});

test('its orders appear, and a new one arrives live', async () => {
  await page.goto(`${server.origin}/orders`);
  const table = page.getByRole('table', { name: 'Orders' });
  await table.waitFor();
  await clean('orders');
  const { sellers } = await sandbox.ask('GET', '/sellers');
  const connected = await page.evaluate(async () =>
    (await (await fetch('/api/v1/stores')).json()).rows.map((row) => row.ext_id),
  );
  const shop = sellers.flatMap((seller) => seller.shops).find((one) => connected.includes(one.id));
  const began = Date.now();
  const { orders } = await sandbox.ask('POST', '/orders', { shop: shop.id, count: 1 });
  await table.getByText(orders[0]).waitFor({ timeout: 20_000 });
  console.log(`order on the screen after ${Date.now() - began} ms`);
  await table.getByText(orders[0]).click();
  await page.getByRole('dialog').getByText('Contact data is masked.').waitFor();
  await clean('order');
});

test('a status change shows without reloading', async () => {
  const id = await page.getByRole('dialog').getByRole('heading').first().textContent();
  const status = () => page.getByRole('dialog').locator('dd').first();
  assert.equal(await status().textContent(), 'Unpaid');
  await sandbox.ask('POST', `/orders/${id}/steps`, { step: 'pay' });
  await page
    .getByRole('dialog')
    .locator('dd', { hasText: /^(To ship|On hold)$/ })
    .first()
    .waitFor();
  await page.keyboard.press('Escape');
});

test('a scam message is recognised, with reasons one can read', async () => {
  await page.goto(`${server.origin}/checker`);
  await page.getByLabel('Chat', { exact: true }).check();
  await page
    .getByLabel('The message')
    .fill(
      'Hello, TikTok Shop security here. Your shop is frozen. Log in at tiktok-shop-verify.example and send me the 6-digit code within 30 minutes.',
    );
  const began = Date.now();
  await page.getByRole('button', { name: 'Check', exact: true }).click();
  const card = page.getByRole('article');
  await card.getByRole('heading', { name: /probably a scam|looks suspicious/ }).waitFor();
  const tookMs = Date.now() - began;
  console.log(`verdict on the screen after ${tookMs} ms`);
  assert.ok((await card.getByRole('listitem').count()) > 1, 'there are reasons');
  assert.equal(await card.getByText(/no sentence for yet/).count(), 0, 'every reason has its sentence');
  await card.getByRole('button', { name: 'Show the proof' }).first().click();
  assert.equal(await page.getByRole('article').getByRole('link').count(), 0, 'links of messages are never links');
  await clean('checker');
});

test('a genuine code message is not called a scam', async () => {
  await page.goto(`${server.origin}/checker?example=genuine_code`);
  await page.getByRole('heading', { name: 'Nothing suspicious was found' }).waitFor();
});

test('the audit log holds what was done, and is whole', async () => {
  await page.goto(`${server.origin}/audit`);
  const table = page.getByRole('table', { name: 'Audit log' });
  await table.getByText('First set-up finished').waitFor();
  await page.getByRole('button', { name: 'Check now' }).click();
  await page.getByText(/^The log is unchanged/).waitFor();
  await clean('audit');
});

test('signing out leaves nothing, signing in comes back to the same place', async () => {
  await page.goto(`${server.origin}/orders?tab=unpaid`);
  await page.getByRole('button', { name: /^Me: / }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  assert.equal(await page.getByText('Unpaid').count(), 0);
  await clean('sign-in');
  await signIn(page, authenticator);
  await page.getByRole('tab', { name: /^Unpaid/, selected: true }).waitFor();
});

test('disconnecting a store asks first', async () => {
  await page.goto(`${server.origin}/stores`);
  await page.getByRole('row').nth(1).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click();
  const question = page.getByRole('dialog', { name: /^Disconnect .*\?$/ });
  await question.waitFor();
  await clean('disconnect');
  const said = page.getByText('Store disconnected', { exact: true });
  await confirmed(page, authenticator, question.getByRole('button', { name: 'Disconnect' }), said);
});

test('nothing was refused by the Content-Security-Policy, and no other host was asked', () => {
  // The marketplace's page is another host, and the person went there.
  assert.deepEqual(
    problems.filter((problem) => !problem.includes(sandbox.tiktok_shop)),
    [],
  );
});
