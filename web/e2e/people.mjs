// What a person does at the console, step by step, as its tests need it.

import { Authenticator } from './programs.mjs';

const password = 'nine violet umbrellas over Hat Yai';

/** First set-up: the owner's account, the second factor, the recovery codes. Ends on the Overview. */
export async function setUp(page, server, look = async () => {}) {
  await page.goto(server.setup);
  await page.getByLabel('Your name').fill('Lin');
  await page.getByLabel('Sign-in name').fill('lin@example.com');
  await page.getByLabel('Name of the team').fill('Lin Trading');
  await page.getByRole('textbox', { name: 'New password' }).fill(password);
  await page.getByText(/^(Good|Very good)$/).waitFor();
  await look('set-up');
  await page.getByRole('button', { name: 'Make the account' }).click();
  await page.getByText('I cannot scan it').click();
  const secret = await page.locator('details p.font-mono').textContent();
  await look('second-factor');
  const authenticator = new Authenticator(secret);
  await page.getByLabel('Six digits').fill(await authenticator.next());
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByText('These codes are shown only now.').waitFor();
  await look('recovery-codes');
  await page.getByLabel('I have kept the codes in a safe place').check();
  await page.getByRole('button', { name: 'Go to the console' }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  return authenticator;
}

/** Presses a button of a protected action, and gives the second factor when it is asked for. */
export async function confirmed(page, authenticator, button, done) {
  await button.click();
  const question = page.getByRole('dialog', { name: 'Confirm that it is you' });
  await Promise.race([question.waitFor(), done.waitFor()]);
  if (await question.isVisible()) {
    await question.getByLabel('Six digits').fill(await authenticator.next());
    await question.getByRole('button', { name: 'Confirm' }).click();
    await question.waitFor({ state: 'detached' });
  }
  await done.waitFor();
}

/** Signs in again with password and code. */
export async function signIn(page, authenticator) {
  await page.getByLabel('Sign-in name').fill('lin@example.com');
  await page.getByRole('textbox', { name: 'Password' }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByLabel('Six digits').fill(await authenticator.next());
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { level: 1 }).waitFor();
}

/** Enters the sandbox's app, as an owner enters the one registered at the marketplace. */
export async function enterApp(page, server, sandbox, authenticator) {
  await page.goto(`${server.origin}/settings/apps`);
  // One form for each marketplace.
  const app = page.getByRole('heading', { name: 'TikTok Shop' }).locator('xpath=ancestor::section[1]');
  await app.getByLabel('App key').fill(sandbox.app_key);
  await app.getByRole('textbox', { name: 'App secret' }).fill(sandbox.app_secret);
  await app.getByLabel('Service id').fill(sandbox.service_id);
  await app.getByText('Addresses of the platform').click();
  for (const name of ['Page where access is given', 'Interface', 'Tokens']) {
    await app.getByLabel(name, { exact: true }).fill(sandbox.tiktok_shop);
  }
  const save = app.getByRole('button', { name: 'Save' });
  await confirmed(page, authenticator, save, page.getByText('Saved', { exact: true }));
  // The marketplace's own page has the two addresses that the console shows.
  await sandbox.ask('PATCH', `/apps/${sandbox.app_key}`, {
    redirect_url: `${server.origin}/oauth/tiktok_shop/callback`,
    webhook_url: `${server.origin}/hooks/tiktok_shop`,
  });
}

/** Connects the stores of one seller by the marketplace's page. Ends on the Stores screen. */
export async function connectStore(page, server, authenticator, look = async () => {}) {
  await page.goto(`${server.origin}/stores?connect=new`);
  const dialog = page.getByRole('dialog', { name: 'Connect a store' });
  await dialog.getByLabel('TikTok Shop').check();
  await dialog.getByRole('button', { name: 'Next' }).click();
  await look('connect');
  const consent = page.getByRole('button', { name: 'Accept' });
  await confirmed(page, authenticator, dialog.getByRole('button', { name: 'Go to TikTok Shop' }), consent);
  await consent.click();
  await page.getByText(/^Connected: /).waitFor();
}
